"""Sprites as data: sources, recipes, splits, the prepared set, and the one door between bytes and floats."""
