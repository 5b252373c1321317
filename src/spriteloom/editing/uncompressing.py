"""JPEG undone: cells and colors from which compression makes this very picture.

What compression did is not inverted but repeated: guessed cells are painted, compressed, and held against
what is observed; what is left over mends the guess, first every cell alone, then cells on a palette. Where
nothing is left over the guess explains every byte. JPEG maps about four colors to one: among those a
console's color is taken first.

gh gw: cells, h w: pixels, k: colors.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spriteloom.editing.clusters import GROUP, Indices, clusters, means
from spriteloom.editing.compression import Jpeg, likely
from spriteloom.editing.console_colors import WAYS, nearest
from spriteloom.editing.grids import Mesh
from spriteloom.pixels.arrays import Bytes, Doubles
from spriteloom.pixels.palette import MAX_INDEXED

GUESSES = 3  # of the way it was compressed, each from the cells found by the one before
SETTLING = 6  # turns in which every cell is mended alone
TURNS, PATIENCE = 30, 8  # on a palette: in all, and without getting better
REACHES = (4.0, 8.0, 16.0, 32.0)  # of colors that are one, in bytes, tried in this order
CLOSER = 0.7  # of that reach, for the colors of a palette that has formed
EAGER = 1.5  # times what is left over that a cell moves by, to leave its color for another
SNAP = 4.0  # bytes by which a color may move onto a console's
SAME = 5e-4  # bytes a pixel that count as no change of what is left over
EXPLAINED = 0.5  # of what plain cells leave over that may be left, for the guess to be believed

LUMA_CHROMA = np.array([[0.299, 0.587, 0.114], [-0.169, -0.331, 0.5], [0.5, -0.419, -0.081]]).T
FINE = 4  # pixels a side of the smallest cells whose chroma is not shared with others


@dataclass(frozen=True, eq=False, kw_only=True)
class Uncompressed:
    """Colors uint8 (k, 3), the one of each cell (gh, gw), and the mean error they leave, in bytes."""

    colors: Bytes
    cells: Indices
    left: float

    @property
    def picture(self) -> Bytes:
        """The cells' colors, (gh, gw, 3)."""
        return self.colors[self.cells]


def uncompressed(observed: Bytes, mesh: Mesh, guess: Bytes) -> Uncompressed | None:
    """What was compressed into `observed` (h, w, 3), from a guess of its cells; None if JPEG was not."""
    plain = float(np.abs(observed.astype(np.int32) - mesh.painted(guess)).mean())
    best: Uncompressed | None = None
    for _ in range(GUESSES):
        press = _Press(observed, mesh, likely(observed, mesh.painted(guess)))
        found = press.undone()
        if best is not None and found.left >= best.left:
            break
        best, guess = found, found.picture
        if best.left <= SAME:
            break
    return best if best is not None and best.left < EXPLAINED * plain else None


class _Press:
    """One picture and one way to compress."""

    def __init__(self, observed: Bytes, mesh: Mesh, way: Jpeg) -> None:
        self._observed, self._mesh, self._way = observed.astype(np.float64), mesh, way
        weight = 0.5 if mesh.size >= FINE else 0.35  # chroma is known less well than luma
        self._weigh = LUMA_CHROMA * [1.0, weight, weight]

    def undone(self) -> Uncompressed:
        alone = self._alone()
        best: Uncompressed | None = None
        for reach in REACHES:
            found = self._on_a_palette(alone, reach)
            if best is None or (found.left, len(found.colors)) < (best.left, len(best.colors)):
                best = found
            if best.left == 0:
                break
        assert best is not None
        return self._with_console_colors(best)

    def _left(self, cells: Bytes) -> tuple[Doubles, float]:
        """What cells (gh, gw, 3) do not explain: the mean in each cell, the mean size of all, in bytes."""
        gap = self._observed - self._way(self._mesh.painted(cells))
        return self._mesh.means(gap), float(np.abs(gap).mean())

    def _alone(self) -> Doubles:
        """Each cell's color by itself, (gh, gw, 3)."""
        cells = self._mesh.means(self._observed)
        for _ in range(SETTLING):
            cells = (cells + self._left(_bytes(cells))[0]).clip(0, 255)
        return cells

    def _on_a_palette(self, alone: Doubles, reach: float) -> Uncompressed:
        """Cells and colors mended in turn; the best that was met."""
        colors, cells = self._joined(alone.reshape(-1, 3), np.arange(alone[..., 0].size), reach)
        best, met = None, 0
        for turn in range(TURNS):
            gap, left = self._left(_bytes(colors)[cells].reshape(alone.shape))
            if best is None or left < best.left:
                found = _bytes(colors), cells.reshape(alone.shape[:2])
                best, met = Uncompressed(colors=found[0], cells=found[1], left=left), turn
            if left == 0 or turn - met > PATIENCE:
                break
            flat = gap.reshape(-1, 3)
            shared = means(flat, cells)
            colors = (colors + shared).clip(0, 255)
            if turn % 2 == 0:
                wanted = colors[cells] + EAGER * (flat - shared[cells])
                cells = self._reassigned(wanted, colors, np.bincount(cells))
                colors, cells = self._joined(colors, cells, CLOSER * reach)
        assert best is not None
        return best

    def _reassigned(self, wanted: Doubles, colors: Doubles, number: NDArray[np.int64]) -> Indices:
        """The color nearest to what each cell wants to be; of two as near, the commoner."""
        wanted, colors = wanted @ self._weigh, colors @ self._weigh
        found = np.empty(len(wanted), np.intp)
        for start in range(0, len(wanted), GROUP):
            some = slice(start, start + GROUP)
            gaps = np.square(wanted[some, None] - colors).sum(-1)
            found[some] = (gaps - np.log(number)).argmin(1)
        return found

    def _joined(self, colors: Doubles, cells: Indices, reach: float) -> tuple[Doubles, Indices]:
        """Colors that are one made one, those of no cell dropped: colors (k, 3), of each cell its place."""
        weighed = np.rint(colors @ self._weigh)
        number = np.bincount(cells, minlength=len(colors))
        used = np.flatnonzero(number)
        distinct, place = np.unique(weighed[used], axis=0, return_inverse=True)
        place = place.reshape(-1)
        held = np.bincount(place, number[used]).astype(np.int64)
        owner = np.zeros(len(colors), np.intp)
        owner[used] = clusters(distinct, held, reach)[place]
        joined = owner[cells]
        return means(colors[cells], joined), joined

    def _with_console_colors(self, found: Uncompressed) -> Uncompressed:
        """A console's colors wherever they explain as much, by the way that most of them agree on."""
        if len(found.colors) > MAX_INDEXED:
            return found
        fits = []
        for levels in WAYS:
            near = nearest(found.colors.astype(np.float64), levels)
            fits.append((near, np.array([self._explains(found, i, one) for i, one in enumerate(near)])))
        colors = found.colors.copy()
        for near, fit in sorted(fits, key=lambda one: int(one[1].sum())):  # the best last, over all others
            colors[fit] = near[fit]
        left = self._left(colors[found.cells])[1]
        return Uncompressed(colors=colors, cells=found.cells, left=left)

    def _explains(self, found: Uncompressed, place: int, color: NDArray[np.uint8]) -> bool:
        """Whether another color in this place explains the picture as well."""
        if np.abs(found.colors[place].astype(np.int32) - color).max() > SNAP:
            return False
        other = found.colors.copy()
        other[place] = color
        return self._left(other[found.cells])[1] <= found.left + SAME


def _bytes(values: Doubles) -> Bytes:
    return np.asarray(np.rint(values).clip(0, 255).astype(np.uint8))
