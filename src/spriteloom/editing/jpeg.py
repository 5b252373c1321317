"""Undo JPEG: find cells (gh, gw) and colors (k, 3) that JPEG compresses to the very picture (h, w).

Cells with guessed colors are drawn, compressed and compared with the picture. The difference corrects the guess, first
for every cell by itself, then for cells that share a palette. JPEG maps about four colors to one: among those, the
colors that consoles with 15-bit color could show are preferred.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from spriteloom.editing.colors import BATCH, Indices, cluster_colors, cluster_means
from spriteloom.editing.grids import Mesh
from spriteloom.pixels.arrays import Bytes, Doubles
from spriteloom.pixels.palette import MAX_INDEXED

QUALITIES = range(30, 101)
CHROMA_444, CHROMA_420 = 0, 2  # Pillow's numbers of chroma subsampling
JPEG_BLOCK = 16  # pixels a side of a block with 4:2:0
SAMPLE = 256  # pixels a side of the part from which the quality is estimated, a multiple of JPEG_BLOCK

GUESSES = 3  # estimates of the compression, each from the cells that the last one gave
CELL_ROUNDS = 6  # in which every cell is corrected by itself
PALETTE_ROUNDS, PATIENCE = 30, 8  # in all, and without a smaller error
RADII = (4.0, 8.0, 16.0, 32.0)  # of color clusters in bytes, tried in this order
LATER_RADIUS = 0.7  # share of the radius for clusters of palette colors
OVERSHOOT = 1.5  # factor on a cell's difference when it chooses its color again
SNAP = 4.0  # bytes of a channel by which a color may move to a console's color
TOLERANCE = 5e-4  # error in bytes that counts as none
MAX_ERROR = 0.5  # share of the first guess's error above which the result is not believed

LUMA_CHROMA = np.array([[0.299, 0.587, 0.114], [-0.169, -0.331, 0.5], [0.5, -0.419, -0.081]]).T
FINE = 4  # pixels a side of the smallest cells that do not share chroma samples with others
CHROMA_WEIGHT, FINE_CHROMA_WEIGHT = 0.5, 0.35  # in distances: chroma is known less exactly than luma

_BITS = np.arange(32)
_LEVELS = ((_BITS * 255 + 15) // 31, _BITS * 255 // 31, _BITS << 3, _BITS << 3 | _BITS >> 2)
CONSOLE_LEVELS = tuple(
    levels.astype(np.uint8) for levels in _LEVELS
)  # the ways in which programs make 8 bits of 5


@dataclass(frozen=True, kw_only=True)
class Jpeg:
    """A JPEG compression with the usual quantization tables for a quality of 1 to 100."""

    quality: int
    subsampling: int = CHROMA_420

    def __call__(self, rgb: Bytes) -> Bytes:
        """Compress and decompress a picture (h, w, 3)."""
        file = io.BytesIO()
        Image.fromarray(rgb).save(file, "JPEG", quality=self.quality, subsampling=self.subsampling)
        return np.asarray(Image.open(file).convert("RGB"))


@dataclass(frozen=True, eq=False, kw_only=True)
class Cells:
    """Colors uint8 (k, 3), the color index of each cell (gh, gw), and the mean absolute error in bytes."""

    colors: Bytes
    index: Indices
    error: float

    @property
    def picture(self) -> Bytes:
        """The colors of the cells, (gh, gw, 3)."""
        return self.colors[self.index]


def estimate_jpeg(compressed: Bytes, original: Bytes) -> Jpeg:
    """The compression that brings `original`, which may be a guess, nearest to `compressed`."""
    target, source = (_sample(rgb) for rgb in (compressed, original))
    kinds = product((CHROMA_420, CHROMA_444), QUALITIES)
    candidates = [Jpeg(quality=quality, subsampling=subsampling) for subsampling, quality in kinds]
    return min(candidates, key=lambda jpeg: float(np.square(jpeg(source).astype(np.int32) - target).mean()))


def nearest_levels(colors: Doubles, levels: Bytes) -> Bytes:
    """For colors (k, 3) the nearest colors whose channels are all among `levels`."""
    return np.asarray(levels[np.abs(colors[..., None] - levels).argmin(-1)])


def undo_jpeg(observed: Bytes, mesh: Mesh, guess: Bytes) -> Cells | None:
    """The cells that JPEG compresses to `observed` (h, w, 3), from a guess (gh, gw, 3); None if there are none."""
    first_error = float(np.abs(observed.astype(np.int32) - mesh.painted(guess)).mean())
    best: Cells | None = None
    for _ in range(GUESSES):
        cells = _Solver(observed, mesh, estimate_jpeg(observed, mesh.painted(guess))).solve()
        if best is not None and cells.error >= best.error:
            break
        best, guess = cells, cells.picture
        if best.error <= TOLERANCE:
            break
    return best if best is not None and best.error < MAX_ERROR * first_error else None


class _Solver:
    def __init__(self, observed: Bytes, mesh: Mesh, jpeg: Jpeg) -> None:
        self._observed, self._mesh, self._jpeg = observed.astype(np.float64), mesh, jpeg
        weight = CHROMA_WEIGHT if mesh.size >= FINE else FINE_CHROMA_WEIGHT
        self._to_weighted = LUMA_CHROMA * [1.0, weight, weight]

    def solve(self) -> Cells:
        free = self._mesh.means(self._observed)  # the color of each cell by itself
        for _ in range(CELL_ROUNDS):
            free = (free + self._difference(_bytes(free))[0]).clip(0, 255)
        best: Cells | None = None
        for radius in RADII:
            cells = self._palette_cells(free, radius)
            if best is None or (cells.error, len(cells.colors)) < (best.error, len(best.colors)):
                best = cells
            if best.error == 0:
                break
        assert best is not None
        return self._with_console_colors(best)

    def _difference(self, cells: Bytes) -> tuple[Doubles, float]:
        """The picture minus compressed cells (gh, gw, 3): the mean of each cell, and the mean absolute value."""
        gap = self._observed - self._jpeg(self._mesh.painted(cells))
        return self._mesh.means(gap), float(np.abs(gap).mean())

    def _palette_cells(self, free: Doubles, radius: float) -> Cells:
        """Correct palette and cells in turn, and return the best state."""
        colors, index = self._cluster(free.reshape(-1, 3), np.arange(free[..., 0].size), radius)
        best, best_turn = None, 0
        for turn in range(PALETTE_ROUNDS):
            difference, error = self._difference(_bytes(colors)[index].reshape(free.shape))
            if best is None or error < best.error:
                best = Cells(colors=_bytes(colors), index=index.reshape(free.shape[:2]), error=error)
                best_turn = turn
            if error == 0 or turn - best_turn > PATIENCE:
                break
            flat = difference.reshape(-1, 3)
            shared = cluster_means(flat, index)
            colors = (colors + shared).clip(0, 255)
            if turn % 2 == 0:
                targets = colors[index] + OVERSHOOT * (flat - shared[index])
                index = self._nearest(targets, colors, np.bincount(index))
                colors, index = self._cluster(colors, index, LATER_RADIUS * radius)
        assert best is not None
        return best

    def _nearest(self, targets: Doubles, colors: Doubles, number: NDArray[np.int64]) -> Indices:
        """The color nearest to each target; commoner colors are slightly preferred."""
        targets, colors = targets @ self._to_weighted, colors @ self._to_weighted
        nearest = np.empty(len(targets), np.intp)
        for start in range(0, len(targets), BATCH):
            batch = slice(start, start + BATCH)
            gaps = np.square(targets[batch, None] - colors).sum(-1)
            nearest[batch] = (gaps - np.log(number)).argmin(1)
        return nearest

    def _cluster(self, colors: Doubles, index: Indices, radius: float) -> tuple[Doubles, Indices]:
        """Colors (k, 3) after near ones are merged and unused ones removed, and the new index of each cell."""
        weighted = np.rint(colors @ self._to_weighted)
        number = np.bincount(index, minlength=len(colors))
        used = np.flatnonzero(number)
        distinct, inverse = np.unique(weighted[used], axis=0, return_inverse=True)
        inverse = inverse.reshape(-1)
        counts = np.bincount(inverse, number[used]).astype(np.int64)
        cluster_of_color = np.zeros(len(colors), np.intp)
        cluster_of_color[used] = cluster_colors(distinct, counts, radius)[inverse]
        clusters = cluster_of_color[index]
        return cluster_means(colors[index], clusters), clusters

    def _with_console_colors(self, cells: Cells) -> Cells:
        """Replace colors by console colors where the error stays; the levels that fit most colors win."""
        if len(cells.colors) > MAX_INDEXED:
            return cells
        fits = []
        for levels in CONSOLE_LEVELS:
            near = nearest_levels(cells.colors.astype(np.float64), levels)
            fits.append((near, np.array([self._explains(cells, i, color) for i, color in enumerate(near)])))
        colors = cells.colors.copy()
        for near, fit in sorted(fits, key=lambda pair: int(pair[1].sum())):  # the best overwrites the others
            colors[fit] = near[fit]
        error = self._difference(colors[cells.index])[1]
        return Cells(colors=colors, index=cells.index, error=error)

    def _explains(self, cells: Cells, i: int, color: Bytes) -> bool:
        """Whether `color` in place of color i leaves no larger error."""
        if np.abs(cells.colors[i].astype(np.int32) - color).max() > SNAP:
            return False
        colors = cells.colors.copy()
        colors[i] = color
        return self._difference(colors[cells.index])[1] <= cells.error + TOLERANCE


def _sample(rgb: Bytes) -> Bytes:
    """The middle of a picture, cut where JPEG's blocks begin."""
    top, left = (max(0, side - SAMPLE) // (2 * JPEG_BLOCK) * JPEG_BLOCK for side in rgb.shape[:2])
    return np.ascontiguousarray(rgb[top : top + SAMPLE, left : left + SAMPLE])


def _bytes(values: Doubles) -> Bytes:
    return np.asarray(np.rint(values).clip(0, 255).astype(np.uint8))
