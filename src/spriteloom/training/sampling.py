"""Batches for training a codec: patches drawn from a census, or pictures in a new order each epoch.

Both are functions of a seed and a generator's state alone, so that a resumed run draws what an uninterrupted
one would.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from spriteloom.codecs.census import Census
from spriteloom.data.tensors import Bytes, unit


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

    def draw_bytes(self, n: int) -> tuple[Tensor, Tensor]:
        """The same as uint8 patches and int64 counts."""
        places = torch.randint(self.census.total, (n,), generator=self.generator)
        drawn = torch.searchsorted(self._ends, places, right=True)
        rows, counts = torch.unique(drawn, return_counts=True)
        return torch.from_numpy(self.census.patches[rows.numpy()]).reshape(len(rows), -1, 3), counts


class PictureSampler:
    """Walks through pictures (n, h, w, 3) uint8 in a new order each epoch."""

    def __init__(self, rgb: Bytes, seed: int) -> None:
        self.rgb = rgb
        self.seed = seed

    def batch(self, number: int, size: int) -> Tensor:
        """Batch `number`: uint8 (size, 3, h, w). The last, smaller part of an epoch is left out."""
        chosen = self.rgb[places(len(self.rgb), number, size, self.seed)]
        return torch.from_numpy(chosen).permute(0, 3, 1, 2)


def places(n: int, number: int, size: int, seed: int) -> NDArray[np.int64]:
    """Which of n things stand in batch `number`: a new order each epoch, its last, smaller part left out."""
    size = min(size, n)
    epoch, place = divmod(number, n // size)
    return np.random.default_rng((seed, epoch)).permutation(n)[place * size : (place + 1) * size]
