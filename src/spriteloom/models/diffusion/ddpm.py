"""The second paper's process: noise in a thousand steps, and a network that says which noise there is.

Ho et al. 2020, arXiv:2006.11239; DDIM: Song et al. 2020, arXiv:2010.02502. For vectors and grids alike.

ᾱ (steps,): how much of the clean values' variance is left at each step.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

from spriteloom.errors import ImpossibleModel

Network = Callable[[Tensor, Tensor, Tensor], Tensor]  # x (b, …), step (b,), conditions (b, e) → noise
SAMPLERS = ("ddpm", "ddim")
FIRST, LAST = 1e-4, 0.02  # betas


@dataclass(frozen=True, kw_only=True)
class DDPM:
    """A linear schedule of betas over `steps`."""

    kind: Literal["ddpm"] = "ddpm"
    steps: int = 1000

    def times(self, n: int, generator: torch.Generator) -> Tensor:
        """Steps of n grids, int64 (n,)."""
        return torch.randint(self.steps, (n,), generator=generator)

    def loss(
        self, network: Network, clean: Tensor, noise: Tensor, times: Tensor, conditions: Tensor
    ) -> Tensor:
        """Mean squared error of the noise: eq. 14."""
        left = alpha_bars(self.steps).to(clean.device)[times].view(-1, *[1] * (clean.ndim - 1))
        x = left.sqrt() * clean + (1 - left).sqrt() * noise
        return functional.mse_loss(network(x, times, conditions).float(), noise)


@dataclass(frozen=True, kw_only=True)
class DDPMSamplerConfig:
    """ "ddpm" draws each step from its posterior, "ddim" takes each straight on; in `num_steps` of all steps.

    Raises ImpossibleModel for another sampler.
    """

    kind: Literal["ddpm"] = "ddpm"
    sampler: str = "ddpm"
    num_steps: int = 1000

    def __post_init__(self) -> None:
        if self.sampler not in SAMPLERS:
            raise ImpossibleModel(f"a DDPM is sampled by {' or '.join(SAMPLERS)}, not by {self.sampler!r}")
        if self.num_steps < 1:
            raise ImpossibleModel(f"{self.num_steps} steps cannot be taken: ask for 1 or more")


@torch.no_grad()
def sample(
    network: Network,
    noise: Tensor,
    conditions: Tensor,
    seeds: Sequence[int],
    process: DDPM,
    config: DDPMSamplerConfig,
) -> Tensor:
    """From noise (n, …) to clean. What "ddpm" adds on its way comes from the sample's own seed too.

    Raises ImpossibleModel for more steps than the process has.
    """
    if config.num_steps > process.steps:
        raise ImpossibleModel(f"this DDPM has {process.steps} steps, {config.num_steps} are too many")
    bars = alpha_bars(process.steps).tolist()
    chance = [torch.Generator().manual_seed(seed + 1) for seed in seeds]
    times = torch.linspace(process.steps - 1, 0, config.num_steps).round().int().tolist()
    x = noise
    for t, following in zip(times, [*times[1:], None], strict=True):
        said = network(x, torch.full((len(x),), t, device=x.device), conditions).float()
        now, then = bars[t], 1.0 if following is None else bars[following]
        clean = (x - (1 - now) ** 0.5 * said) / now**0.5
        if config.sampler == "ddim":
            x = then**0.5 * clean + (1 - then) ** 0.5 * said  # eq. 12 of DDIM, without noise
            continue
        alpha = now / then
        mean = then**0.5 * (1 - alpha) / (1 - now) * clean + alpha**0.5 * (1 - then) / (1 - now) * x  # eq. 7
        deviation = ((1 - then) / (1 - now) * (1 - alpha)) ** 0.5
        x = mean + deviation * _drawn(x, chance) if following is not None else mean
    return x


@cache
def alpha_bars(steps: int) -> Tensor:
    """ᾱ of a linear schedule, float32 (steps,)."""
    return torch.cumprod(1 - torch.linspace(FIRST, LAST, steps), 0)


def _drawn(x: Tensor, chance: Sequence[torch.Generator]) -> Tensor:
    """N(0, 1) like x, each row by its own generator on the CPU: every device draws the same."""
    return torch.stack([torch.randn(x.shape[1:], generator=each) for each in chance]).to(x.device)
