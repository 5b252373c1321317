"""How each color of a sprite is used: how much of it, where it lies, what it lies beside. Matches nothing.

| letter | meaning |
| --- | --- |
| k | visible colors of a sprite, as RGB, commonest first |
| border | a pair of neighbouring pixels, side by side or one above the other, of two different colors |
| nothing | what is transparent or beyond the canvas; the k-th neighbour |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spriteloom.editing.colors import counted
from spriteloom.editing.recoloring import Colors
from spriteloom.pixels import Sprite
from spriteloom.pixels.arrays import Doubles, Pixels

Places = NDArray[np.intp]  # (h, w): which color a pixel has, k where it has none


@dataclass(frozen=True, eq=False, kw_only=True)
class Look:
    """The colors of some frames and how they are used, each (k,), whatever the figure's size."""

    colors: Colors  # (k, 3)
    share: Doubles  # of the visible pixels
    rim: Doubles  # of a color's borders: those to nothing. 1 for a color that has no other
    height: Doubles  # mean place, 0 at the top of the figure, 1 at its foot
    tall: Doubles  # standard deviation of it
    wide: Doubles  # the same from side to side
    beside: Doubles  # (k, k + 1): of a color's borders, those to each other color and to nothing


def look(frames: Sequence[Sprite]) -> Look:
    """The look of frames taken together, of any sizes; places are measured in each frame's own figure."""
    colors, number = counted(frames)
    k = len(colors)
    borders, sums = np.zeros((k + 1, k + 1)), np.zeros((4, k))
    for frame in frames:
        if not frame.pixels[..., 3].any():
            continue
        places = _places(frame.pixels, colors)
        borders += _borders(places, k)
        sums += _sums(places, k)
    height, across, height_squared, across_squared = sums / number
    np.fill_diagonal(borders, 0)
    beside = borders[:k] / np.maximum(1, borders[:k].sum(axis=1, keepdims=True))
    return Look(
        colors=colors,
        share=number / max(1, number.sum()),
        rim=beside[:, k],
        height=height,
        tall=_deviation(height_squared, height),
        wide=_deviation(across_squared, across),
        beside=beside,
    )


def _places(pixels: Pixels, colors: Colors) -> Places:
    """The color of each pixel, with a margin of nothing around them all."""
    keys, own = (rgb.astype(np.intp) @ (1 << 16, 1 << 8, 1) for rgb in (colors, pixels[..., :3]))
    order = np.argsort(keys)
    near = np.minimum(np.searchsorted(keys[order], own), len(keys) - 1)
    return np.pad(np.where(pixels[..., 3] > 0, order[near], len(keys)), 1, constant_values=len(keys))


def _borders(places: Places, k: int) -> Doubles:
    """How many neighbouring pixels have which two colors: symmetric (k + 1, k + 1)."""
    across = places[:, 1:] * (k + 1) + places[:, :-1]
    down = places[1:] * (k + 1) + places[:-1]
    both = np.bincount(np.concatenate([across.ravel(), down.ravel()]), minlength=(k + 1) ** 2)
    found = both.reshape(k + 1, k + 1).astype(np.float64)
    return found + found.T


def _sums(places: Places, k: int) -> Doubles:
    """Sums over each color's pixels of y, x, y² and x², from 0 to 1 across the figure: (4, k)."""
    rows, columns = np.nonzero(places < k)
    color = places[rows, columns]
    y, x = _along(rows), _along(columns)
    return np.stack([np.bincount(color, value, k) for value in (y, x, y * y, x * x)])


def _along(at: NDArray[np.intp]) -> Doubles:
    """Middles of pixels from the figure's first (0) to its last (1)."""
    return np.asarray((at - at.min() + 0.5) / (np.ptp(at) + 1))


def _deviation(squared: Doubles, mean: Doubles) -> Doubles:
    return np.sqrt(np.maximum(0.0, squared - mean**2))
