"""DDPM, the second paper's process: noise in a thousand steps, and a network that predicts the noise.

Ho et al. 2020, arXiv:2006.11239; DDIM: Song et al. 2020, arXiv:2010.02502. For vectors and grids.

ᾱ (steps,): the share of the clean values' variance at each step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

from spriteloom.errors import ImpossibleModel
from spriteloom.models.diffusion.samplers import Network
from spriteloom.progress import tracked

SAMPLERS = ("ddpm", "ddim")
FIRST_BETA, LAST_BETA = 1e-4, 0.02


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
        bar = alpha_bars(self.steps).to(clean.device)[times].view(-1, *[1] * (clean.ndim - 1))
        x = bar.sqrt() * clean + (1 - bar).sqrt() * noise
        return functional.mse_loss(network(x, times, conditions).float(), noise)


@dataclass(frozen=True, kw_only=True)
class DDPMSamplerConfig:
    """Samples in `num_steps` of the process's steps: "ddpm" with noise from each posterior, "ddim" without.

    Raises ImpossibleModel for another sampler.
    """

    kind: Literal["ddpm"] = "ddpm"
    sampler: str = "ddpm"
    num_steps: int = 1000

    def __post_init__(self) -> None:
        if self.sampler not in SAMPLERS:
            raise ImpossibleModel(f"a DDPM is sampled by {' or '.join(SAMPLERS)}, not by {self.sampler!r}")
        if self.num_steps < 1:
            raise ImpossibleModel(f"{self.num_steps} steps are too few: give 1 or more")


@torch.no_grad()
def sample(
    network: Network,
    noise: Tensor,
    conditions: Tensor,
    seeds: Sequence[int],
    process: DDPM,
    config: DDPMSamplerConfig,
) -> Tensor:
    """Noise (n, …) → clean values. The noise of each "ddpm" step comes from the sample's own seed.

    Raises ImpossibleModel for more steps than the process has.
    """
    if config.num_steps > process.steps:
        raise ImpossibleModel(f"this DDPM has {process.steps} steps, {config.num_steps} are too many")
    bars = alpha_bars(process.steps).tolist()
    generators = [torch.Generator().manual_seed(seed + 1) for seed in seeds]
    times = torch.linspace(process.steps - 1, 0, config.num_steps).round().int().tolist()
    x = noise
    for t, next_t in tracked(list(zip(times, [*times[1:], None], strict=True)), "sampling"):
        predicted = network(x, torch.full((len(x),), t, device=x.device), conditions).float()
        now, then = bars[t], 1.0 if next_t is None else bars[next_t]
        clean = (x - (1 - now) ** 0.5 * predicted) / now**0.5
        if config.sampler == "ddim":
            x = then**0.5 * clean + (1 - then) ** 0.5 * predicted  # eq. 12 of DDIM, without noise
            continue
        alpha = now / then
        mean = then**0.5 * (1 - alpha) / (1 - now) * clean + alpha**0.5 * (1 - then) / (1 - now) * x  # eq. 7
        deviation = ((1 - then) / (1 - now) * (1 - alpha)) ** 0.5
        x = mean + deviation * _noise_like(x, generators) if next_t is not None else mean
    return x


@cache
def alpha_bars(steps: int) -> Tensor:
    """ᾱ of a linear schedule, float32 (steps,)."""
    return torch.cumprod(1 - torch.linspace(FIRST_BETA, LAST_BETA, steps), 0)


def _noise_like(x: Tensor, generators: Sequence[torch.Generator]) -> Tensor:
    """N(0, 1) like x, each row from its own generator on the CPU, so that all devices draw the same."""
    return torch.stack([torch.randn(x.shape[1:], generator=each) for each in generators]).to(x.device)
