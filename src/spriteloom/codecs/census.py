"""`Census`: the distinct patches of a training set with their counts. Knows nothing of networks.

Where blocks do not overlap, a training set is nothing more than this: any sum over its patches (a loss, a
batch statistic, a centroid) is the same sum over the distinct ones, weighted by their counts. Pixel art
repeats itself, so there are 5 to 35 times fewer of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spriteloom.codecs import kernels
from spriteloom.codecs.index import PatchIndex
from spriteloom.codecs.patches import COLOURS, Bytes, colours, split


@dataclass(frozen=True, kw_only=True, eq=False)
class Census:
    """`patches` (u, 3·m²) uint8, distinct, in Z-order, commonest first; `counts` (u,) int64, each ≥ 1."""

    m: int
    patches: Bytes
    counts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.patches)

    @property
    def total(self) -> int:
        """How many patches the pictures held, repeats included."""
        return int(self.counts.sum())


def take_census(pictures: Iterable[Bytes], m: int) -> Census:
    """Count the m×m patches of batches of pictures (b, h, w, 3) uint8; holds one batch at a time."""
    if m == 1:
        return _colour_census(pictures)
    index, counts = PatchIndex(3 * m * m), np.zeros(0, np.int64)
    for rgb in pictures:
        ids = index.add(split(rgb, m))
        seen = np.bincount(ids, minlength=len(index))
        seen[: len(counts)] += counts
        counts = seen
    return _commonest_first(m, index.patches, counts)


def _colour_census(pictures: Iterable[Bytes]) -> Census:
    """Patches of one pixel are 24-bit numbers: counting is a histogram."""
    histogram = np.zeros(COLOURS, np.int64)
    for rgb in pictures:
        kernels.tally_colours(rgb.reshape(-1, 3), histogram)
    present = np.flatnonzero(histogram)
    return _commonest_first(1, colours(present), histogram[present])


def _commonest_first(m: int, patches: Bytes, counts: NDArray[np.int64]) -> Census:
    order = np.argsort(-counts, kind="stable")
    return Census(m=m, patches=np.ascontiguousarray(patches[order]), counts=counts[order])
