"""`Census`: the distinct patches of a training set with their counts, 5 to 35 times fewer than its patches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from spriteloom.codecs import kernels
from spriteloom.codecs.patches import COLORS, PatchIndex, colors, split
from spriteloom.data.tensors import to_unit
from spriteloom.pixels.arrays import Bytes


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
        """The number of patches of the pictures, with repeats."""
        return int(self.counts.sum())


def take_census(pictures: Iterable[Bytes], m: int) -> Census:
    """Count the m×m patches of batches of pictures (b, h, w, 3) uint8; one batch is in memory at a time."""
    if m == 1:
        return _color_census(pictures)
    index, counts = PatchIndex(3 * m * m), np.zeros(0, np.int64)
    for rgb in pictures:
        ids = index.add(split(rgb, m))
        total = np.bincount(ids, minlength=len(index))
        total[: len(counts)] += counts
        counts = total
    return _commonest_first(m, index.patches, counts)


def _color_census(pictures: Iterable[Bytes]) -> Census:
    """The census of patches of one pixel: a histogram of 24-bit numbers."""
    histogram = np.zeros(COLORS, np.int64)
    for rgb in pictures:
        kernels.tally_colors(rgb.reshape(-1, 3), histogram)
    present = np.flatnonzero(histogram)
    return _commonest_first(1, colors(present), histogram[present])


def _commonest_first(m: int, patches: Bytes, counts: NDArray[np.int64]) -> Census:
    order = np.argsort(-counts, kind="stable")
    return Census(m=m, patches=np.ascontiguousarray(patches[order]), counts=counts[order])


class CensusSampler:
    """Draws patches in proportion to their counts."""

    def __init__(self, census: Census, generator: torch.Generator) -> None:
        self.census = census
        self.generator = generator
        self._ends = torch.from_numpy(census.counts).cumsum(0)

    def draw(self, n: int) -> tuple[Tensor, Tensor]:
        """n draws as distinct patches (u, m², 3) in [0, 1] with counts (u,) float32 that sum to n."""
        patches, counts = self.draw_bytes(n)
        return to_unit(patches), counts.float()

    def draw_bytes(self, n: int, part: slice = slice(None)) -> tuple[Tensor, Tensor]:
        """The same as uint8 patches and int64 counts, for a part of the n draws."""
        places = torch.randint(self.census.total, (n,), generator=self.generator)[part]
        drawn = torch.searchsorted(self._ends, places, right=True)
        rows, counts = torch.unique(drawn, return_counts=True)
        return torch.from_numpy(self.census.patches[rows.numpy()]).reshape(len(rows), -1, 3), counts
