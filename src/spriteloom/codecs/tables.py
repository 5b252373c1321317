"""`CompiledCodec`: a patch codec as tables; `NearestTable`: the nearest patch of a table. Both are exact."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from spriteloom.codecs import kernels
from spriteloom.codecs.patches import COLORS, Grid, PatchIndex, colors, raster, split
from spriteloom.errors import ImpossibleModel
from spriteloom.pixels.arrays import Bytes

EncodePatches = Callable[[Bytes], NDArray[np.int32]]  # (n, 3·m²) → (n,)

MAX_NEAREST = 48  # bytes a patch; the squares of longer ones do not fit the kernel's packed integers
_BLOCK = 256
_COMPILED = (np.uint8, np.int32)  # types of codes that kernels are compiled for: each takes seconds, once


class NearestTable:
    """A table (k, d) of bytes, laid out for an exact search. Raises ImpossibleModel for patches beyond 4×4."""

    def __init__(self, table: Bytes) -> None:
        k, d = table.shape
        if d > MAX_NEAREST:
            raise ImpossibleModel(f"patches of {d} bytes are too long to search: use at most 4×4 pixels")
        blocks = -(-k // _BLOCK)
        rows = np.zeros((blocks * _BLOCK, d), np.float32)
        rows[:k] = table
        norms = np.full(blocks * _BLOCK, kernels.FAR, np.float32)
        norms[:k] = np.square(rows[:k]).sum(1)
        self._tables = np.ascontiguousarray(rows.reshape(blocks, _BLOCK, d).transpose(0, 2, 1))
        self._norms = norms.reshape(blocks, _BLOCK)

    def find(self, patches: Bytes) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Codes (n,) and squared errors (n,) of patches (n, d) uint8; ties go to the lowest row."""
        codes, errors = np.empty(len(patches), np.int32), np.empty(len(patches), np.int32)
        kernels.nearest(np.ascontiguousarray(patches), self._tables, self._norms, codes, errors)
        return codes, errors


class _ColorMemory:
    """The codes of single colors: a table of 2²⁴ entries (32 MiB), -1 for colors without a code yet."""

    def __init__(self, encode: EncodePatches, k: int) -> None:
        self._encode = encode
        self._dtype = np.int16 if k <= 1 << 15 else np.int32
        self.clear()

    def clear(self) -> None:
        self._codes = np.full(COLORS, -1, self._dtype)

    def codes(self, patches: Bytes) -> NDArray[np.int32]:
        codes = np.empty(len(patches), np.int32)
        if kernels.recall_colors(patches, self._codes, codes):
            numbers = np.unique(patches[codes < 0].astype(np.int64) @ (1 << 16, 1 << 8, 1))
            self._codes[numbers] = self._encode(colors(numbers))
            kernels.recall_colors(patches, self._codes, codes)
        return codes


class _PatchMemory:
    """The codes of distinct patches so far; a call that would leave more than `limit` clears them all."""

    def __init__(self, encode: EncodePatches, d: int, limit: int) -> None:
        self._encode, self._d, self._limit = encode, d, limit
        self._index, self._codes = PatchIndex(d), np.empty(0, np.int32)

    def codes(self, patches: Bytes) -> NDArray[np.int32]:
        numbers = self._index.add(patches)
        unseen = self._index.patches[len(self._codes) :]
        if len(unseen):
            self._codes = np.concatenate([self._codes, self._encode(unseen)])
        codes = self._codes[numbers]
        if len(self._codes) > self._limit:
            self.clear()
        return codes

    def clear(self) -> None:
        self._index, self._codes = PatchIndex(self._d), np.empty(0, np.int32)  # (len(index),)


class CompiledCodec:
    """Tables of one codec. The network encodes each distinct patch once; at most `memory` codes are remembered."""

    def __init__(
        self, table: Bytes, m: int, encode_patches: EncodePatches, *, memory: int = 1_000_000
    ) -> None:
        self.m, self.k, self.table = m, len(table), table
        self._nearest = NearestTable(table)
        self._rows = np.ascontiguousarray(raster(table, m), np.uint8).reshape(len(table), m, 3 * m)
        if m <= 2:
            padded = np.zeros((len(table), m, 8), np.uint8)
            padded[:, :, : 3 * m] = self._rows
            self._packed = padded.view(np.uint64)[:, :, 0]  # (k, m): each pixel row of a patch as one word
        self._memory: _ColorMemory | _PatchMemory
        if m == 1:
            self._memory = _ColorMemory(encode_patches, len(table))
        else:
            self._memory = _PatchMemory(encode_patches, 3 * m * m, memory)

    def encode(self, rgb: Bytes) -> Grid:
        """Pictures (b, h, w, 3) → the network's codes (b, h/m, w/m)."""
        return self._memory.codes(split(rgb, self.m)).reshape(self._grid(rgb))

    def clear(self) -> None:
        """Drop the codes remembered so far."""
        self._memory.clear()

    def encode_nearest(self, rgb: Bytes) -> Grid:
        """Pictures (b, h, w, 3) → the codes (b, h/m, w/m) nearest in pixels; ties go to the lowest."""
        return self._nearest.find(split(rgb, self.m))[0].reshape(self._grid(rgb))

    def decode(self, codes: NDArray[np.integer]) -> Bytes:
        """Codes (b, gh, gw) below k, which is not checked → pictures (b, gh·m, gw·m, 3)."""
        b, gh, gw = codes.shape
        dtype = codes.dtype if codes.dtype in _COMPILED else np.int32
        flat = np.ascontiguousarray(codes, dtype).reshape(b * gh, gw)
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

    def _grid(self, rgb: Bytes) -> tuple[int, int, int]:
        return len(rgb), rgb.shape[1] // self.m, rgb.shape[2] // self.m
