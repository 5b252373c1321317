"""`NearestTable`: for each patch the nearest row of a table, exactly. Knows bytes, nothing of codecs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spriteloom.codecs import kernels
from spriteloom.errors import ImpossibleModel
from spriteloom.pixels.arrays import Bytes

_LONGEST = 48  # bytes a patch: beyond, the sums of squares no longer fit the packed integers of the kernel
_BLOCK = 256


class NearestTable:
    """A table (k, d) of bytes, laid out for the search. Raises ImpossibleModel for patches beyond 4×4."""

    def __init__(self, table: Bytes) -> None:
        k, d = table.shape
        if d > _LONGEST:
            raise ImpossibleModel(
                f"patches of {d} bytes are too long for the nearest search: at most 4×4 pixels"
            )
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
        kernels.nearest(patches, self._tables, self._norms, codes, errors)
        return codes, errors
