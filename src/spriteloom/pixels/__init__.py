"""Exact pixels: `Sprite`, `Palette`, the files they live in. Numpy and Pillow; knows nothing of torch."""
