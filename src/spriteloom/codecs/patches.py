"""Split pictures into patches and join them again; number distinct patches.

A patch of m×m pixels (m a power of two) is a row of 3·m² bytes with its pixels in Z-order, so that a 2×2
convolution with stride 2 is a reshape and a matrix product: (n, 4p, c) → (n, p, 4c) @ (4c, out).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spriteloom.codecs import kernels
from spriteloom.pixels.arrays import Bytes

Grid = NDArray[np.int32]  # codes (b, gh, gw)

COLORS = 1 << 24  # distinct patches of one pixel, numbered r·2¹⁶ + g·2⁸ + b


def z_order(m: int) -> list[tuple[int, int]]:
    """The (y, x) of each pixel of an m×m patch, in Z-order; m is a power of two."""
    if m == 1:
        return [(0, 0)]
    half = m // 2
    return [(by * half + y, bx * half + x) for by in (0, 1) for bx in (0, 1) for y, x in z_order(half)]


def split(rgb: Bytes, m: int) -> Bytes:
    """Pictures (b, h, w, 3) → patches (b·gh·gw, 3·m²) in reading order. Raises ValueError unless m divides h and w."""
    b, h, w, _ = rgb.shape
    if h % m or w % m:
        raise ValueError(f"picture is {h}×{w}; patches of {m}×{m} need multiples of {m}")
    if m == 1:
        return np.ascontiguousarray(rgb).reshape(-1, 3)
    offsets = np.array([(y * w + x) * 3 + c for y, x in z_order(m) for c in range(3)], np.int64)
    rows = np.arange(b * (h // m), dtype=np.int64) * (m * w * 3)
    starts = (rows[:, None] + np.arange(w // m, dtype=np.int64) * (m * 3)).ravel()
    out = np.empty((starts.size, offsets.size), np.uint8)
    kernels.gather(np.ascontiguousarray(rgb).reshape(-1), starts, offsets, out)
    return out


def colors(numbers: NDArray[np.int64]) -> Bytes:
    """The patches of one pixel (n, 3) of 24-bit numbers (n,)."""
    return np.stack([numbers >> 16, (numbers >> 8) & 255, numbers & 255], axis=1).astype(np.uint8)


def raster(patches: Bytes, m: int) -> Bytes:
    """Patches (n, 3·m²) in Z-order → the same patches (n, m, m, 3) in raster order."""
    out = np.empty((len(patches), m, m, 3), patches.dtype)
    for i, (y, x) in enumerate(z_order(m)):
        out[:, y, x] = patches[:, 3 * i : 3 * i + 3]
    return out


def join(patches: Bytes, grid: tuple[int, int, int], m: int) -> Bytes:
    """The inverse of `split`: patches (b·gh·gw, 3·m²) → pictures (b, gh·m, gw·m, 3); grid is (b, gh, gw)."""
    b, gh, gw = grid
    blocks = raster(patches, m).reshape(b, gh, gw, m, m, 3)
    return np.ascontiguousarray(blocks.transpose(0, 1, 3, 2, 4, 5).reshape(b, gh * m, gw * m, 3))


class PatchIndex:
    """A growing set of distinct patches of d bytes, numbered from 0; `capacity` is a power of two."""

    def __init__(self, d: int, capacity: int = 1 << 14) -> None:
        self._d = d
        self._width = -(-d // 4)  # rows are compared as 32-bit words, the last one padded with zeros
        self._keys = np.zeros((capacity, self._width), np.uint32)
        self._slots = np.full(2 * capacity, -1, np.int32)
        self._used = 0

    def __len__(self) -> int:
        return self._used

    @property
    def patches(self) -> Bytes:
        """The distinct patches (len, d) uint8, by number."""
        return self._keys[: self._used].view(np.uint8)[:, : self._d]

    def add(self, patches: Bytes) -> NDArray[np.int32]:
        """Numbers (n,) of patches (n, d) uint8; new patches get the next free numbers."""
        words = self._as_words(patches)
        ids = np.empty(len(words), np.int32)
        row = 0
        while True:
            row, self._used = kernels.insert(words, row, self._slots, self._keys, self._used, ids)
            if row == len(words):
                return ids
            keys = np.zeros((2 * len(self._keys), self._width), np.uint32)
            keys[: self._used] = self._keys[: self._used]
            self._keys, self._slots = keys, np.full(2 * len(keys), -1, np.int32)
            kernels.rehash(self._keys, self._used, self._slots)

    def _as_words(self, patches: Bytes) -> NDArray[np.uint32]:
        if self._d % 4 == 0:
            return np.ascontiguousarray(patches).view(np.uint32)
        padded = np.zeros((len(patches), 4 * self._width), np.uint8)
        padded[:, : self._d] = patches
        return padded.view(np.uint32)
