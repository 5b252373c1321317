"""The first paper's VAEs: convolutions to a vector and back.

`nn/elbo.py` has the losses and how they were read out of the paper.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from spriteloom.data.tensors import as_images, to_images, to_pictures, to_unit
from spriteloom.models.picture_model import PictureConfig, PictureFamily, PictureModel, PictureTask, in_groups
from spriteloom.models.vae.network import VAE, VAEConfig
from spriteloom.nn.devices import exact_inference
from spriteloom.nn.elbo import DISTANCES, DistanceName, Elbo, elbo
from spriteloom.pixels import Sprite
from spriteloom.pixels.arrays import Bytes
from spriteloom.training.optimizers import OptimizerConfig


@dataclass(frozen=True, kw_only=True)
class Config(PictureConfig):
    """A VAE and its training."""

    network: VAEConfig
    distance: DistanceName
    kl_weight: float
    optimizer: OptimizerConfig = OptimizerConfig(learning_rate=1e-4, schedule="constant")


def vae() -> Config:
    """The first paper's baseline: MSE + KL divergence, Adam at 1e-4, 64 pictures a batch.

    spriteloom train vae --data SET.parquet --out RUN --epochs 25

    7,680,774 parameters. The paper's figures on held-out species: MSE 0.01815, SSIM 0.64272 after 25 epochs,
    decoded from one sample of each posterior.
    """
    return Config(network=VAEConfig(), distance="squared", kl_weight=1.0)


def pixel_vae() -> Config:
    """The appendix's Pixel VAE: PixelSight at both ends, MSE + (1 − SSIM) + 0.1 · KL.

    spriteloom train pixel-vae --data SET.parquet --out RUN --epochs 25

    The paper's figures on held-out species: MSE 0.01257, SSIM 0.74339 after 25 epochs.
    """
    return Config(network=VAEConfig(pixel_sight=True), distance="squared-and-structure", kl_weight=0.1)


PRESETS: dict[str, Callable[[], Config]] = {"vae": vae, "pixel-vae": pixel_vae}


class VAETask(PictureTask[VAE]):
    """Trains a VAE on pictures."""

    network = VAE

    def loss(self, model: VAE, pictures: Tensor, noise: Tensor) -> Elbo:
        distance = DISTANCES[self.config.distance]
        return elbo(model, to_unit(pictures), noise, distance=distance, kl_weight=self.config.kl_weight)

    def metrics(self) -> dict[str, float]:
        """The parts of the last loss, and the error on held-out pictures."""
        total = 0.0
        with exact_inference(self.model):
            for batch in torch.split(to_images(self._held_out), self.config.batch):
                images = batch.to(self.device)
                decoded = self.model.decode(self.model.encode(images).mean)
                total += float((decoded.mul(255).round().div(255) - images).square().sum())
        return self.parts() | {"validation_mse": total / self._held_out.size}


class VAEModel(PictureModel):
    """A trained VAE: `Reconstructs` and `Samples`."""

    network: VAE

    def encode(self, pictures: Tensor | Iterable[Sprite], /) -> Tensor:
        """Images (b, 3, size, size) in [0, 1], or sprites over white, → means of the posterior (b, latent)."""
        images = pictures if isinstance(pictures, Tensor) else over_white(as_images(list(pictures)))
        return in_groups(lambda group: self.network.encode(group).mean, images, self.device)

    def decode(self, latents: Tensor, /) -> Tensor:
        return in_groups(self.network.decode, latents, self.device)

    def reconstruct(self, rgb: Bytes) -> Bytes:
        """uint8 (b, size, size, 3) → the same shape, decoded from the posterior's mean.

        Raises ValueError for pictures of another size.
        """
        if rgb.shape[1:] != (self.size, self.size, 3):
            raise ValueError(f"this VAE reads pictures ({self.size}, {self.size}, 3), not {rgb.shape[1:]}")
        return to_pictures(self.decode(self.encode(to_images(rgb)))) if len(rgb) else rgb


class VAEFamily(PictureFamily[Config]):
    name = "vae"
    config = Config
    presets = PRESETS
    paper_parameters: ClassVar[Mapping[str, int]] = {"vae": 7_680_774}  # Table 5, arXiv:2203.12130
    network, task, picture_model = VAE, VAETask, VAEModel

    def about(self, config: Config) -> str:
        if config.network.pixel_sight:
            return "the VAE with PixelSight and a loss on structure"
        return "the first paper's convolutional VAE"


def over_white(rgba: Tensor) -> Tensor:
    """(b, 4, h, w) in [0, 1] → (b, 3, h, w)."""
    return rgba[:, :3] * rgba[:, 3:] + (1 - rgba[:, 3:])


FAMILY = VAEFamily()
