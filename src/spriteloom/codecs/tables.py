"""`CompiledCodec`: a patch codec as tables. The network's codes and bytes, no patch run through it twice.

Decoding is a look-up. Encoding comes in two ways, both exact in what they promise:
- `encode`: the codes the network would choose (HiRes: a table over all 24-bit colors, filled as colors are
  met; larger patches: the network on unseen distinct patches only, remembered between calls);
- `encode_nearest`: the code whose patch is nearest in pixels, which for a given table nothing can beat.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from spriteloom.codecs import kernels
from spriteloom.codecs.index import PatchIndex
from spriteloom.codecs.nearest import NearestTable
from spriteloom.codecs.patches import COLORS, colors, raster, split
from spriteloom.pixels.arrays import Bytes

Grid = NDArray[np.int32]
EncodePatches = Callable[[Bytes], NDArray[np.int32]]  # (n, 3·m²) → (n,)


class TableDecoder:
    """Codes → pictures by a table of k patches (k, 3·m²) in Z-order."""

    def __init__(self, table: Bytes, m: int) -> None:
        self.m = m
        self._rows = np.ascontiguousarray(raster(table, m), np.uint8).reshape(len(table), m, 3 * m)
        if m <= 2:
            padded = np.zeros((len(table), m, 8), np.uint8)
            padded[:, :, : 3 * m] = self._rows
            self._packed = padded.view(np.uint64)[:, :, 0]  # (k, m): a pixel row of a patch is one word

    def decode(self, codes: NDArray[np.integer]) -> Bytes:
        """Codes (b, gh, gw) below k, which is not checked → pictures (b, gh·m, gw·m, 3)."""
        b, gh, gw = codes.shape
        flat = np.ascontiguousarray(codes).reshape(b * gh, gw)
        out = np.empty((b * gh, self.m, gw * 3 * self.m), np.uint8)
        if self.m == 1 and gw % 8 == 0:
            kernels.paint_colors(flat, self._packed[:, 0], out[:, 0].view(np.uint64))
        elif self.m == 2 and gw % 4 == 0:
            kernels.paint_pairs(flat, self._packed, out.view(np.uint64))
        elif self.m == 4:
            kernels.paint_blocks(flat, self._rows.view(np.uint32), out.view(np.uint32))
        else:
            kernels.paint(flat, self._rows, out.reshape(b * gh, self.m, gw, 3 * self.m))
        return out.reshape(b, gh * self.m, gw * self.m, 3)


class _ColorMemory:
    """Codes of single colors: a table of 2²⁴ entries (32 MiB), -1 where a color has not been met."""

    def __init__(self, encode: EncodePatches, k: int) -> None:
        self._encode = encode
        self._dtype = np.int16 if k <= 1 << 15 else np.int32
        self.forget()

    def forget(self) -> None:
        self._codes = np.full(COLORS, -1, self._dtype)

    def codes(self, patches: Bytes) -> NDArray[np.int32]:
        found = np.empty(len(patches), np.int32)
        if kernels.recall_colors(patches, self._codes, found):
            numbers = np.unique(patches[found < 0].astype(np.int64) @ (1 << 16, 1 << 8, 1))
            self._codes[numbers] = self._encode(colors(numbers))
            kernels.recall_colors(patches, self._codes, found)
        return found


class _PatchMemory:
    """Codes of distinct patches met so far, all forgotten by a call that would leave more than `limit`."""

    _codes: NDArray[np.int32]  # (len(index),)

    def __init__(self, encode: EncodePatches, d: int, limit: int) -> None:
        self._encode, self._d, self._limit = encode, d, limit
        self.forget()

    def codes(self, patches: Bytes) -> NDArray[np.int32]:
        numbers = self._index.add(patches)
        unseen = self._index.patches[len(self._codes) :]
        if len(unseen):
            self._codes = np.concatenate([self._codes, self._encode(unseen)])
        found = self._codes[numbers]
        if len(self._codes) > self._limit:
            self.forget()
        return found

    def forget(self) -> None:
        self._index, self._codes = PatchIndex(self._d), np.empty(0, np.int32)


class CompiledCodec:
    """Tables of one codec. `remember` bounds how many distinct patches are kept between calls of `encode`."""

    def __init__(
        self, table: Bytes, m: int, encode_patches: EncodePatches, *, remember: int = 1_000_000
    ) -> None:
        self.m, self.k, self.table = m, len(table), table
        self._nearest = NearestTable(table)
        self._decoder = TableDecoder(table, m)
        memory = (
            _ColorMemory(encode_patches, len(table))
            if m == 1
            else _PatchMemory(encode_patches, 3 * m * m, remember)
        )
        self._memory: _ColorMemory | _PatchMemory = memory

    def encode(self, rgb: Bytes) -> Grid:
        """Pictures (b, h, w, 3) → the network's codes (b, h/m, w/m)."""
        return self._memory.codes(split(rgb, self.m)).reshape(self._grid(rgb))

    def forget(self) -> None:
        """Drop what is remembered of patches met so far."""
        self._memory.forget()

    def encode_nearest(self, rgb: Bytes) -> Grid:
        """Pictures (b, h, w, 3) → the codes (b, h/m, w/m) nearest in pixels; ties go to the lowest."""
        return self._nearest.find(split(rgb, self.m))[0].reshape(self._grid(rgb))

    def decode(self, codes: NDArray[np.integer]) -> Bytes:
        """Codes (b, gh, gw) below k, which is not checked → pictures (b, gh·m, gw·m, 3)."""
        return self._decoder.decode(codes)

    def _grid(self, rgb: Bytes) -> tuple[int, int, int]:
        return len(rgb), rgb.shape[1] // self.m, rgb.shape[2] // self.m
