"""`Denoiser`: a U-Net that is told how much noise there is and what is asked for.

b: grids, c: their channels, h w: their sides, e: length of a condition.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from spriteloom.nn.unet import UNet, UNetConfig

FREQUENCIES = 64  # of a timestep embedding, each as a sine and a cosine
FASTEST = 1000.0  # the highest of them turns so often between σ = 0 and σ = 1, over 2π


@dataclass(frozen=True, kw_only=True)
class DenoiserConfig:
    """`widths`, `blocks` and `attention` are the U-Net's, `conditioning` the length of its vector.

    With `sigma_data`, the standard deviation of clean values, the network predicts what the noisy grid does
    not say already, scaled so that its answer is of one size at every σ (Karras et al. 2022,
    arXiv:2206.00364, section 5); without it, the clean grid.
    """

    channels: int
    conditions: int
    widths: tuple[int, ...] = (64, 128, 256)
    blocks: int = 2
    attention: tuple[int, ...] = (1, 2)
    dropout: float = 0.0
    conditioning: int = 256
    sigma_data: float | None = None

    @property
    def unet(self) -> UNetConfig:
        return UNetConfig(
            inputs=self.channels,
            outputs=self.channels,
            conditioning=self.conditioning,
            widths=self.widths,
            blocks=self.blocks,
            attention=self.attention,
            dropout=self.dropout,
        )


class Denoiser(nn.Module):
    """x (b, c, h, w) at σ (b,) and conditions (b, e) → the clean grid (b, c, h, w)."""

    def __init__(self, config: DenoiserConfig) -> None:
        super().__init__()
        self.config = config
        e = config.conditioning
        self.time = nn.Sequential(nn.Linear(2 * FREQUENCIES, e), nn.SiLU(), nn.Linear(e, e))
        self.condition = nn.Linear(config.conditions, e, bias=False) if config.conditions else None
        self.activation = nn.SiLU()
        self.unet = UNet(config.unet)

    def forward(self, x: Tensor, sigma: Tensor, conditions: Tensor) -> Tensor:
        vector = self.time(timestep_embedding(sigma, FREQUENCIES))
        if self.condition is not None:
            vector = vector + self.condition(conditions)
        data = self.config.sigma_data
        if data is None:
            return self.unet(x, self.activation(vector))  # type: ignore[no-any-return]
        s = sigma.view(-1, *[1] * (x.ndim - 1))
        size = ((1 - s).square() * data**2 + s.square()).sqrt()  # of x
        answer: Tensor = self.unet(x / size, self.activation(vector))
        return x * ((1 - s) * data**2 / size.square()) + answer.float() * (s * data / size)


def timestep_embedding(values: Tensor, count: int, fastest: float = FASTEST) -> Tensor:
    """Numbers (b,) as sines and cosines of `count` frequencies from 1 to `fastest`: float32 (b, 2·count)."""
    speeds = torch.exp(torch.arange(count, device=values.device) * (math.log(fastest) / (count - 1)))
    turns = values.float()[:, None] * speeds
    return torch.cat([turns.sin(), turns.cos()], 1)
