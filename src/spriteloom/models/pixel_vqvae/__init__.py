"""The Pixel VQ-VAE: patches of 1, 2 or 4 pixels a side ↔ codes, with the first paper's ablations."""
