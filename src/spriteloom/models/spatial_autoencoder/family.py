"""Ours: RGBA ↔ a grid of 8 channels at a quarter of the sides, from which alpha and colors come back sharp."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn

from spriteloom.codecs.signed import from_signed, to_signed
from spriteloom.data.store import SpriteSet
from spriteloom.models.autoencoder import GROUP, AutoencoderModel, AutoencoderTask, in_pieces, train
from spriteloom.models.base import Family, FamilyConfig, Model, check_pictures, count
from spriteloom.models.spatial_autoencoder.network import (
    Seen,
    SpatialAutoencoder,
    SpatialAutoencoderConfig,
    spatial_loss,
)
from spriteloom.nn.devices import channels_last, device_of, full_precision
from spriteloom.pixels.arrays import Bytes
from spriteloom.priors.condition import ConditionSpace
from spriteloom.training.optimizers import OptimizerConfig
from spriteloom.training.runs import RunConfig
from spriteloom.training.session import Session, Trained

SCALED = 512  # pictures that the latents' mean and standard deviation are taken from
DESCRIBED = 128  # side of the pictures that parameters are counted for


@dataclass(frozen=True, kw_only=True)
class Config(FamilyConfig):
    """A spatial autoencoder and its training.

    `blur`, `hold` and `coarse` are those of `spatial_loss`. A step sees about `pixels` pixels: that many
    positions teach the same at any size of pictures; `batch` overrules it.
    """

    channels: int = 8
    widths: tuple[int, int] = (48, 96)
    blocks: int = 2
    blur: float
    hold: float
    coarse: float
    pixels: int = 65_536
    batch: int | None = None
    optimizer: OptimizerConfig = OptimizerConfig(learning_rate=2e-3, betas=(0.9, 0.99), max_grad_norm=1.0)

    def network(self, size: int) -> SpatialAutoencoderConfig:
        return SpatialAutoencoderConfig(
            size=size, channels=self.channels, widths=self.widths, blocks=self.blocks
        )


@dataclass(frozen=True, kw_only=True)
class Shape:
    """The side of the pictures."""

    size: int


def latent() -> Config:
    """Easy to diffuse: near latents decode alike, and half of a picture stands in half of its grid.

    spriteloom train latent --data SET.parquet --out RUN --minutes 5
    """
    return Config(blur=0.3, hold=1e-2, coarse=1.0)


def latent_sharp() -> Config:
    """The same for pictures' own sake: it keeps more of them, in grids that are harder to diffuse.

    spriteloom train latent-sharp --data SET.parquet --out RUN --minutes 5
    """
    return Config(blur=0.05, hold=1e-3, coarse=0.0)


PRESETS: dict[str, Callable[[], Config]] = {"latent": latent, "latent-sharp": latent_sharp}


@dataclass(frozen=True, eq=False, kw_only=True)
class SpatialLatents:
    """The grids of a `SpatialAutoencoder`, centred and scaled channel by channel."""

    network: SpatialAutoencoder

    @property
    def size(self) -> int:
        return self.network.config.size

    @property
    def shape(self) -> tuple[int, ...]:
        side = self.network.config.side
        return (self.network.config.channels, side, side)

    @torch.no_grad()
    def encode(self, rgba: Bytes) -> Tensor:
        """uint8 (n, size, size, 4) → float32 (n, c, size/4, size/4)."""
        mean, deviation = self._scale()
        device = device_of(self.network)
        with full_precision():
            raw = in_pieces(
                lambda some: self.network.encode(to_signed(torch.from_numpy(np.array(some)).to(device))),
                rgba,
                self.shape,
            )
        return (raw.to(device) - mean) / deviation

    @torch.no_grad()
    def decode(self, grids: Tensor) -> Bytes:
        """float32 (n, c, size/4, size/4) → uint8 (n, size, size, 4), alpha as soft as it comes."""
        mean, deviation = self._scale()
        device = device_of(self.network)
        with full_precision():
            made = [
                from_signed(self._signed(some.to(device) * deviation + mean))
                for some in torch.split(grids, GROUP)
            ]
        return np.concatenate(made) if made else np.zeros((0, self.size, self.size, 4), np.uint8)

    def _signed(self, raw: Tensor) -> Tensor:
        """RGBA in [−1, 1]: the decoder's alpha is a logit."""
        found = self.network.decode(raw).float()
        return torch.cat([found[:, :3], found[:, 3:].sigmoid() * 2 - 1], 1)

    def _scale(self) -> tuple[Tensor, Tensor]:
        return self.network.mean.view(-1, 1, 1), self.network.deviation.view(-1, 1, 1)


class SpatialAutoencoderTask(AutoencoderTask):
    """It ends by measuring the latents' scale, so that a diffusion finds them centred."""

    @torch.no_grad()
    def finish(self) -> None:
        super().finish()
        network = self.model
        assert isinstance(network, SpatialAutoencoder)
        network.mean.zero_()
        network.deviation.fill_(1)
        grids = self.latents.encode(self.rgba[:: max(1, len(self.rgba) // SCALED)])
        network.mean.copy_(grids.mean((0, 2, 3)))
        network.deviation.copy_(grids.std((0, 2, 3)).clamp(min=1e-6))


class SpatialAutoencoderFamily(Family[Config, Shape]):
    name = "latent"
    config = Config
    shape = Shape
    presets = PRESETS

    def shape_of(
        self,
        config: Config,
        data: SpriteSet,
        base: Model | None,  # noqa: ARG002
        conditions: ConditionSpace,  # noqa: ARG002
    ) -> Shape:
        check_pictures(data, self.name)
        config.network(data.preprocessing.size)  # which says what is wrong with a size
        return Shape(size=data.preprocessing.size)

    def train(self, config: Config, shape: Shape, session: Session, base: Model | None) -> Trained:  # noqa: ARG002
        def task(rgba: Bytes, held_out: Bytes, **place: object) -> AutoencoderTask:
            batch = config.batch or max(1, config.pixels // shape.size**2)
            network = partial(build, config, shape)
            loss = partial(_loss, blur=config.blur, hold=config.hold, coarse=config.coarse)
            return SpatialAutoencoderTask(network, loss, latents, rgba, held_out, batch=batch, **place)  # type: ignore[arg-type]

        return train(task, session, config.optimizer)

    def load(
        self,
        config: Config,
        shape: Shape,
        run: RunConfig,
        weights: Mapping[str, Tensor],
        base: Model | None,  # noqa: ARG002
    ) -> AutoencoderModel:
        network = build(config, shape)
        network.load_state_dict(weights)
        channels_last(network.eval())
        return AutoencoderModel(run, network, latents(network))

    def parameters(self, config: Config) -> int:
        return count(build(config, Shape(size=DESCRIBED)))

    def about(self, config: Config) -> str:
        kind = "easy to diffuse" if config.coarse else "nearer to its pictures, harder to diffuse"
        return f"spatial autoencoder of RGBA, {config.channels} channels at a quarter of the sides, {kind}"


def build(config: Config, shape: Shape) -> SpatialAutoencoder:
    """The network, with random weights."""
    return SpatialAutoencoder(config.network(shape.size))


def latents(network: nn.Module) -> SpatialLatents:
    assert isinstance(network, SpatialAutoencoder)
    return SpatialLatents(network=network)


def _loss(model: SpatialAutoencoder, rgba: Tensor, noise: Tensor, **weights: float) -> Seen:
    return spatial_loss(model, to_signed(rgba), noise, **weights)


FAMILY = SpatialAutoencoderFamily()
