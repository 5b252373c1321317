"""The recipes of the first paper's baselines, which are trained on pictures. One function each.

What is summed in the losses, and how each was read out of the paper, stands in `baselines/elbo.py` and
`baselines/gan_loss.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from spriteloom.baselines import dcgan as gan
from spriteloom.baselines import vae as autoencoder
from spriteloom.baselines.dcgan import DCGANConfig
from spriteloom.baselines.elbo import Distance, squared, squared_and_structure
from spriteloom.baselines.vae import VAEConfig
from spriteloom.training.budget import constant
from spriteloom.training.fit import Optimization


@dataclass(frozen=True, kw_only=True)
class VAERecipe:
    """How a VAE is trained. `batch` counts pictures."""

    name: str
    about: str
    model: VAEConfig
    distance: Distance
    kl_weight: float
    optimization: Optimization
    batch: int = 64
    noise: bool = True  # whether the training pictures over noise backgrounds take part
    mixed: bool = True  # bf16 autocast where the processor is fast at it


@dataclass(frozen=True, kw_only=True)
class DCGANRecipe:
    """How a DCGAN is trained. `batch` counts real pictures, and as many fakes."""

    name: str
    about: str
    model: DCGANConfig
    optimization: Optimization
    batch: int = 64
    noise: bool = True
    mixed: bool = True


PictureRecipe = VAERecipe | DCGANRecipe


def vae() -> VAERecipe:
    """The first paper's baseline: MSE + KL divergence, Adam at 1e-4, 64 pictures a batch.

    spriteloom train vae --data SET.parquet --out RUN --epochs 25

    Held-out species of the paper: MSE 0.01815, SSIM 0.64272 after 25 epochs, decoded from one draw of the
    posterior each.
    """
    return VAERecipe(
        name="vae",
        about="the paper's convolutional VAE",
        model=autoencoder.vae(),
        distance=squared,
        kl_weight=1.0,
        optimization=Optimization(learning_rate=1e-4, schedule=constant),
    )


def pixel_vae() -> VAERecipe:
    """The appendix's: PixelSight at both ends, MSE + (1 − SSIM) + 0.1 · KL.

    spriteloom train pixel-vae --data SET.parquet --out RUN --epochs 25

    Held-out species of the paper: MSE 0.01257, SSIM 0.74339 after 25 epochs.
    """
    return VAERecipe(
        name="pixel-vae",
        about="the VAE with PixelSight and a loss on structure",
        model=autoencoder.pixel_vae(),
        distance=squared_and_structure,
        kl_weight=0.1,
        optimization=Optimization(learning_rate=1e-4, schedule=constant),
    )


def dcgan() -> DCGANRecipe:
    """The first paper's second baseline, trained as Radford et al. 2016 do: Adam at 2e-4, β₁ = 0.5.

    spriteloom train dcgan --data SET.parquet --out RUN --epochs 25
    """
    return DCGANRecipe(
        name="dcgan",
        about="DCGAN with a generator of twice the width",
        model=gan.dcgan(),
        optimization=Optimization(learning_rate=2e-4, schedule=constant, betas=(0.5, 0.999)),
    )


PICTURES: dict[str, Callable[[], PictureRecipe]] = {"vae": vae, "pixel-vae": pixel_vae, "dcgan": dcgan}
PAPER_PARAMETERS = {"vae": 7_680_774, "dcgan": 15_424_000}  # Table 5, arXiv:2203.12130
