"""The first paper's GAN: its preset, its loss, its training and its model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional

from spriteloom.data.tensors import to_pictures, to_unit
from spriteloom.models.dcgan.network import DCGAN, DCGANConfig
from spriteloom.models.picture_model import PictureConfig, PictureFamily, PictureModel, PictureTask, in_groups
from spriteloom.nn.devices import exact_inference, upcast
from spriteloom.nn.sampling import noise_of
from spriteloom.pixels.arrays import Bytes
from spriteloom.training.optimizers import OptimizerConfig

SAMPLES = 32  # generated for the metrics


@dataclass(frozen=True, kw_only=True)
class Config(PictureConfig):
    """A DCGAN and its training. `batch` counts real pictures, and as many fakes."""

    network: DCGANConfig = DCGANConfig()
    optimizer: OptimizerConfig = OptimizerConfig(learning_rate=2e-4, schedule="constant", betas=(0.5, 0.999))


def dcgan() -> Config:
    """The first paper's second baseline, trained as in Radford et al. 2016: Adam at 2e-4, β₁ = 0.5.

    spriteloom train dcgan --data SET.parquet --out RUN --epochs 25

    12,658,432 + 2,765,568 = 15,424,000 parameters.
    """
    return Config()


PRESETS: dict[str, Callable[[], Config]] = {"dcgan": dcgan}


class GANOutcome(NamedTuple):
    """The result of one forward pass."""

    loss: Tensor
    discriminator: Tensor  # its loss, nats: 2 ln 2 if it can only guess
    generator: Tensor  # its loss, nats
    real: Tensor  # mean probability that the discriminator gives real pictures of being real
    fake: Tensor  # the same for fakes


def simultaneous(model: DCGAN, images: Tensor, latents: Tensor) -> GANOutcome:
    """Images (b, 3, h, w) in [-1, 1], latents N(0, 1) (b, latent) → the sum of both losses, float32.

    Goodfellow et al. 2014 (arXiv:1406.2661) with the generator's non-saturating loss. One backward pass gives
    the gradients of two, and one optimizer trains both networks: the discriminator sees fakes without a
    gradient to the generator, and the generator is judged by a discriminator whose parameters carry none.
    Real pictures and fakes have batch statistics of their own, as in Radford et al.
    """
    fakes = model.generate(latents)
    real, fake = upcast(model.judge(images)), upcast(model.judge(fakes.detach()))
    discriminator = functional.softplus(-real).mean() + functional.softplus(fake).mean()
    generator = functional.softplus(-upcast(_frozen(model.discriminator, fakes))).mean()
    with torch.no_grad():
        probabilities = real.sigmoid().mean(), fake.sigmoid().mean()
    return GANOutcome(discriminator + generator, discriminator.detach(), generator.detach(), *probabilities)


def _frozen(network: nn.Module, x: Tensor) -> Tensor:
    """The network's output, with a gradient to `x` alone.

    Its running statistics, which have seen these fakes already, do not change.
    """
    parameters = {name: value.detach() for name, value in network.named_parameters()}
    buffers = {name: value.clone() for name, value in network.named_buffers()}
    return functional_call(network, parameters | buffers, (x,))  # type: ignore[no-any-return]


class DCGANTask(PictureTask[DCGAN]):
    """Trains a DCGAN on pictures."""

    network = DCGAN

    def loss(self, model: DCGAN, pictures: Tensor, noise: Tensor) -> GANOutcome:
        return simultaneous(model, to_unit(pictures).mul(2).sub(1), noise)

    def metrics(self) -> dict[str, float]:
        """The parts of the last loss, and the variety of samples."""
        noise = noise_of(range(SAMPLES), (self.config.network.latent,)).to(self.device)
        with exact_inference(self.model):
            samples = to_pictures((self.model.generate(noise) + 1) / 2)
        return self.parts() | {"variety": variety(samples, self._held_out)}


def variety(samples: Bytes, truth: Bytes) -> float:
    """The variance of samples divided by that of real pictures: near 0 if the GAN has collapsed.

    Each is the mean over pixels and channels of the variance over pictures (n, h, w, 3).
    """
    return float(samples.var(0).mean() / max(truth.var(0).mean(), 1e-9))


class DCGANModel(PictureModel):
    """The generator of a trained DCGAN: `Samples`."""

    network: DCGAN

    def decode(self, latents: Tensor, /) -> Tensor:
        return (in_groups(self.network.generate, latents, self.device) + 1) / 2


class DCGANFamily(PictureFamily[Config]):
    name = "dcgan"
    config = Config
    presets = PRESETS
    paper_parameters: ClassVar[Mapping[str, int]] = {"dcgan": 15_424_000}  # Table 5, arXiv:2203.12130
    network, task, picture_model = DCGAN, DCGANTask, DCGANModel
    compiles = False  # PyTorch 2.11 mistakes the layout of a gradient of its convolutions

    def about(self, config: Config) -> str:
        return "DCGAN with a generator of twice the width"


FAMILY = DCGANFamily()
