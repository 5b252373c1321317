"""A contact sheet: sprites of one size side by side. Knows no file."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from spriteloom.pixels import Sprite


def contact_sheet(sprites: Sequence[Sprite], *, gap: int = 2) -> Sprite:
    """Sprites of any sizes in rows, about as wide as high, each in the middle of a cell of the largest."""
    columns = math.ceil(math.sqrt(len(sprites)))
    rows = math.ceil(len(sprites) / columns)
    height, width = max(s.height for s in sprites) + gap, max(s.width for s in sprites) + gap
    pixels = np.zeros((rows * height + gap, columns * width + gap, 4), np.uint8)
    for i, sprite in enumerate(sprites):
        top = gap + i // columns * height + (height - gap - sprite.height) // 2
        left = gap + i % columns * width + (width - gap - sprite.width) // 2
        pixels[top : top + sprite.height, left : left + sprite.width] = sprite.pixels
    return Sprite(pixels=pixels, name="sheet")
