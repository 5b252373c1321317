"""The first paper's VAE and Pixel VAE."""
