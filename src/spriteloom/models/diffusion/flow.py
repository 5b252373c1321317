"""Flow matching: a straight path from noise to grids, and a network that says where it ends.

x = (1 − σ)·clean + σ·noise. The network predicts what is clean; the error of the velocity (noise − clean) is
that of the clean grid over σ, and its square is the loss. Lipman et al. 2022, arXiv:2210.02747.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from spriteloom.errors import ImpossibleModel
from spriteloom.models.diffusion.samplers import SAMPLERS, Denoise, Mend, as_it_is, sigmas
from spriteloom.nn.sampling import guided, noise_of

Network = Callable[[Tensor, Tensor, Tensor], Tensor]  # x (b, c, h, w), σ (b,), conditions (b, e) → clean


@dataclass(frozen=True, kw_only=True)
class Flow:
    """Which σ are trained on: sigmoid(N(`mean`, `deviation`)), and how errors weigh.

    Below `least` the velocity's error no longer grows as 1/σ, which would make much of nothing.
    """

    kind: Literal["flow"] = "flow"
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
class FlowSamplerConfig:
    """How a flow is sampled: a sampler's name, its steps, where it spends them, and how far it is guided.

    `shift` above 1 spends more steps on much noise. Where σ is above `autoguidance_below`, and it is decided
    what a picture shows, samples lead away from what the network sees without conditions (classifier-free
    guidance); below it, from what the autoguidance model sees, where there is one. That model is shown the
    conditions too where `autoguidance_conditioned`: samples then lead away from what it has not learned, not
    from what is not asked for. Raises ImpossibleModel for another sampler.
    """

    kind: Literal["flow"] = "flow"
    sampler: str = "dpm"
    num_steps: int = 20
    shift: float = 1.0
    guidance_scale: float = 1.0
    autoguidance_below: float = 1.0
    autoguidance_conditioned: bool = False

    def __post_init__(self) -> None:
        if self.sampler not in SAMPLERS:
            raise ImpossibleModel(
                f"no sampler of a flow is called {self.sampler!r}: choose one of {', '.join(SAMPLERS)}"
            )
        if self.num_steps < 1:
            raise ImpossibleModel(f"{self.num_steps} steps cannot be taken: ask for 1 or more")


def sample(
    network: Network,
    x: Tensor,
    conditions: Tensor,
    config: FlowSamplerConfig,
    *,
    autoguidance: Network | None = None,
    start: float = 1.0,
    mend: Mend = as_it_is,
) -> Tensor:
    """Grids at σ = `start`, (b, c, h, w), to clean ones. `mend` puts in what is known, after each step.

    `autoguidance` is a worse network, from which samples lead away (Karras et al. 2024, arXiv:2406.02507).
    """
    walk = SAMPLERS[config.sampler]
    with torch.no_grad():
        return walk(
            _guided(network, autoguidance, conditions, config),
            x,
            sigmas(config.num_steps, shift=config.shift, start=start),
            mend,
        )


def add_noise(clean: Tensor, seeds: Sequence[int], sigma: float) -> Tensor:
    """Clean grids (n, c, h, w) with noise of these seeds, as they are at σ."""
    return torch.lerp(clean, noise_of(seeds, clean.shape[1:]).to(clean.device), sigma)


def _guided(
    network: Network, autoguidance: Network | None, conditions: Tensor, config: FlowSamplerConfig
) -> Denoise:
    """The network's clean grids, further away from a worse answer."""
    nothing = torch.zeros_like(conditions)
    scale = config.guidance_scale

    def denoise(x: Tensor, sigma: float) -> Tensor:
        when = x.new_full((len(x),), sigma)
        worse = autoguidance if sigma <= config.autoguidance_below else None
        if scale == 1 or (worse is None and not conditions.shape[1]):
            return network(x, when, conditions).float()
        if worse is not None:
            ahead = network(x, when, conditions).float()
            behind = worse(x, when, conditions if config.autoguidance_conditioned else nothing).float()
            return guided(ahead, behind, scale)
        both = network(torch.cat([x, x]), torch.cat([when, when]), torch.cat([conditions, nothing])).float()
        return guided(both[: len(x)], both[len(x) :], scale)

    return denoise
