"""What patch codecs share: patches and their census, k-means, tables, `Codes` and their files."""
