"""Whether a figure's pixels stand where a hand puts them: none alone, outlines whole. Knows no palette."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from spriteloom.metrics.pixel_art.figures import Figures

AROUND = tuple((dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if (dy, dx) != (0, 0))
FORWARD = ((0, 1), (1, -1), (1, 0), (1, 1))  # half of those: each pair of neighbours once
LUMA = np.array([0.299, 0.587, 0.114])  # ITU-R BT.601
DARK = 0.5  # of the mean luma of what the outline encloses

Shares = NDArray[np.float64]


def orphans(found: Figures) -> Shares:
    """The share of a figure's pixels with no neighbour of their color among the eight around them, (n,)."""
    padded = np.pad(found.colors, ((0, 0), (1, 1), (1, 1)))  # the ground has a number of its own
    accompanied = np.zeros(found.colors.shape, np.bool_)
    for dy, dx in AROUND:
        accompanied |= _moved(padded, dy, dx) == found.colors
    return np.asarray((found.inside & ~accompanied).sum(axis=(1, 2)) / found.areas)


def broken_outline(found: Figures) -> Shares:
    """Of neighbours along the silhouette, the share of which one is dark and the other is not, (n,).

    The silhouette is the figure's pixels with ground at a side; dark is below half the mean luma of the
    pixels that are not on it. A whole outline has no such pair, and neither has a sprite without one: only an
    outline that comes and goes has.
    """
    rim = silhouette(found)
    luma = found.pixels[..., :3] @ LUMA
    core = found.inside & ~rim
    weight = np.maximum(core.sum(axis=(1, 2)), 1)
    level = (luma * core).sum(axis=(1, 2)) / weight * DARK
    dark = luma < level[:, None, None]
    breaks, pairs = np.zeros(len(rim)), np.zeros(len(rim))
    rims, darks = (np.pad(a, ((0, 0), (1, 1), (1, 1))) for a in (rim, dark))
    for dy, dx in FORWARD:
        both = rim & _moved(rims, dy, dx)
        pairs += both.sum(axis=(1, 2))
        breaks += (both & (dark != _moved(darks, dy, dx))).sum(axis=(1, 2))
    return breaks / np.maximum(pairs, 1)


def silhouette(found: Figures) -> NDArray[np.bool_]:
    """The figure's pixels with ground, or the picture's end, above, below, left or right: (n, h, w)."""
    padded = np.pad(found.inside, ((0, 0), (1, 1), (1, 1)))
    closed = np.logical_and.reduce([_moved(padded, *by) for by in ((0, 1), (1, 0), (0, -1), (-1, 0))])
    return np.asarray(found.inside & ~closed)


def _moved(padded: NDArray[Any], dy: int, dx: int) -> NDArray[Any]:
    """What stands (dy, dx) from each pixel, of an array with one more pixel on every side."""
    h, w = padded.shape[1] - 2, padded.shape[2] - 2
    return padded[:, 1 + dy : 1 + dy + h, 1 + dx : 1 + dx + w]
