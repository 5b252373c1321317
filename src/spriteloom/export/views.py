"""Make the views of a creature that are missing from its front view: a back, a shiny form, an icon."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spriteloom.editing.plans import plan_hue_shift
from spriteloom.errors import BadPicture
from spriteloom.pixels import Sprite
from spriteloom.pixels.arrays import Pixels
from spriteloom.pixels.geometry import trim

SHINY_SHIFT = 120.0  # degrees of hue


def mirrored(sprite: Sprite) -> Sprite:
    """The sprite flipped from left to right: a back view where there is no better one."""
    return sprite.with_pixels(np.ascontiguousarray(sprite.pixels[:, ::-1]))


def shiny(sprite: Sprite) -> Sprite:
    """The sprite with all hues turned by the same angle."""
    return plan_hue_shift([sprite], SHINY_SHIFT).apply(sprite)


def on_canvas(sprite: Sprite, size: int) -> Sprite:
    """The foreground on size × size pixels, ¾ of the free rows above it. Raises BadPicture if it does not fit."""
    foreground = trim(sprite)
    height, width = foreground.height, foreground.width
    if max(height, width) > size:
        sizes = f"{width}×{height}, larger than {size}×{size}"
        raise BadPicture(f"the foreground of {sprite.name!r} is {sizes}: crop it")
    pixels = np.zeros((size, size, 4), np.uint8)
    top, left = size - height - (size - height) // 4, (size - width) // 2
    pixels[top : top + height, left : left + width] = foreground.pixels
    return sprite.with_pixels(pixels, palette=None)


def reduced(sprite: Sprite, height: int, width: int) -> Sprite:
    """The foreground within height × width; each pixel is the commonest color of the cell. Raises BadPicture."""
    foreground = trim(sprite)
    factor = max(foreground.height / height, foreground.width / width, 1.0)
    rows = max(1, min(height, round(foreground.height / factor)))
    columns = max(1, min(width, round(foreground.width / factor)))
    pixels = np.zeros((height, width, 4), np.uint8)
    top, left = height - rows, (width - columns) // 2
    pixels[top : top + rows, left : left + columns] = _commonest(foreground.pixels, rows, columns)
    return sprite.with_pixels(pixels, palette=None)


def _commonest(pixels: Pixels, rows: int, columns: int) -> Pixels:
    """The commonest visible pixel of each cell; transparent where more than half of the cell is."""
    small = np.zeros((rows, columns, 4), np.uint8)
    tops, lefts = _edges(pixels.shape[0], rows), _edges(pixels.shape[1], columns)
    for i in range(rows):
        for j in range(columns):
            cell = pixels[tops[i] : tops[i + 1], lefts[j] : lefts[j + 1]].reshape(-1, 4)
            visible = cell[cell[:, 3] > 0]
            if 2 * len(visible) >= len(cell):
                colors, counts = np.unique(visible, axis=0, return_counts=True)
                small[i, j] = colors[counts.argmax()]
    return small


def _edges(length: int, parts: int) -> NDArray[np.intp]:
    """Where each part begins, and the end; no part is empty."""
    return np.rint(np.linspace(0, length, parts + 1)).astype(np.intp)
