"""What a pixel artist does last: no spurs, no pits, no lone pixels, one figure. Knows only index images."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from spriteloom.pixels.arrays import Mask

_RING = ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1))
_CROSS = ((-1, 0), (0, -1), (0, 1), (1, 0))


def _neighbours(padded: NDArray[np.uint8], steps: tuple[tuple[int, int], ...]) -> NDArray[np.uint8]:
    """(k, h, w): the neighbours of each pixel of the unpadded field."""
    h, w = padded.shape[0] - 2, padded.shape[1] - 2
    return np.stack([padded[1 + dy : 1 + dy + h, 1 + dx : 1 + dx + w] for dy, dx in steps])


def tidy(indices: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Indices (h, w) with spurs cut off and pits filled, so that the outline runs smoothly."""
    for _ in range(2):
        around = _neighbours(np.pad(indices, 1), _CROSS)
        indices = np.where((around > 0).sum(axis=0) < 2, 0, indices).astype(np.uint8)
        around = _neighbours(np.pad(indices, 1), _CROSS)
        pit = (indices == 0) & ((around > 0).sum(axis=0) >= 3)
        indices = np.where(pit, around.max(axis=0), indices).astype(np.uint8)
    return indices


def without_lone_pixels(indices: NDArray[np.uint8], lines: tuple[int, ...]) -> NDArray[np.uint8]:
    """Indices (h, w) in which each pixel has a neighbour of its own index, as far as two passes bring it.

    A lone pixel takes the commonest index around it; on the rim of the figure only one of `lines`, so
    that the outline stays whole.
    """
    for _ in range(2):
        around = _neighbours(np.pad(indices, 1), _RING)
        lone = (indices > 0) & (around != indices).all(axis=0)
        if not lone.any():
            break
        indices = indices.copy()
        for y, x in np.argwhere(lone).tolist():
            counts = np.bincount(around[:, y, x], minlength=16)
            at_rim, counts[0] = bool(counts[0]), 0
            if at_rim:
                counts[[k for k in range(len(counts)) if k not in lines]] = 0
            if counts.any():
                indices[y, x] = counts.argmax()
    return indices


def largest(foreground: Mask) -> Mask:
    """The largest 8-connected part of a mask (h, w)."""
    parts, _ = ndimage.label(foreground, np.ones((3, 3)))
    sizes = np.bincount(parts[foreground])
    return np.asarray(foreground & (parts == sizes.argmax())) if len(sizes) else foreground
