"""Pictures → grids of seven codes that say how each pixel comes about, whatever its color is.

What a prior of those expects of pixel art holds for every palette. Knows no prior.

    0 ground · 1 like the pixel to the left · 2 above · 3 above left · 4 above right (the first that fits)
    5 a color that the picture already has, elsewhere · 6 a color it has not had yet
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spriteloom.metrics.pixel_art.figures import GROUND, Figures

KINDS = 7
_BEFORE = ((0, -1), (-1, 0), (-1, -1), (-1, 1))
_ELSEWHERE, _NEW = 5, 6
BITS_OF_A_COLOR = 24


def relations(found: Figures) -> NDArray[np.uint8]:
    """The codes (n, h, w) of figures, in raster order: each depends on pixels before it and on itself."""
    colors = found.colors
    _, h, w = colors.shape
    padded = np.pad(colors, ((0, 0), (1, 0), (1, 1)))
    grids = np.full(colors.shape, _ELSEWHERE, np.uint8)
    grids[_first(colors)] = _NEW
    for code, (dy, dx) in reversed(list(enumerate(_BEFORE, start=1))):
        grids[padded[:, 1 + dy : 1 + dy + h, 1 + dx : 1 + dx + w] == colors] = code
    grids[colors == GROUND] = 0
    return grids


def naming_bits(grids: NDArray[np.uint8]) -> NDArray[np.float64]:
    """What it takes to say which color each 5 is, log2 of those had so far, and each 6, 24 bits: (n,)."""
    line = grids.reshape(len(grids), -1)
    new = line == _NEW
    had = np.maximum(np.cumsum(new, axis=1), 1)
    return np.asarray((np.log2(had) * (line == _ELSEWHERE) + BITS_OF_A_COLOR * new).sum(axis=1))


def _first(colors: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Where a color stands for the first time in its picture."""
    firsts = np.zeros(colors.shape, np.bool_)
    for one, first in zip(colors, firsts, strict=True):
        first.reshape(-1)[np.unique(one, return_index=True)[1]] = True
    return firsts
