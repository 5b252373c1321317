"""`clean`: pixel art that was enlarged, compressed or smoothed, back on its grid and on few colors.

The color of a cell is the median of its inner pixels. Where JPEG explains the picture, its cells are those
that JPEG makes it of. Else cells whose colors differ by less than the damage in this very picture, as the
cells themselves show it, are one color: the mean of all their pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spriteloom.editing.clusters import clusters, means
from spriteloom.editing.colors import shown
from spriteloom.editing.grids import Grid, Mesh, find_grid
from spriteloom.editing.uncompressing import uncompressed
from spriteloom.errors import BadPicture
from spriteloom.pixels import Palette, Sprite
from spriteloom.pixels.alpha import HALF
from spriteloom.pixels.arrays import Doubles, Pixels

CLEAN = 1.5  # deviation from the median, in bytes, of a picture that was not compressed
REACH = 3.0  # deviations by which cells of one color differ at most
MANY = 2**16  # cells beyond which JPEG is not undone: it would take minutes
PARTLY = 0.5  # of a cell that must be inside the picture


@dataclass(frozen=True, eq=False, kw_only=True)
class Cleaned:
    """`grid` is what was found, `noise` how much the pixels of a cell differ, in bytes.

    `explained`: whether JPEG makes this very picture of the sprite, or nearly.
    """

    sprite: Sprite
    grid: Grid
    noise: float
    explained: bool


def clean(
    sprite: Sprite, *, size: int | None = None, colors: int | None = None, palette: Palette | None = None
) -> Cleaned:
    """The sprite on its own grid, alpha 0 or 255, at most `colors` colors where that is given.

    `size` is that of a cell where it is known; with a `palette` each cell takes its nearest color. JPEG
    keeps about one in four of the colors there are: without a palette those of consoles come back exactly,
    others within a byte or two. Raises BadPicture for a size that does not fit, BadPalette for a palette
    without a visible color.
    """
    if size is not None and not 1 <= size <= min(sprite.height, sprite.width):
        raise BadPicture(
            f"{sprite.name!r} is {sprite.width}×{sprite.height}, cells cannot be {size}: give another"
        )
    grid = find_grid(sprite.pixels, size) if size != 1 else Grid(size=1)
    mesh = Mesh.of(grid, sprite.height, sprite.width)
    cells, deviation = _cells(sprite.pixels, mesh)
    inside = cells[..., 3] >= HALF
    noise = max(CLEAN, float(np.median(deviation[inside]))) if inside.any() else CLEAN
    reach, explained = REACH * noise, False
    if grid.size > 1 and inside.size <= MANY and (sprite.pixels[..., 3] == 255).all():
        rgb = sprite.pixels[..., :3]
        guess = _merged(cells[..., :3].reshape(-1, 3), reach, None).reshape(*cells.shape[:2], 3)
        if (mesh.painted(guess) != rgb).any() and (found := uncompressed(rgb, mesh, guess)):
            cells[..., :3], reach, explained = found.picture, 0.0, True
    pixels = np.zeros((*cells.shape[:2], 4), np.uint8)
    seen = cells[inside][:, :3]
    pixels[inside, :3] = _merged(seen, reach, colors) if palette is None else _nearest(seen, shown(palette))
    pixels[inside, 3] = 255
    kept = pixels[np.ix_(*(_mostly_inside(places, grid.size) for places in (mesh.rows, mesh.columns)))]
    made = sprite.with_pixels(kept, palette=None)
    return Cleaned(sprite=made, grid=grid, noise=noise, explained=explained)


def _cells(pixels: Pixels, mesh: Mesh) -> tuple[Doubles, Doubles]:
    """The median of each cell's inner pixels (gh, gw, 4), and how far they lie from it (gh, gw)."""
    rows, columns = (_inner(places, mesh.size) for places in (mesh.rows, mesh.columns))
    made = np.zeros((len(rows), len(columns), 4))
    deviation = np.zeros(made.shape[:2])
    for i, (top, bottom) in enumerate(rows):
        for j, (left, right) in enumerate(columns):
            cell = pixels[top:bottom, left:right].reshape(-1, 4).astype(np.float64)
            made[i, j] = np.median(cell, axis=0)
            deviation[i, j] = np.abs(cell[:, :3] - made[i, j, :3]).mean()
    return made, deviation


def _inner(places: NDArray[np.intp], size: int) -> list[tuple[int, int]]:
    """The inner part of each cell along one side: what compression smears at its ends is left out."""
    margin = size // 4
    ends = np.cumsum(np.bincount(places))
    found = []
    for low, high in zip(ends - np.bincount(places), ends, strict=True):
        first = low if low else high - size  # of the whole cell, which the picture may cut at either end
        inner = (max(first + margin, low), min(first + size - margin, high))
        found.append(inner if inner[1] > inner[0] else (low, high))
    return found


def _mostly_inside(places: NDArray[np.intp], size: int) -> NDArray[np.intp]:
    """The cells along one side of which the picture shows enough."""
    return np.flatnonzero(np.bincount(places) >= PARTLY * size)


def _nearest(seen: Doubles, colors: NDArray[np.uint8]) -> NDArray[np.uint8]:
    gaps = np.square(seen[:, None] - colors.astype(np.float64)).sum(-1)
    return np.asarray(colors[gaps.argmin(1)])


def _merged(colors: Doubles, reach: float, most: int | None) -> NDArray[np.uint8]:
    """Colors (n, 3) with those made one that lie within `reach` of a commoner one; at most `most` in all."""
    whole = np.rint(colors)
    distinct, inverse, number = np.unique(whole, axis=0, return_inverse=True, return_counts=True)
    group = clusters(distinct, number, reach, most=most)[inverse.reshape(-1)]
    return np.asarray(np.rint(means(colors, group)).clip(0, 255).astype(np.uint8)[group])
