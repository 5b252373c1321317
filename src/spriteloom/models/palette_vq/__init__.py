"""Tokenizers: sprites on their own palettes ↔ codes, by convolutions with context."""
