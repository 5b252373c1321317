"""The Pixel VQ-VAE and the first paper's ablations: patches of 1, 2 or 4 pixels a side ↔ codes."""
