"""What a front view becomes where nothing better is there: a back, a shiny form, an icon. Knows no game."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spriteloom.editing.hues import plan_turned
from spriteloom.errors import BadPicture
from spriteloom.pixels import Sprite, bounding_box, crop, scale
from spriteloom.pixels.arrays import Pixels

SHINY = 120.0  # degrees that a shiny form's hues are turned by


def flipped(sprite: Sprite) -> Sprite:
    """Seen from the other side, for want of a back."""
    return sprite.with_pixels(np.ascontiguousarray(sprite.pixels[:, ::-1]))


def shiny(sprite: Sprite) -> Sprite:
    """Every color turned by the same angle: the same ramps in other hues."""
    return plan_turned([sprite], SHINY).apply(sprite)


def on_canvas(sprite: Sprite, size: int, *, times: int = 1) -> Sprite:
    """The figure on size × size pixels, enlarged by a whole number, in the middle and standing on the ground.

    Raises BadPicture for a figure that is larger.
    """
    figure = scale(trimmed(sprite), times)
    if max(figure.height, figure.width) > size:
        called = f"the figure of {sprite.name!r} is {figure.width}×{figure.height}"
        raise BadPicture(f"{called}, larger than {size}×{size}: crop it")
    pixels = np.zeros((size, size, 4), np.uint8)
    top, left = size - figure.height - (size - figure.height) // 4, (size - figure.width) // 2
    pixels[top : top + figure.height, left : left + figure.width] = figure.pixels
    return sprite.with_pixels(pixels, palette=None)


def reduced(sprite: Sprite, height: int, width: int) -> Sprite:
    """The figure within height × width, each pixel the commonest color of those it stands for.

    No color is mixed, so it stays on its palette; a figure that is small enough keeps its pixels.
    """
    figure = trimmed(sprite)
    times = max(figure.height / height, figure.width / width, 1.0)
    rows = max(1, min(height, round(figure.height / times)))
    columns = max(1, min(width, round(figure.width / times)))
    small = _commonest(figure.pixels, rows, columns)
    pixels = np.zeros((height, width, 4), np.uint8)
    top, left = height - rows, (width - columns) // 2
    pixels[top : top + rows, left : left + columns] = small
    return sprite.with_pixels(pixels, palette=None)


def trimmed(sprite: Sprite) -> Sprite:
    """The figure without its margin. Raises BadPicture where there is none."""
    box = bounding_box(sprite.pixels)
    if box is None:
        raise BadPicture(f"{sprite.name!r} shows nothing, every pixel is transparent: leave it out")
    return crop(sprite, box)[0]


def _commonest(pixels: Pixels, rows: int, columns: int) -> Pixels:
    """Each cell's commonest pixel; transparent where more than half of it is."""
    made = np.zeros((rows, columns, 4), np.uint8)
    tops, lefts = _edges(pixels.shape[0], rows), _edges(pixels.shape[1], columns)
    for i in range(rows):
        for j in range(columns):
            cell = pixels[tops[i] : tops[i + 1], lefts[j] : lefts[j + 1]].reshape(-1, 4)
            seen = cell[cell[:, 3] > 0]
            if 2 * len(seen) >= len(cell):
                colors, number = np.unique(seen, axis=0, return_counts=True)
                made[i, j] = colors[number.argmax()]
    return made


def _edges(length: int, parts: int) -> NDArray[np.intp]:
    """Where each of so many parts begins, and the end; none is empty."""
    return np.rint(np.linspace(0, length, parts + 1)).astype(np.intp)
