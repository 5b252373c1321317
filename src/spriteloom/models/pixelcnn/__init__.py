"""The gated PixelCNN over codes or bytes, with exact cached sampling."""
