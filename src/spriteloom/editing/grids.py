"""Find the grid of enlarged pixel art, at whose lines colors jump: the size of its cells and where they begin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spriteloom.pixels.arrays import Doubles, Pixels

MAX_CELL = 32  # pixels a side
MIN_JUMP = 24.0  # sum over channels below which a jump is noise
MIN_RATIO = 2.0  # of the mean jump at lines to the mean jump elsewhere
MIN_SHARE = 0.5  # of all jumps that are at lines
RATIO_FLOOR = 1.0  # added to the mean jump elsewhere, which is 0 in a clean picture


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Cells of `size` × `size` pixels; the first whole cell begins at (top, left), both below `size`."""

    size: int
    top: int = 0
    left: int = 0


@dataclass(frozen=True, eq=False)
class Mesh:
    """The cell of each row (h,) and column (w,) of a picture, rising from 0; `size` is that of whole cells."""

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    size: int

    @classmethod
    def of(cls, grid: Grid, height: int, width: int) -> Mesh:
        def cells(length: int, start: int) -> NDArray[np.intp]:
            index = (np.arange(length, dtype=np.intp) - start) // grid.size
            return np.asarray(index - index[0])

        return cls(cells(height, grid.top), cells(width, grid.left), grid.size)

    def painted(self, cells: Pixels) -> Pixels:
        """Cells (gh, gw, c) enlarged to the picture's size."""
        return np.ascontiguousarray(cells[self.rows][:, self.columns])

    def means(self, values: Doubles) -> Doubles:
        """The mean of values (h, w, c) in each cell: (gh, gw, c)."""
        sums = values
        for axis, index in enumerate((self.rows, self.columns)):
            sums = np.add.reduceat(sums, np.flatnonzero(np.diff(index, prepend=-1)), axis)
        number = np.outer(np.bincount(self.rows), np.bincount(self.columns))
        return np.asarray(sums / number[..., None])


def find_grid(pixels: Pixels, size: int | None = None) -> Grid:
    """The grid of uint8 (h, w, 4), with cells of `size` if it is given; size 1 if there is no clear grid."""
    down, across = _jumps(pixels, 0), _jumps(pixels, 1)
    sizes = [size] if size else range(2, min(MAX_CELL, *pixels.shape[:2]) + 1)
    best_ratio, best = MIN_RATIO, Grid(size=1)
    for cell in sizes:
        rows, columns = _lines(down, cell), _lines(across, cell)
        ratio = (rows.at_lines + columns.at_lines) / (rows.elsewhere + columns.elsewhere + RATIO_FLOOR)
        if size or (ratio > best_ratio and min(rows.share, columns.share) > MIN_SHARE):
            best_ratio, best = ratio, Grid(size=cell, top=rows.offset, left=columns.offset)
    return best


def _jumps(pixels: Pixels, axis: int) -> Doubles:
    """Mean jump into each row (axis 0) or column (axis 1) from the one before it; 0 for the first."""
    premultiplied = pixels.astype(np.float64)
    premultiplied[..., :3] *= premultiplied[..., 3:] / 255
    gap = np.abs(np.diff(premultiplied, axis=axis)).sum(-1)
    gap[gap < MIN_JUMP] = 0
    return np.concatenate([[0.0], gap.mean(1 - axis)])


class _Lines(NamedTuple):
    """Grid lines in one direction: mean jump at them and elsewhere, and their share of all jumps."""

    offset: int
    at_lines: float
    elsewhere: float
    share: float


def _lines(jumps: Doubles, cell: int) -> _Lines:
    """The lines at the offset with the largest mean jump."""
    offsets = np.arange(len(jumps)) % cell
    sums, number = np.bincount(offsets, jumps, cell), np.bincount(offsets, minlength=cell)
    means = sums / np.maximum(number, 1)
    best = int(means.argmax())
    rest = float(jumps.sum() - sums[best])
    elsewhere = rest / max(1, len(jumps) - int(number[best]))
    return _Lines(best, float(means[best]), elsewhere, float(sums[best]) / max(1e-9, float(jumps.sum())))
