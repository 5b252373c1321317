"""`Denoiser`: a U-Net that is told how much noise there is and what is asked for. Knows no process.

b: grids, c: their channels, h w: their sides, e: length of a condition.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from spriteloom.nn.unet import UNet, UNetConfig

WAVES = 64  # of a share of noise, as sines and as cosines
FASTEST = 1000.0  # the shortest wave turns so often between σ = 0 and σ = 1, over 2π


@dataclass(frozen=True, kw_only=True)
class DenoiserConfig:
    """`widths`, `blocks` and `attention` are the U-Net's. `spread` is the standard deviation of clean values.

    With a `spread` the network predicts what the noisy grid does not say already, scaled so that its answer
    is of one size at every σ (Karras et al. 2022, arXiv:2206.00364, section 5); without one, the clean grid.
    """

    channels: int
    conditions: int
    widths: tuple[int, ...] = (64, 128, 256)
    blocks: int = 2
    attention: tuple[int, ...] = (1, 2)
    dropout: float = 0.0
    label_dropout: float = 0.1
    steering: int = 256
    spread: float | None = None

    @property
    def unet(self) -> UNetConfig:
        return UNetConfig(
            inputs=self.channels,
            outputs=self.channels,
            steering=self.steering,
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
        e = config.steering
        self.time = nn.Sequential(nn.Linear(2 * WAVES, e), nn.SiLU(), nn.Linear(e, e))
        self.condition = nn.Linear(config.conditions, e, bias=False) if config.conditions else None
        self.steer = nn.SiLU()
        self.unet = UNet(config.unet)

    def forward(self, x: Tensor, sigma: Tensor, conditions: Tensor) -> Tensor:
        steering = self.time(waves(sigma, WAVES))
        if self.condition is not None:
            steering = steering + self.condition(self._dropped(conditions))
        spread = self.config.spread
        if spread is None:
            return self.unet(x, self.steer(steering))  # type: ignore[no-any-return]
        s = sigma.view(-1, *[1] * (x.ndim - 1))
        size = ((1 - s).square() * spread**2 + s.square()).sqrt()  # of x
        answer: Tensor = self.unet(x / size, self.steer(steering))
        return x * ((1 - s) * spread**2 / size.square()) + answer.float() * (s * spread / size)

    def _dropped(self, conditions: Tensor) -> Tensor:
        """Without its condition now and then, so that it also learns what nobody asked for."""
        if not self.training:
            return conditions
        kept = torch.rand(len(conditions), 1, device=conditions.device) >= self.config.label_dropout
        return conditions * kept


def waves(values: Tensor, count: int, fastest: float = FASTEST) -> Tensor:
    """Numbers (b,) as sines and cosines of `count` frequencies from 1 to `fastest`: float32 (b, 2·count)."""
    speeds = torch.exp(torch.arange(count, device=values.device) * (math.log(fastest) / (count - 1)))
    turns = values.float()[:, None] * speeds
    return torch.cat([turns.sin(), turns.cos()], 1)
