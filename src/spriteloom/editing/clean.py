"""`clean`: bring enlarged, compressed or smoothed pixel art back to its grid and to few colors.

The color of a cell is the median of its inner pixels. Cells whose colors differ by less than the picture's noise get
their mean, unless JPEG explains the picture: then the cells are those that JPEG compresses to it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spriteloom.editing.colors import cluster_colors, cluster_means
from spriteloom.editing.grids import Grid, Mesh, find_grid
from spriteloom.editing.jpeg import undo_jpeg
from spriteloom.errors import BadPicture
from spriteloom.pixels import Palette, Sprite
from spriteloom.pixels.alpha import HALF
from spriteloom.pixels.arrays import Bytes, Doubles, Pixels
from spriteloom.pixels.palette import visible_colors

MIN_NOISE = 1.5  # mean deviation from the median, in bytes, assumed for a picture without damage
NOISE_RADIUS = 3.0  # times the noise: cells of one color differ by at most this
MAX_JPEG_CELLS = 2**16  # for more cells, undoing JPEG would take minutes
MIN_VISIBLE = 0.5  # of a cell's side that must be inside the picture


@dataclass(frozen=True, eq=False, kw_only=True)
class Cleaned:
    """A cleaned sprite, and how it was found."""

    sprite: Sprite
    grid: Grid
    noise: float  # how much the pixels of a cell differ, in bytes
    explained: bool  # JPEG compresses the sprite to the picture, nearly or exactly


def clean(
    sprite: Sprite, *, size: int | None = None, colors: int | None = None, palette: Palette | None = None
) -> Cleaned:
    """The sprite with one pixel for each cell, alpha 0 or 255, at most `colors` colors if it is given.

    `size` is the side of a cell in pixels; without it, it is estimated. With a `palette` each cell takes the nearest
    color of it; without one, colors of consoles come back from JPEG exactly, others within a byte or two. Raises
    BadPicture for a size that does not fit, BadPalette for a palette without a visible color.
    """
    if size is not None and not 1 <= size <= min(sprite.height, sprite.width):
        picture = f"{sprite.name!r} is {sprite.width}×{sprite.height}"
        raise BadPicture(f"{picture}, its cells cannot be {size} pixels: give another size")
    grid = find_grid(sprite.pixels, size) if size != 1 else Grid(size=1)
    mesh = Mesh.of(grid, sprite.height, sprite.width)
    cells, deviation = _medians(sprite.pixels, mesh)
    inside = cells[..., 3] >= HALF
    noise = max(MIN_NOISE, float(np.median(deviation[inside]))) if inside.any() else MIN_NOISE
    radius, explained = NOISE_RADIUS * noise, False
    if grid.size > 1 and inside.size <= MAX_JPEG_CELLS and (sprite.pixels[..., 3] == 255).all():
        rgb = sprite.pixels[..., :3]
        guess = _merged(cells[..., :3].reshape(-1, 3), radius, None).reshape(*cells.shape[:2], 3)
        if (mesh.painted(guess) != rgb).any() and (solution := undo_jpeg(rgb, mesh, guess)):
            cells[..., :3], radius, explained = solution.picture, 0.0, True
    visible = cells[inside][:, :3]
    pixels = np.zeros((*cells.shape[:2], 4), np.uint8)
    pixels[inside, :3] = (
        _merged(visible, radius, colors) if palette is None else _nearest(visible, visible_colors(palette))
    )
    pixels[inside, 3] = 255
    rows, columns = (np.bincount(index) >= MIN_VISIBLE * grid.size for index in (mesh.rows, mesh.columns))
    cleaned = sprite.with_pixels(pixels[np.ix_(rows, columns)], palette=None)
    return Cleaned(sprite=cleaned, grid=grid, noise=noise, explained=explained)


def _medians(pixels: Pixels, mesh: Mesh) -> tuple[Doubles, Doubles]:
    """The median of each cell's inner pixels (gh, gw, 4), and their mean deviation from it (gh, gw)."""
    rows, columns = (_inner(index, mesh.size) for index in (mesh.rows, mesh.columns))
    medians = np.zeros((len(rows), len(columns), 4))
    deviation = np.zeros(medians.shape[:2])
    for i, (top, bottom) in enumerate(rows):
        for j, (left, right) in enumerate(columns):
            cell = pixels[top:bottom, left:right].reshape(-1, 4).astype(np.float64)
            medians[i, j] = np.median(cell, axis=0)
            deviation[i, j] = np.abs(cell[:, :3] - medians[i, j, :3]).mean()
    return medians, deviation


def _inner(index: NDArray[np.intp], size: int) -> list[tuple[int, int]]:
    """The inner part (start, end) of each cell along one side, without the margin that compression smears."""
    margin = size // 4
    ends = np.cumsum(np.bincount(index))
    parts = []
    for low, high in zip(ends - np.bincount(index), ends, strict=True):
        first = low if low else high - size  # of the whole cell, which the picture may cut at either end
        part = (max(first + margin, low), min(first + size - margin, high))
        parts.append(part if part[1] > part[0] else (low, high))
    return parts


def _nearest(rgb: Doubles, colors: Bytes) -> Bytes:
    gaps = np.square(rgb[:, None] - colors.astype(np.float64)).sum(-1)
    return np.asarray(colors[gaps.argmin(1)])


def _merged(rgb: Doubles, radius: float, most: int | None) -> Bytes:
    """Colors (n, 3) replaced by the means of their clusters, which are at most `most`."""
    distinct, inverse, number = np.unique(np.rint(rgb), axis=0, return_inverse=True, return_counts=True)
    clusters = cluster_colors(distinct, number, radius, most=most)[inverse.reshape(-1)]
    return np.asarray(np.rint(cluster_means(rgb, clusters)).clip(0, 255).astype(np.uint8)[clusters])
