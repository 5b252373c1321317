"""Tokenizers: sprites on their own palettes ↔ codes seen in context."""
