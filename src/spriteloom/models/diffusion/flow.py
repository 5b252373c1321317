"""Flow matching: a straight path from noise to clean values, which a network predicts.

x = (1 − σ)·clean + σ·noise. The error of the velocity (noise − clean) is that of the clean values over σ; its square
is the loss. Lipman et al. 2022, arXiv:2210.02747.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from spriteloom.errors import ImpossibleModel
from spriteloom.models.diffusion.samplers import (
    SAMPLERS,
    Constraint,
    Denoise,
    Network,
    Pull,
    no_constraint,
    sigmas,
)
from spriteloom.nn.sampling import guided, noise_of


@dataclass(frozen=True, kw_only=True)
class Flow:
    """Training at σ = sigmoid(N(`mean`, `deviation`)).

    Below σ = `least` the weight 1/σ² of the error stays constant, or else tiny errors would dominate the loss.
    """

    kind: Literal["flow"] = "flow"
    mean: float = 0.8
    deviation: float = 0.8
    least: float = 0.05

    def times(self, n: int, generator: torch.Generator) -> Tensor:
        """n values of σ, float32 (n,)."""
        return torch.sigmoid(torch.randn(n, generator=generator) * self.deviation + self.mean)

    def loss(
        self, network: Network, clean: Tensor, noise: Tensor, times: Tensor, conditions: Tensor
    ) -> Tensor:
        """Mean squared error of the velocity."""
        sigma = times.view(-1, *[1] * (clean.ndim - 1))
        x = torch.lerp(clean, noise, sigma)
        error = network(x, times, conditions).float() - clean
        return (error / sigma.clamp(min=self.least)).square().mean()


@dataclass(frozen=True, kw_only=True)
class FlowSamplerConfig:
    """A sampler of a flow, its steps and its guidance. Raises ImpossibleModel for another sampler.

    A `shift` above 1 takes more steps at high noise. Guidance moves samples away from a worse prediction: at σ above
    `autoguidance_below`, where the content is decided, from the network's own without conditions (classifier-free
    guidance); below, from the autoguidance model's, if there is one. With `autoguidance_conditioned` that model gets
    the conditions too, so that guidance corrects what it has not learned and does not strengthen the conditions.
    Outside the `guidance_interval` of σ there is no guidance (Kynkäänniemi et al. 2024, arXiv:2404.07724).
    At σ up to `flat_below` every prediction of pixels is finished, so that the network draws on in few flat colors.
    """

    kind: Literal["flow"] = "flow"
    sampler: str = "dpm"
    num_steps: int = 20
    shift: float = 1.0
    guidance_scale: float = 1.0
    guidance_interval: tuple[float, float] = (0.0, 1.0)
    flat_below: float = 0.0
    autoguidance_below: float = 1.0
    autoguidance_conditioned: bool = False

    def __post_init__(self) -> None:
        if self.sampler not in SAMPLERS:
            raise ImpossibleModel(
                f"no sampler of a flow is called {self.sampler!r}: choose one of {', '.join(SAMPLERS)}"
            )
        if self.num_steps < 1:
            raise ImpossibleModel(f"{self.num_steps} steps are too few: give 1 or more")


def sample(
    network: Network,
    x: Tensor,
    conditions: Tensor,
    config: FlowSamplerConfig,
    *,
    autoguidance: Network | None = None,
    start: float = 1.0,
    constrain: Constraint = no_constraint,
    pull: Pull | None = None,
) -> Tensor:
    """Denoise x (b, c, h, w) from σ = `start` to 0. `constrain` puts in known values after each step.

    `pull` changes every prediction of clean values before its step. `autoguidance` is a worse network to guide by
    (Karras et al. 2024, arXiv:2406.02507).
    """
    levels = sigmas(config.num_steps, shift=config.shift, start=start)
    with torch.no_grad():
        denoise = _guided(network, autoguidance, conditions, config)
        if pull is not None:
            denoise = _pulled(denoise, pull)
        return SAMPLERS[config.sampler](denoise, x, levels, constrain)


def add_noise(clean: Tensor, seeds: Sequence[int], sigma: float) -> Tensor:
    """Clean values (n, c, h, w) with noise from these seeds, at σ."""
    return torch.lerp(clean, noise_of(seeds, clean.shape[1:]).to(clean.device), sigma)


def _pulled(denoise: Denoise, pull: Pull) -> Denoise:
    return lambda x, sigma: pull(denoise(x, sigma), sigma)


def _guided(
    network: Network, autoguidance: Network | None, conditions: Tensor, config: FlowSamplerConfig
) -> Denoise:
    """The network's prediction, guided away from a worse one."""
    zeros = torch.zeros_like(conditions)
    scale, (least, most) = config.guidance_scale, config.guidance_interval

    def denoise(x: Tensor, sigma: float) -> Tensor:
        times = x.new_full((len(x),), sigma)
        worse = autoguidance if sigma <= config.autoguidance_below else None
        is_plain = scale == 1 or not least <= sigma <= most
        if is_plain or (worse is None and not conditions.shape[1]):
            return network(x, times, conditions).float()
        if worse is not None:
            better = network(x, times, conditions).float()
            bad = worse(x, times, conditions if config.autoguidance_conditioned else zeros).float()
            return guided(better, bad, scale)
        both = network(torch.cat([x, x]), torch.cat([times, times]), torch.cat([conditions, zeros])).float()
        return guided(both[: len(x)], both[len(x) :], scale)

    return denoise
