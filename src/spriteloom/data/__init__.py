"""Sprites as data: sources, preprocessings, splits, the prepared set, and the one door between bytes and floats."""
