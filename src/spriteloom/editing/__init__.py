"""Edit sprites: recolor, swap palettes by codes, clean, and edit with a model."""
