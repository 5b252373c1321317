"""Pictures ↔ codes: patches and their census, quantizer, Pixel VQ-VAE, k-means, tables. Knows no prior."""
