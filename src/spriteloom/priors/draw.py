"""How every sampler draws codes from logits: seeds, temperature, guidance, Gumbel noise.

A code is argmax(logits / temperature + noise) with Gumbel noise, which draws exactly from the softmax. The noise of
a sample depends on its seed only, so a sample is a function of weights, condition and seed, and does not depend on its
batch or on the sampler.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite

import torch
from torch import Tensor

from spriteloom.errors import BadPalette, ImpossibleModel
from spriteloom.pixels import Palette
from spriteloom.pixels.palette import MAX_INDEXED, MIN_COLORS, visible_colors


@dataclass(frozen=True, kw_only=True)
class Draw:
    """One seed for each sample; a temperature below 1 makes likely codes likelier; guidance 1 is no guidance.

    With a `palette` of 2 to 256 visible colors the samples are drawn for it. Raises ImpossibleModel for a temperature
    that is not above 0 or a guidance that is not finite, BadPalette for another number of colors.
    """

    seeds: tuple[int, ...]
    temperature: float = 1.0
    guidance: float = 1.0
    palette: Palette | None = None

    def __post_init__(self) -> None:
        if not 0 < self.temperature < inf:
            raise ImpossibleModel(f"the temperature is {self.temperature}; it must be a number above 0")
        if not isfinite(self.guidance):
            raise ImpossibleModel(f"the guidance is {self.guidance}; it must be a number, 1 for none")
        if self.palette is not None:
            number = len(visible_colors(self.palette))
            if not MIN_COLORS <= number <= MAX_INDEXED:
                limits = f"{MIN_COLORS} to {MAX_INDEXED}"
                raise BadPalette(
                    f"a palette of {number} colors cannot be drawn for: give {limits}, as `spriteloom palette -k` does"
                )


class Noise:
    """Gumbel noise, row by row of the grid, drawn on the CPU: the same on every device."""

    def __init__(self, seeds: tuple[int, ...], k: int) -> None:
        self._generators = [torch.Generator().manual_seed(seed) for seed in seeds]
        self._k = k

    def row(self, width: int) -> Tensor:
        """The next row: float32 (b, width, k)."""
        noise = torch.empty(len(self._generators), width, self._k)
        for sample, generator in zip(noise, self._generators, strict=True):
            sample.exponential_(generator=generator)
        return -noise.log()
