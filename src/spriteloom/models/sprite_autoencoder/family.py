"""The family of the second paper's autoencoders: pictures of 128×128 over white ↔ vectors of 512 numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from torch import Tensor
from torch.nn import functional

from spriteloom.data.store import SpriteSet
from spriteloom.data.tensors import to_images, to_pictures, to_unit
from spriteloom.models.autoencoder import AutoencoderFamily, NetworkLatents
from spriteloom.models.base import FamilyConfig, NoShape, check_pictures
from spriteloom.models.sprite_autoencoder.network import (
    SpriteAutoencoder,
    SpriteAutoencoderConfig,
    SpriteVAE,
)
from spriteloom.nn.devices import device_of
from spriteloom.nn.elbo import elbo, squared
from spriteloom.pixels.alpha import WHITE, over
from spriteloom.pixels.arrays import Bytes
from spriteloom.training.optimizers import OptimizerConfig
from spriteloom.training.task import Outcome


@dataclass(frozen=True, kw_only=True)
class Config(FamilyConfig):
    """An autoencoder and its training; a `kl_weight` makes it variational."""

    network: SpriteAutoencoderConfig = SpriteAutoencoderConfig()
    kl_weight: float | None = None
    optimizer: OptimizerConfig = OptimizerConfig(learning_rate=3e-4)
    batch: int = 64


def pokemon_ae() -> Config:
    """The second paper's plain autoencoder: 128×128 over white ↔ 512 numbers, squared error.

    spriteloom train pokemon-ae --data SET.parquet --out RUN --minutes 5
    """
    return Config()


def pokemon_vae() -> Config:
    """The second paper's VAE: squared error + β·KL, both summed over a picture.

    spriteloom train pokemon-vae --data SET.parquet --out RUN --minutes 5
    """
    return Config(kl_weight=1.0, optimizer=OptimizerConfig(learning_rate=3e-4, max_grad_norm=1e3))


PRESETS: dict[str, Callable[[], Config]] = {"pokemon-ae": pokemon_ae, "pokemon-vae": pokemon_vae}


class VectorLatents(NetworkLatents):
    """A vector for each picture, RGB over white; of the VAE the posterior's mean, as in the paper."""

    network: SpriteAutoencoder | SpriteVAE
    channels = 3

    @property
    def size(self) -> int:
        return self.network.config.size

    @property
    def shape(self) -> tuple[int, ...]:
        return (self.network.config.latent,)

    def encode_group(self, rgba: Bytes) -> Tensor:
        latents = self.network.encode(to_images(over(rgba, WHITE)).to(device_of(self.network)))
        return latents if isinstance(latents, Tensor) else latents.mean

    def decode_group(self, latents: Tensor) -> Bytes:
        return to_pictures(self.network.decode(latents))


class PlainOutcome(NamedTuple):
    """The result of one forward pass of the plain autoencoder."""

    loss: Tensor
    mse: Tensor


class SpriteAutoencoderFamily(AutoencoderFamily[Config, NoShape]):
    name = "sprite-autoencoder"
    config = Config
    presets = PRESETS
    latents = VectorLatents

    def check(self, config: Config, data: SpriteSet) -> None:
        check_pictures(data, self.name, size=config.network.size)

    def build(self, config: Config, shape: NoShape) -> SpriteAutoencoder | SpriteVAE:
        return SpriteAutoencoder(config.network) if config.kl_weight is None else SpriteVAE(config.network)

    def loss(self, config: Config) -> Callable[..., Outcome]:
        return _plain if config.kl_weight is None else partial(_variational, beta=config.kl_weight)

    def batch(self, config: Config, shape: NoShape) -> int:
        return config.batch

    def about(self, config: Config) -> str:
        kind = "plain" if config.kl_weight is None else "variational"
        return f"the second paper's {kind} autoencoder, {config.network.latent} latents"


def rgb_over_white(rgba: Tensor) -> Tensor:
    """uint8 (b, h, w, 4), alpha 0 or 255 → float32 (b, 3, h, w) in [0, 1]."""
    images = to_unit(rgba.permute(0, 3, 1, 2))
    return images[:, :3] + (1 - images[:, 3:])


def _plain(model: SpriteAutoencoder, rgba: Tensor, noise: Tensor) -> PlainOutcome:  # noqa: ARG001
    images = rgb_over_white(rgba)
    loss = functional.mse_loss(model.decode(model.encode(images)).float(), images)
    return PlainOutcome(loss=loss, mse=loss.detach())


def _variational(model: SpriteVAE, rgba: Tensor, noise: Tensor, *, beta: float) -> Outcome:
    return elbo(model, rgb_over_white(rgba), noise, distance=squared, kl_weight=beta)


FAMILY = SpriteAutoencoderFamily()
