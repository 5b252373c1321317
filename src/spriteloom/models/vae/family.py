"""The first paper's VAEs: convolutions to a vector and back.

What is summed in the losses, and how each was read out of the paper, stands in `nn/elbo.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor, nn

from spriteloom.data.store import SpriteSet
from spriteloom.data.tensors import as_images, to_images, to_pictures
from spriteloom.models.base import Family, FamilyConfig, Model, NoShape, check_pictures, count
from spriteloom.models.grouping import in_groups
from spriteloom.models.sampling import SamplingModel
from spriteloom.models.vae.network import VAE, VAEConfig
from spriteloom.nn.elbo import DistanceName
from spriteloom.nn.sampling import noise_of
from spriteloom.pixels import Sprite
from spriteloom.pixels.arrays import Bytes, Floats
from spriteloom.priors.condition import ConditionSpace
from spriteloom.priors.draw import Draw
from spriteloom.training.optimizers import OptimizerConfig
from spriteloom.training.runs import RunConfig
from spriteloom.training.session import Session, Trained

GROUP = 16  # pictures that the network sees at once


@dataclass(frozen=True, kw_only=True)
class Config(FamilyConfig):
    """A VAE and its training. `batch` counts pictures."""

    network: VAEConfig
    distance: DistanceName
    kl_weight: float
    optimizer: OptimizerConfig = OptimizerConfig(learning_rate=1e-4, schedule="constant")
    batch: int = 64
    noise: bool = True


def vae() -> Config:
    """The first paper's baseline: MSE + KL divergence, Adam at 1e-4, 64 pictures a batch.

    spriteloom train vae --data SET.parquet --out RUN --epochs 25

    7,680,774 parameters. Held-out species of the paper: MSE 0.01815, SSIM 0.64272 after 25 epochs, decoded
    from one draw of the posterior each.
    """
    return Config(network=VAEConfig(), distance="squared", kl_weight=1.0)


def pixel_vae() -> Config:
    """The appendix's: PixelSight at both ends, MSE + (1 − SSIM) + 0.1 · KL.

    spriteloom train pixel-vae --data SET.parquet --out RUN --epochs 25

    Held-out species of the paper: MSE 0.01257, SSIM 0.74339 after 25 epochs.
    """
    return Config(network=VAEConfig(pixel_sight=True), distance="squared-and-structure", kl_weight=0.1)


PRESETS: dict[str, Callable[[], Config]] = {"vae": vae, "pixel-vae": pixel_vae}


class VAEModel(SamplingModel):
    """A trained VAE: `Reconstructs` and `Samples`."""

    takes_temperature = False

    def __init__(self, config: RunConfig, network: VAE) -> None:
        super().__init__(config)
        self.network = network.eval()
        self.size = network.config.size

    def networks(self) -> Iterable[nn.Module]:
        return (self.network,)

    def weights(self) -> Mapping[str, Tensor]:
        return self.network.state_dict()

    def encode(self, pictures: Tensor | Iterable[Sprite], /) -> Tensor:
        """Images (b, 3, size, size) in [0, 1], or sprites over white, → means of the posterior (b, latent)."""
        images = pictures if isinstance(pictures, Tensor) else over_white(as_images(list(pictures)))
        return in_groups(lambda some: self.network.encode(some).mean, images, GROUP, self.device)

    def decode(self, latents: Tensor, /) -> Tensor:
        """(b, latent) → images (b, 3, size, size) in [0, 1]."""
        return in_groups(self.network.decode, latents, GROUP, self.device)

    def reconstruct(self, rgb: Bytes) -> Bytes:
        """uint8 (b, size, size, 3) → the same shape, decoded from the posterior's mean, without noise.

        Raises ValueError for pictures of another size.
        """
        if rgb.shape[1:] != (self.size, self.size, 3):
            raise ValueError(f"this VAE reads pictures ({self.size}, {self.size}, 3), not {rgb.shape[1:]}")
        return to_pictures(self.decode(self.encode(to_images(rgb)))) if len(rgb) else rgb

    def paint(self, conditions: Floats, draw: Draw) -> Bytes:  # noqa: ARG002
        """Decoded from N(0, 1), the prior that the loss holds the posteriors to."""
        return to_pictures(self.decode(noise_of(draw.seeds, (self.network.config.latent,))))


class VAEFamily(Family[Config, NoShape]):
    name = "vae"
    config = Config
    presets = PRESETS
    paper_parameters: ClassVar[Mapping[str, int]] = {"vae": 7_680_774}  # Table 5, arXiv:2203.12130

    def shape_of(
        self,
        config: Config,
        data: SpriteSet,
        base: Model | None,  # noqa: ARG002
        conditions: ConditionSpace,  # noqa: ARG002
    ) -> NoShape:
        check_pictures(data, self.name, noise=config.noise, size=config.network.size)
        return NoShape()

    def train(self, config: Config, shape: NoShape, session: Session, base: Model | None) -> Trained:  # noqa: ARG002
        from spriteloom.models.vae.training import train

        return train(config, session)

    def load(
        self,
        config: Config,
        shape: NoShape,  # noqa: ARG002
        run: RunConfig,
        weights: Mapping[str, Tensor],
        base: Model | None,  # noqa: ARG002
    ) -> VAEModel:
        network = VAE(config.network)
        network.load_state_dict(weights)
        return VAEModel(run, network)

    def parameters(self, config: Config) -> int:
        return count(VAE(config.network))

    def about(self, config: Config) -> str:
        if config.network.pixel_sight:
            return "the VAE with PixelSight and a loss on structure"
        return "the first paper's convolutional VAE"


def over_white(rgba: Tensor) -> Tensor:
    """(b, 4, h, w) in [0, 1] → (b, 3, h, w)."""
    return rgba[:, :3] * rgba[:, 3:] + (1 - rgba[:, 3:])


FAMILY = VAEFamily()
