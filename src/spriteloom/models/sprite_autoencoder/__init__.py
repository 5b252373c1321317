"""The second paper's autoencoders: pictures ↔ vectors."""
