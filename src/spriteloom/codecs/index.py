"""`PatchIndex` numbers distinct patches in order of first sight. Knows nothing of what numbers are for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spriteloom.codecs import kernels
from spriteloom.pixels.arrays import Bytes


class PatchIndex:
    """A growing set of distinct patches of d bytes, each with a number 0, 1, 2, … in order of first sight.

    `room` is how many are held before it first grows: a power of two.
    """

    def __init__(self, d: int, room: int = 1 << 14) -> None:
        self._d = d
        self._width = -(-d // 4)  # rows are compared as 32-bit words, the last one padded with zeros
        self._keys = np.zeros((room, self._width), np.uint32)
        self._slots = np.full(2 * room, -1, np.int32)
        self._used = 0

    def __len__(self) -> int:
        return self._used

    @property
    def patches(self) -> Bytes:
        """The distinct patches (len, d) uint8, by number."""
        return self._keys[: self._used].view(np.uint8)[:, : self._d]

    def add(self, patches: Bytes) -> NDArray[np.int32]:
        """Numbers (n,) of patches (n, d) uint8; unseen ones get the next free numbers."""
        words = self._as_words(patches)
        ids = np.empty(len(words), np.int32)
        row = 0
        while True:
            row, self._used = kernels.insert(words, row, self._slots, self._keys, self._used, ids)
            if row == len(words):
                return ids
            self._grow()

    def _as_words(self, patches: Bytes) -> NDArray[np.uint32]:
        if self._d % 4 == 0:
            return np.ascontiguousarray(patches).view(np.uint32)
        padded = np.zeros((len(patches), 4 * self._width), np.uint8)
        padded[:, : self._d] = patches
        return padded.view(np.uint32)

    def _grow(self) -> None:
        keys = np.zeros((2 * len(self._keys), self._width), np.uint32)
        keys[: self._used] = self._keys[: self._used]
        self._keys, self._slots = keys, np.full(2 * len(keys), -1, np.int32)
        kernels.rehash(self._keys, self._used, self._slots)
