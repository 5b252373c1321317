"""The denoisers of a diffusion: a U-Net with conditions, and the second paper's MLP.

b: latents, c: their channels, h w: their sides, e: length of a condition.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import torch
from torch import Tensor, nn

from spriteloom.nn.unet import UNet, UNetConfig

FREQUENCIES = 64  # of a timestep embedding, each as a sine and a cosine
MAX_FREQUENCY = 1000.0  # radians between σ = 0 and σ = 1
PREFIX = "autoguidance."  # of the autoguidance model's weights in a state dict


@dataclass(frozen=True, kw_only=True)
class DenoiserConfig:
    """`widths`, `blocks`, `attention` and `dropout` are the U-Net's, `conditioning` its vector's length.

    With `sigma_data`, the standard deviation of clean values, the network predicts only what the noisy input does
    not contain, scaled to one size at every σ (Karras et al. 2022, arXiv:2206.00364, section 5); without it, the
    clean values.
    """

    kind: Literal["unet"] = "unet"
    widths: tuple[int, ...] = (64, 128, 256)
    blocks: int = 1
    attention: tuple[int, ...] = (2,)
    dropout: float = 0.0
    conditioning: int = 256
    sigma_data: float | None = None
    conditional: bool = True

    def unet(self, channels: int) -> UNetConfig:
        return UNetConfig(
            inputs=channels,
            outputs=channels,
            conditioning=self.conditioning,
            widths=self.widths,
            blocks=self.blocks,
            attention=self.attention,
            dropout=self.dropout,
        )


class Denoiser(nn.Module):
    """x (b, c, h, w) at σ (b,) and conditions (b, e) → clean values (b, c, h, w)."""

    def __init__(self, config: DenoiserConfig, *, channels: int, conditions: int) -> None:
        super().__init__()
        self.sigma_data = config.sigma_data
        e = config.conditioning
        self.time = nn.Sequential(nn.Linear(2 * FREQUENCIES, e), nn.SiLU(), nn.Linear(e, e))
        self.condition = nn.Linear(conditions, e, bias=False) if conditions and config.conditional else None
        if self.condition is not None:  # each label's and word's vector is about as long as the timestep's
            nn.init.normal_(self.condition.weight, std=e**-0.5)
        self.mix = nn.Sequential(nn.SiLU(), nn.Linear(e, e))
        self.activation = nn.SiLU()
        self.unet = UNet(config.unet(channels))

    def forward(self, x: Tensor, sigma: Tensor, conditions: Tensor) -> Tensor:
        vector = self.time(timestep_embedding(sigma, FREQUENCIES))
        if self.condition is not None:
            vector = vector + self.condition(conditions)
        vector = vector + self.mix(vector)
        data = self.sigma_data
        if data is None:
            return self.unet(x, self.activation(vector))  # type: ignore[no-any-return]
        s = sigma.view(-1, *[1] * (x.ndim - 1))
        size = ((1 - s).square() * data**2 + s.square()).sqrt()  # standard deviation of x
        output: Tensor = self.unet(x / size, self.activation(vector))
        return x * ((1 - s) * data**2 / size.square()) + output.float() * (s * data / size)


def timestep_embedding(values: Tensor, count: int, max_frequency: float = MAX_FREQUENCY) -> Tensor:
    """Sines and cosines of values (b,) at `count` frequencies from 1 to the highest: float32 (b, 2·count)."""
    steps = torch.arange(count, device=values.device)
    frequencies = torch.exp(steps * (math.log(max_frequency) / (count - 1)))
    angles = values.float()[:, None] * frequencies
    return torch.cat([angles.sin(), angles.cos()], 1)


@dataclass(frozen=True, kw_only=True)
class LatentMLPConfig:
    """`steps` is the number of noise steps of the process."""

    kind: Literal["mlp"] = "mlp"
    width: int = 1024
    steps: int = 1000


class LatentMLP(nn.Module):
    """x (b, latent) at step t (b,) → the noise in it, (b, latent). Four dense layers.

    Kennedy, Kuo, Garcia & Jarski, "Pokémon Variational Autoencoder for Latent Diffusion", "Latent Diffusion" and
    figure 4: swish after each layer but the last. The paper gives neither widths nor the size of the embedding of
    t; ours are as wide as their input.
    """

    def __init__(self, config: LatentMLPConfig, latent: int) -> None:
        super().__init__()
        self.time = nn.Embedding(config.steps, latent)
        widths = (2 * latent, config.width, config.width, config.width)
        layers: list[nn.Module] = []
        for a, b in pairwise(widths):
            layers += [nn.Linear(a, b), nn.SiLU()]
        self.layers = nn.Sequential(*layers, nn.Linear(config.width, latent))

    def forward(self, x: Tensor, t: Tensor, conditions: Tensor) -> Tensor:
        """The network takes no conditions and ignores them."""
        return self.layers(torch.cat([x, self.time(t)], 1))  # type: ignore[no-any-return]


def join_state_dicts(network: nn.Module, autoguidance: nn.Module | None) -> dict[str, Tensor]:
    """The weights of a network and of its autoguidance model in one dict; `split_state_dict` splits it."""
    weights = dict(network.state_dict())
    if autoguidance is not None:
        weights |= {PREFIX + name: value for name, value in autoguidance.state_dict().items()}
    return weights


def split_state_dict(weights: Mapping[str, Tensor]) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """The weights of the network, and those of its autoguidance model, which may be none."""
    network = {name: value for name, value in weights.items() if not name.startswith(PREFIX)}
    autoguidance = {name.removeprefix(PREFIX): weights[name] for name in weights if name.startswith(PREFIX)}
    return network, autoguidance
