"""Measure how far pictures are from pixel art: palette, outlines, structure, and all of them combined."""
