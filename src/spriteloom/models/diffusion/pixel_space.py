"""The pixels themselves as a latent space: no network between them and the diffusion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from spriteloom.codecs.signed import from_opponent, from_signed, to_opponent, to_signed
from spriteloom.pixels.arrays import Bytes


@dataclass(frozen=True, kw_only=True)
class FoldedPixels:
    """Blocks of m×m pixels become channels. Colors stand as RGB or, where `opponent`, as `opponent.py` has it."""

    size: int = 64
    m: int = 2
    opponent: bool = False

    @property
    def shape(self) -> tuple[int, ...]:
        return (4 * self.m**2, self.size // self.m, self.size // self.m)

    def encode(self, rgba: Bytes) -> Tensor:
        """uint8 (n, size, size, 4) → float32 (n, *shape)."""
        images = to_signed(torch.from_numpy(np.array(rgba)))
        return functional.pixel_unshuffle(to_opponent(images) if self.opponent else images, self.m)

    def decode(self, grids: Tensor) -> Bytes:
        """float32 (n, *shape) → uint8 (n, size, size, 4)."""
        images = functional.pixel_shuffle(grids.float().cpu(), self.m)
        return from_signed(from_opponent(images) if self.opponent else images)
