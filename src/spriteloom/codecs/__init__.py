"""What codecs of patches share: patches and census, k-means, compiled tables, `Codes` and their files."""
