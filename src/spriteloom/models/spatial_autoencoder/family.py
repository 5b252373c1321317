"""The family of our autoencoders: RGBA ↔ a grid of 8 channels at a quarter of the sides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn

from spriteloom.codecs.signed import from_signed, to_signed
from spriteloom.data.store import SpriteSet
from spriteloom.models.autoencoder import GROUP, AutoencoderModel, AutoencoderTask, in_pieces, train
from spriteloom.models.base import Model, NetworkFamily, check_pictures, count
from spriteloom.models.spatial_autoencoder.network import (
    Config,
    SpatialAutoencoder,
    SpatialStep,
    check_size,
    spatial_loss,
)
from spriteloom.nn.devices import channels_last, device_of, full_precision
from spriteloom.pixels.arrays import Bytes
from spriteloom.priors.condition import ConditionSpace
from spriteloom.training.runs import RunConfig
from spriteloom.training.session import Session, Trained
from spriteloom.training.task import TaskSettings

SCALE_SAMPLE = 512  # pictures that the mean and deviation of latents are computed from
DESCRIBED = 128  # size of the pictures that parameters are counted for


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


@dataclass(frozen=True, eq=False, kw_only=True)
class SpatialLatents:
    """The grids of a `SpatialAutoencoder`, centered and scaled channel by channel."""

    network: SpatialAutoencoder

    @property
    def size(self) -> int:
        return self.network.size

    @property
    def shape(self) -> tuple[int, ...]:
        return self.network.shape

    @torch.no_grad()
    def encode(self, rgba: Bytes) -> Tensor:
        """uint8 (n, size, size, 4) → float32 (n, c, size/4, size/4)."""
        mean, deviation = self._scale()
        device = device_of(self.network)
        with full_precision():
            raw = in_pieces(
                lambda pictures: self.network.encode(
                    to_signed(torch.from_numpy(np.array(pictures)).to(device))
                ),
                rgba,
                self.shape,
            )
        return (raw.to(device) - mean) / deviation

    @torch.no_grad()
    def decode(self, latents: Tensor) -> Bytes:
        """float32 (n, c, size/4, size/4) → uint8 (n, size, size, 4), alpha from 0 to 255."""
        mean, deviation = self._scale()
        device = device_of(self.network)
        with full_precision():
            pictures = [
                from_signed(self._signed(z.to(device) * deviation + mean))
                for z in torch.split(latents, GROUP)
            ]
        return np.concatenate(pictures) if pictures else np.zeros((0, self.size, self.size, 4), np.uint8)

    def _signed(self, raw: Tensor) -> Tensor:
        """RGBA in [−1, 1]."""
        rgba = self.network.decode(raw).float()
        return torch.cat([rgba[:, :3], rgba[:, 3:].sigmoid() * 2 - 1], 1)

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


class SpatialAutoencoderFamily(NetworkFamily[Config, Shape]):
    name = "latent"
    config = Config
    shape = Shape
    presets = PRESETS

    def check(self, config: Config, data: SpriteSet) -> None:
        check_pictures(data, self.name)
        check_size(data.preprocessing.size)

    def shape_of(
        self, config: Config, data: SpriteSet, base: Model | None, conditions: ConditionSpace
    ) -> Shape:
        return Shape(size=data.preprocessing.size)

    def build(self, config: Config, shape: Shape) -> SpatialAutoencoder:
        return SpatialAutoencoder(config, shape.size)

    def model(
        self, config: Config, shape: Shape, run: RunConfig, network: SpatialAutoencoder, base: Model | None
    ) -> AutoencoderModel:
        return AutoencoderModel(run, channels_last(network), latents(network))

    def train(self, config: Config, shape: Shape, session: Session, base: Model | None) -> Trained:
        def task(rgba: Bytes, held_out: Bytes, settings: TaskSettings) -> AutoencoderTask:
            batch = config.batch or max(1, config.pixels // shape.size**2)
            build = partial(self.build, config, shape)
            loss = partial(_loss, blur=config.blur, hold=config.hold, coarse=config.coarse)
            return SpatialAutoencoderTask(build, loss, latents, rgba, held_out, settings, batch)

        return train(task, session, config.optimizer)

    def parameters(self, config: Config) -> int:
        return count(self.build(config, Shape(size=DESCRIBED)))

    def about(self, config: Config) -> str:
        kind = "easy to diffuse" if config.coarse else "nearer to its pictures, harder to diffuse"
        return f"spatial autoencoder of RGBA, {config.channels} channels at a quarter of the sides, {kind}"


def latents(network: nn.Module) -> SpatialLatents:
    assert isinstance(network, SpatialAutoencoder)
    return SpatialLatents(network=network)


def _loss(model: SpatialAutoencoder, rgba: Tensor, noise: Tensor, **weights: float) -> SpatialStep:
    return spatial_loss(model, to_signed(rgba), noise, **weights)


FAMILY = SpatialAutoencoderFamily()
