"""k-means of patches: what every codec is compared with."""
