"""The grid that enlarged pixel art stands on: how large its cells are, and where they begin. Mends nothing.

Between two cells colors jump, inside a cell they do not. Of a cell size and an offset the mean jump at its
lines is held against the mean jump everywhere else: a half of the true size has lines without jumps, a
multiple leaves jumps between its lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spriteloom.pixels.arrays import Doubles, Pixels

LARGEST = 32  # pixels a side of a cell
FAINT = 24.0  # sum of a jump over channels below which it is noise
SURE = 2.0  # times the jump elsewhere that the jump at lines must have
MOST = 0.5  # of all that jumps must do so at lines
CLEAR = 1.0  # added to the jump elsewhere, so that a clean picture does not divide by nothing


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Cells of `size` × `size`; the first whole one begins at (top, left), both below `size`."""

    size: int
    top: int = 0
    left: int = 0


@dataclass(frozen=True, eq=False)
class Mesh:
    """Which cell each row and each column of a picture is in: int (h,) and (w,), rising from 0.

    The cells at its ends may be cut. `size` is that of whole ones.
    """

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    size: int

    @classmethod
    def of(cls, grid: Grid, height: int, width: int) -> Mesh:
        """The cells of a picture."""

        def places(length: int, start: int) -> NDArray[np.intp]:
            found = (np.arange(length, dtype=np.intp) - start) // grid.size
            return np.asarray(found - found[0])

        return cls(places(height, grid.top), places(width, grid.left), grid.size)

    def painted(self, cells: Pixels) -> Pixels:
        """Cells (gh, gw, c) enlarged to the picture's size."""
        return np.ascontiguousarray(cells[self.rows][:, self.columns])

    def means(self, values: Doubles) -> Doubles:
        """The mean of values (h, w, c) in each cell: (gh, gw, c)."""
        sums = values
        for axis, places in enumerate((self.rows, self.columns)):
            sums = np.add.reduceat(sums, np.flatnonzero(np.diff(places, prepend=-1)), axis)
        number = np.outer(np.bincount(self.rows), np.bincount(self.columns))
        return np.asarray(sums / number[..., None])


def find_grid(pixels: Pixels, size: int | None = None) -> Grid:
    """The grid of uint8 (h, w, 4), of that cell size if one is given; size 1 where none can be seen."""
    down, across = _jumps(pixels, 0), _jumps(pixels, 1)
    sizes = [size] if size else range(2, min(LARGEST, *pixels.shape[:2]) + 1)
    best, found = SURE, Grid(size=1)
    for cells in sizes:
        rows, columns = _lines(down, cells), _lines(across, cells)
        score = (rows.on + columns.on) / (rows.off + columns.off + CLEAR)
        if size or (score > best and min(rows.share, columns.share) > MOST):
            best, found = score, Grid(size=cells, top=rows.offset, left=columns.offset)
    return found


def _jumps(pixels: Pixels, axis: int) -> Doubles:
    """Mean jump into each row (axis 0) or column (axis 1) from the one before it; the first has none."""
    seen = pixels.astype(np.float64)
    seen[..., :3] *= seen[..., 3:] / 255
    gap = np.abs(np.diff(seen, axis=axis)).sum(-1)
    gap[gap < FAINT] = 0
    return np.concatenate([[0.0], gap.mean(1 - axis)])


class _Lines(NamedTuple):
    """Lines of an offset: the mean jump at them and elsewhere, and their share of all jumps."""

    offset: int
    on: float
    off: float
    share: float


def _lines(jumps: Doubles, cells: int) -> _Lines:
    """The offset whose lines have the largest jumps."""
    place = np.arange(len(jumps)) % cells
    sums, number = np.bincount(place, jumps, cells), np.bincount(place, minlength=cells)
    means = sums / np.maximum(number, 1)
    offset = int(means.argmax())
    rest = float(jumps.sum() - sums[offset])
    return _Lines(
        offset=offset,
        on=float(means[offset]),
        off=rest / max(1, len(jumps) - int(number[offset])),
        share=float(sums[offset]) / max(1e-9, float(jumps.sum())),
    )
