"""`clean`: pixel art that was enlarged, compressed or smoothed, back on its grid and on few colours.

The colour of a cell is the median of its inner pixels. Cells whose colours differ by less than the damage in
this very picture, as the cells themselves show it, are one colour: the mean of all their pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spriteloom.editing.colours import shown
from spriteloom.editing.grids import Grid, find_grid
from spriteloom.errors import BadPicture
from spriteloom.pixels import Palette, Pixels, Sprite
from spriteloom.pixels.alpha import HALF

CLEAN = 1.5  # deviation from the median, in bytes, of a picture that was not compressed
REACH = 3.0  # deviations by which cells of one colour differ at most
PARTLY = 0.5  # of a cell that must be inside the picture

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class Cleaned:
    """`grid` is what was found, `noise` how much the pixels of a cell differ, in bytes."""

    sprite: Sprite
    grid: Grid
    noise: float


def clean(
    sprite: Sprite, *, size: int | None = None, colours: int | None = None, palette: Palette | None = None
) -> Cleaned:
    """The sprite on its own grid, alpha 0 or 255, at most `colours` colours where that is given.

    `size` is that of a cell where it is known; with a `palette` each cell takes its nearest colour. JPEG
    keeps about one in four of the colours there are: without a palette they come back within a few bytes.
    Raises BadPicture for a size that does not fit, BadPalette for a palette without a visible colour.
    """
    if size is not None and not 1 <= size <= min(sprite.height, sprite.width):
        raise BadPicture(
            f"{sprite.name!r} is {sprite.width}×{sprite.height}, cells cannot be {size}: give another"
        )
    grid = find_grid(sprite.pixels, size) if size != 1 else Grid(size=1)
    cells, deviation = _cells(sprite.pixels, grid)
    noise = max(
        CLEAN, float(np.median(deviation[cells[..., 3] >= HALF])) if (cells[..., 3] >= HALF).any() else 0.0
    )
    inside = cells[..., 3] >= HALF
    pixels = np.zeros((*cells.shape[:2], 4), np.uint8)
    seen = cells[inside][:, :3]
    pixels[inside, :3] = (
        _merged(seen, REACH * noise, colours) if palette is None else _nearest(seen, shown(palette))
    )
    pixels[inside, 3] = 255
    return Cleaned(sprite=sprite.with_pixels(pixels, palette=None), grid=grid, noise=noise)


def _cells(pixels: Pixels, grid: Grid) -> tuple[Floats, Floats]:
    """The median of each cell's inner pixels (gh, gw, 4), and how far they lie from it (gh, gw)."""
    rows, columns = (
        _spans(n, grid.size, start) for n, start in zip(pixels.shape, (grid.top, grid.left), strict=False)
    )
    made = np.zeros((len(rows), len(columns), 4))
    deviation = np.zeros(made.shape[:2])
    for i, (top, bottom) in enumerate(rows):
        for j, (left, right) in enumerate(columns):
            cell = pixels[top:bottom, left:right].reshape(-1, 4).astype(np.float64)
            made[i, j] = np.median(cell, axis=0)
            deviation[i, j] = np.abs(cell[:, :3] - made[i, j, :3]).mean()
    return made, deviation


def _spans(length: int, size: int, start: int) -> list[tuple[int, int]]:
    """The inner part of each cell along one side: what compression smears at its ends is left out."""
    margin = size // 4
    found = []
    for first in range(start - size if start else 0, length, size):
        low, high = max(first, 0), min(first + size, length)
        if high - low < PARTLY * size:
            continue
        inner = (max(first + margin, low), min(first + size - margin, high))
        found.append(inner if inner[1] > inner[0] else (low, high))
    return found


def _nearest(seen: Floats, colours: NDArray[np.uint8]) -> NDArray[np.uint8]:
    gaps = np.square(seen[:, None] - colours.astype(np.float64)).sum(-1)
    return np.asarray(colours[gaps.argmin(1)])


def _merged(colours: Floats, reach: float, most: int | None) -> NDArray[np.uint8]:
    """Colours (n, 3) with those made one that lie within `reach` of a commoner one; at most `most` in all."""
    whole = np.rint(colours).astype(np.uint8)
    distinct, inverse, number = np.unique(whole, axis=0, return_inverse=True, return_counts=True)
    order = np.argsort(-number, kind="stable")
    centres: list[int] = []
    owner = np.zeros(len(distinct), np.intp)
    for place in order:
        gaps = np.abs(distinct[centres].astype(int) - distinct[place]).max(1) if centres else np.zeros(0)
        if len(gaps) and (gaps.min() <= reach or (most is not None and len(centres) >= most)):
            owner[place] = int(gaps.argmin())
        else:
            owner[place] = len(centres)
            centres.append(int(place))
    group = owner[inverse.reshape(-1)]
    held = np.bincount(group, minlength=len(centres))
    means = np.stack([np.bincount(group, column, len(centres)) for column in colours.T], 1) / held[:, None]
    return np.asarray(np.rint(means).clip(0, 255).astype(np.uint8)[group])
