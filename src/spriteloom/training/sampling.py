"""Draws patches from a census: a function of a generator's state alone, so that it can be resumed."""

from __future__ import annotations

import torch
from torch import Tensor

from spriteloom.codecs.census import Census
from spriteloom.data.tensors import unit


class CensusSampler:
    """Draws patches as often as the pictures hold them."""

    def __init__(self, census: Census, generator: torch.Generator) -> None:
        self.census = census
        self.generator = generator
        self._ends = torch.from_numpy(census.counts).cumsum(0)

    def draw(self, n: int) -> tuple[Tensor, Tensor]:
        """n draws as distinct patches (u, m², 3) in [0, 1] with counts (u,) float32 that sum to n."""
        patches, counts = self.draw_bytes(n)
        return unit(patches), counts.float()

    def draw_bytes(self, n: int, part: slice = slice(None)) -> tuple[Tensor, Tensor]:
        """The same as uint8 patches and int64 counts; of the n draws only a part."""
        places = torch.randint(self.census.total, (n,), generator=self.generator)[part]
        drawn = torch.searchsorted(self._ends, places, right=True)
        rows, counts = torch.unique(drawn, return_counts=True)
        return torch.from_numpy(self.census.patches[rows.numpy()]).reshape(len(rows), -1, 3), counts
