"""Flow matching: a straight path from noise to grids, and a network that says where it ends.

x = (1 − σ)·clean + σ·noise. The network predicts what is clean; the error of the velocity (noise − clean) is
that of the clean grid over σ, and its square is the loss. Lipman et al. 2022, arXiv:2210.02747.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from spriteloom.diffusion.noise import noise_of
from spriteloom.diffusion.samplers import SAMPLERS, Denoise, Mend, as_it_is, sigmas
from spriteloom.errors import ImpossibleModel
from spriteloom.nn.guidance import guided

Network = Callable[[Tensor, Tensor, Tensor], Tensor]  # x (b, c, h, w), σ (b,), conditions (b, e) → clean


@dataclass(frozen=True, kw_only=True)
class Flow:
    """Which shares of noise are trained on: σ = sigmoid(N(`mean`, `deviation`)), and how errors weigh.

    Below `least` the velocity's error no longer grows as 1/σ, which would make much of nothing.
    """

    mean: float = 0.8
    deviation: float = 0.8
    least: float = 0.05

    def times(self, n: int, generator: torch.Generator) -> Tensor:
        """σ of n grids, float32 (n,)."""
        return torch.sigmoid(torch.randn(n, generator=generator) * self.deviation + self.mean)

    def loss(
        self, network: Network, clean: Tensor, noise: Tensor, times: Tensor, conditions: Tensor
    ) -> Tensor:
        """Mean squared error of the velocity."""
        sigma = times.view(-1, *[1] * (clean.ndim - 1))
        x = torch.lerp(clean, noise, sigma)
        gap = network(x, times, conditions).float() - clean
        return (gap / sigma.clamp(min=self.least)).square().mean()


@dataclass(frozen=True, kw_only=True)
class Walk:
    """How a flow is followed: a sampler's name, its steps, where it spends them, and how far it is guided.

    Where there is more noise than `guide_from`, and it is decided what a picture shows, a path leads away
    from what the network sees unasked; from there on, from what a guide sees. A guide that is told what is
    asked for (`guide_told`) leads away from what it has not learned, not from what is not asked for.
    Raises ImpossibleModel for what cannot be walked.
    """

    sampler: str = "dpm"
    steps: int = 20
    shift: float = 1.0
    guidance: float = 1.0
    guide_from: float = 1.0
    guide_told: bool = False

    def __post_init__(self) -> None:
        if self.sampler not in SAMPLERS:
            raise ImpossibleModel(
                f"no sampler is called {self.sampler!r}: choose one of {', '.join(SAMPLERS)}"
            )
        if self.steps < 1:
            raise ImpossibleModel(f"{self.steps} steps cannot be walked: ask for 1 or more")


def follow(
    network: Network,
    x: Tensor,
    conditions: Tensor,
    path: Walk,
    *,
    guide: Network | None = None,
    start: float = 1.0,
    mend: Mend = as_it_is,
) -> Tensor:
    """Grids at σ = `start`, (b, c, h, w), to clean ones. `mend` puts in what is known, after each step.

    `guide` is a worse network, from which the path leads away (Karras et al. 2024, arXiv:2406.02507).
    """
    walk = SAMPLERS[path.sampler]
    with torch.no_grad():
        return walk(
            _guided(network, guide, conditions, path),
            x,
            sigmas(path.steps, shift=path.shift, start=start),
            mend,
        )


def begin(clean: Tensor, seeds: Sequence[int], start: float) -> Tensor:
    """Clean grids (n, c, h, w) with noise of these seeds, as they are at σ = `start`."""
    return torch.lerp(clean, noise_of(seeds, clean.shape[1:]).to(clean.device), start)


def _guided(network: Network, guide: Network | None, conditions: Tensor, path: Walk) -> Denoise:
    """The network's clean grids, further away from what it sees unasked, or from what `guide` sees."""
    unasked = torch.zeros_like(conditions)

    def denoise(x: Tensor, sigma: float) -> Tensor:
        when = x.new_full((len(x),), sigma)
        worse = guide if sigma <= path.guide_from else None
        if path.guidance == 1 or (worse is None and not conditions.shape[1]):
            return network(x, when, conditions).float()
        if worse is not None:
            ahead = network(x, when, conditions).float()
            behind = worse(x, when, conditions if path.guide_told else unasked).float()
            return guided(ahead, behind, path.guidance)
        both = network(torch.cat([x, x]), torch.cat([when, when]), torch.cat([conditions, unasked])).float()
        return guided(both[: len(x)], both[len(x) :], path.guidance)

    return denoise
