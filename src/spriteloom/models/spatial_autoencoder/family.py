"""The family of our autoencoders: RGBA ↔ a grid of 8 channels at a quarter of the sides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import Tensor

from spriteloom.codecs.signed import from_signed, to_signed
from spriteloom.data.store import SpriteSet
from spriteloom.models.autoencoder import AutoencoderFamily, AutoencoderTask, NetworkLatents
from spriteloom.models.base import Model, check_pictures
from spriteloom.models.spatial_autoencoder.network import (
    Config,
    SpatialAutoencoder,
    SpatialStep,
    check_size,
    spatial_loss,
)
from spriteloom.nn.devices import device_of
from spriteloom.pixels.arrays import Bytes
from spriteloom.priors.condition import ConditionSpace

SCALE_SAMPLE = 512  # pictures that the mean and deviation of latents are computed from


@dataclass(frozen=True, kw_only=True)
class Shape:
    """The size of the pictures."""

    size: int


def latent() -> Config:
    """Easy to diffuse: near latents decode alike, and a halved grid decodes to a halved picture.

    spriteloom train latent --data SET.parquet --out RUN --minutes 5
    """
    return Config(blur=0.3, hold=1e-2, coarse=1.0)


def latent_sharp() -> Config:
    """Nearer to the pictures, but its grids are harder to diffuse.

    spriteloom train latent-sharp --data SET.parquet --out RUN --minutes 5
    """
    return Config(blur=0.05, hold=1e-3, coarse=0.0)


PRESETS: dict[str, Callable[[], Config]] = {"latent": latent, "latent-sharp": latent_sharp}


class SpatialLatents(NetworkLatents):
    """The grids of a `SpatialAutoencoder`, centered and scaled channel by channel."""

    network: SpatialAutoencoder
    channels = 4

    @property
    def size(self) -> int:
        return self.network.size

    @property
    def shape(self) -> tuple[int, ...]:
        return self.network.shape

    def encode_group(self, rgba: Bytes) -> Tensor:
        mean, deviation = self._scale()
        images = to_signed(torch.from_numpy(np.array(rgba)).to(device_of(self.network)))
        return (self.network.encode(images).float() - mean) / deviation

    def decode_group(self, latents: Tensor) -> Bytes:
        mean, deviation = self._scale()
        rgba = self.network.decode(latents * deviation + mean).float()
        return from_signed(torch.cat([rgba[:, :3], rgba[:, 3:].sigmoid() * 2 - 1], 1))

    def _scale(self) -> tuple[Tensor, Tensor]:
        return self.network.mean.view(-1, 1, 1), self.network.deviation.view(-1, 1, 1)


class SpatialAutoencoderTask(AutoencoderTask):
    """Ends by measuring the mean and deviation of the latents."""

    @torch.no_grad()
    def finish(self) -> None:
        super().finish()
        network = self.model
        assert isinstance(network, SpatialAutoencoder)
        network.mean.zero_()
        network.deviation.fill_(1)
        grids = self.latents.encode(self.rgba[:: max(1, len(self.rgba) // SCALE_SAMPLE)])
        network.mean.copy_(grids.mean((0, 2, 3)))
        network.deviation.copy_(grids.std((0, 2, 3)).clamp(min=1e-6))


class SpatialAutoencoderFamily(AutoencoderFamily[Config, Shape]):
    name = "latent"
    config = Config
    shape = Shape
    described = Shape(size=128)
    presets = PRESETS
    latents = SpatialLatents
    task = SpatialAutoencoderTask

    def check(self, config: Config, data: SpriteSet) -> None:
        check_pictures(data, self.name)
        check_size(data.preprocessing.size)

    def shape_of(
        self, config: Config, data: SpriteSet, base: Model | None, conditions: ConditionSpace
    ) -> Shape:
        return Shape(size=data.preprocessing.size)

    def build(self, config: Config, shape: Shape) -> SpatialAutoencoder:
        return SpatialAutoencoder(config, shape.size)

    def loss(self, config: Config) -> Callable[..., SpatialStep]:
        return partial(_loss, blur=config.blur, hold=config.hold, coarse=config.coarse)

    def batch(self, config: Config, shape: Shape) -> int:
        return config.batch or max(1, config.pixels // shape.size**2)

    def about(self, config: Config) -> str:
        kind = "easy to diffuse" if config.coarse else "nearer to its pictures, harder to diffuse"
        return f"spatial autoencoder of RGBA, {config.channels} channels at a quarter of the sides, {kind}"


def _loss(model: SpatialAutoencoder, rgba: Tensor, noise: Tensor, **weights: float) -> SpatialStep:
    return spatial_loss(model, to_signed(rgba), noise, **weights)


FAMILY = SpatialAutoencoderFamily()
