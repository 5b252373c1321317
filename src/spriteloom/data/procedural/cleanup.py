"""What a pixel artist does last: no crumbs, no pits, no lone pixels, one figure. Knows only index images."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
_RING = ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1))
_CROSS = ((-1, 0), (0, -1), (0, 1), (1, 0))


def _neighbours(padded: NDArray[np.generic], steps: tuple[tuple[int, int], ...]) -> NDArray[np.generic]:
    """(k, h, w): the neighbours of each pixel of the unpadded field."""
    h, w = padded.shape[0] - 2, padded.shape[1] - 2
    return np.stack([padded[1 + dy : 1 + dy + h, 1 + dx : 1 + dx + w] for dy, dx in steps])


def tidy(indices: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Indices (h, w) with spurs cut, pits filled, and no pixel that differs from all eight around it."""
    for _ in range(2):
        around = _neighbours(np.pad(indices, 1), _CROSS)
        company = (around > 0).sum(axis=0)
        indices = np.where((indices > 0) & (company < 2), 0, indices).astype(np.uint8)
        around = _neighbours(np.pad(indices, 1), _CROSS)
        company = (around > 0).sum(axis=0)
        pit = (indices == 0) & (company >= 3)
        indices = np.where(pit, around.max(axis=0), indices).astype(np.uint8)
    return _no_lone_pixels(indices)


def _no_lone_pixels(indices: NDArray[np.uint8]) -> NDArray[np.uint8]:
    around = _neighbours(np.pad(indices, 1), _RING)
    lone = (indices > 0) & (around != indices).all(axis=0)
    if not lone.any():
        return indices
    out = indices.copy()
    for y, x in np.argwhere(lone).tolist():
        counts = np.bincount(around[:, y, x], minlength=16)
        counts[0] = 0
        out[y, x] = counts.argmax()
    return out


def largest(figure: Mask) -> Mask:
    """The largest 8-connected part of a mask (h, w)."""
    runs = _runs(figure)
    parent = list(range(len(runs)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    above: list[int] = []
    current: list[int] = []
    row = -1
    for i, (y, start, end) in enumerate(runs):
        if y != row:
            above, current, row = (current if y == row + 1 else []), [], y
        current.append(i)
        for j in above:
            if runs[j][1] <= end and runs[j][2] >= start:
                parent[root(i)] = root(j)
    sizes: dict[int, int] = {}
    for i, (_, start, end) in enumerate(runs):
        sizes[root(i)] = sizes.get(root(i), 0) + end - start
    if len(sizes) <= 1:
        return figure
    keep = max(sorted(sizes), key=lambda r: sizes[r])
    out = np.zeros_like(figure)
    for i, (y, start, end) in enumerate(runs):
        if root(i) == keep:
            out[y, start:end] = True
    return out


def _runs(figure: Mask) -> list[tuple[int, int, int]]:
    """Horizontal runs (row, first column, one past the last), in reading order."""
    padded = np.pad(figure, ((0, 0), (1, 1))).astype(np.int8)
    change = np.diff(padded, axis=1)
    starts, ends = np.argwhere(change == 1), np.argwhere(change == -1)
    return [(int(y), int(a), int(b)) for (y, a), b in zip(starts.tolist(), ends[:, 1].tolist(), strict=True)]
