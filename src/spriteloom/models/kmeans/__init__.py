"""k-means of patches, the yardstick of every codec."""
