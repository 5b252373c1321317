"""Ours: RGBA ↔ a grid that can be diffused."""
