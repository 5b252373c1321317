"""Chance and choice: how a code is drawn from logits, the same way by every sampler. Knows no network.

A code is argmax(logits / temperature + noise) with Gumbel noise, which draws exactly from the softmax. The
noise of a sample depends on its own seed alone, so a sample is a function of weights, condition and seed: not
of the batch it was made in, nor of the sampler.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite

import torch
from torch import Tensor

from spriteloom.errors import ImpossibleModel


@dataclass(frozen=True, kw_only=True)
class Draw:
    """One seed per sample; temperature below 1 is safer, above 1 is wilder; guidance 1 is the model's own.

    Raises ImpossibleModel where nothing can be drawn so.
    """

    seeds: tuple[int, ...]
    temperature: float = 1.0
    guidance: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.temperature < inf:
            raise ImpossibleModel(f"the temperature is {self.temperature}; it must be a number above 0")
        if not isfinite(self.guidance):
            raise ImpossibleModel(f"the guidance is {self.guidance}; it must be a number, 1 for none")


class Noise:
    """Gumbel noise, row by row of the grid; always on the CPU, so that every device draws the same."""

    def __init__(self, seeds: tuple[int, ...], k: int) -> None:
        self._generators = [torch.Generator().manual_seed(seed) for seed in seeds]
        self._k = k

    def row(self, width: int) -> Tensor:
        """The next row: float32 (b, width, k)."""
        waits = torch.empty(len(self._generators), width, self._k)
        for wait, generator in zip(waits, self._generators, strict=True):
            wait.exponential_(generator=generator)
        return -waits.log()
