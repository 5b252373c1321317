"""`SpatialAutoencoder`: RGBA ↔ a grid of a few channels, a quarter of the sides.

b: pictures, s: their side, c: channels of the grid. 2×2 blocks are folded into channels at both ends, so that no
convolution runs at full size. Values are as in `codecs/signed.py`: RGBA in [−1, 1], color −1 under alpha 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from spriteloom.errors import ImpossibleModel
from spriteloom.models.base import FamilyConfig
from spriteloom.nn.blocks import Residual
from spriteloom.nn.devices import upcast
from spriteloom.nn.processes import mean_over_processes
from spriteloom.training.optimizers import OptimizerConfig

FOLD, REDUCTION = 2, 4


@dataclass(frozen=True, kw_only=True)
class Config(FamilyConfig):
    """A spatial autoencoder and its training.

    `widths` are the filters at 1/2 and 1/4 of the sides, with `blocks` residual blocks each. `blur`,
    `hold` and `coarse` are those of `spatial_loss`. A step sees about `pixels` pixels, whatever the size of the
    pictures; `batch` overrides it.
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


def check_size(size: int) -> None:
    """Raises ImpossibleModel for a size of pictures that is not a multiple of 8."""
    if size < 1 or size % (2 * REDUCTION):
        raise ImpossibleModel(
            f"grids of pictures of {size} pixels cannot be halved: the size must be a multiple of {2 * REDUCTION}"
        )


class SpatialAutoencoder(nn.Module):
    """`mean` and `deviation` (c,) are those of the training pictures' grids, set when training ends.

    Raises ImpossibleModel for an impossible size.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(self, config: Config, size: int) -> None:
        super().__init__()
        check_size(size)
        self.config, self.size = config, size
        self.shape = (config.channels, size // REDUCTION, size // REDUCTION)
        fine, coarse = config.widths
        pixels = 4 * FOLD**2
        self.encoder = nn.Sequential(
            nn.PixelUnshuffle(FOLD),
            nn.Conv2d(pixels, fine, 3, padding=1),
            *(Residual(fine) for _ in range(config.blocks)),
            nn.Conv2d(fine, coarse, 4, stride=2, padding=1),
            *(Residual(coarse) for _ in range(config.blocks)),
            nn.Conv2d(coarse, config.channels, 1),
        )
        self.decoder = nn.Sequential(
            nn.Conv2d(config.channels, coarse, 3, padding=1),
            *(Residual(coarse) for _ in range(config.blocks)),
            nn.ConvTranspose2d(coarse, fine, 2, stride=2),
            *(Residual(fine) for _ in range(config.blocks)),
            nn.SiLU(),
            nn.Conv2d(fine, pixels, 3, padding=1),
            nn.PixelShuffle(FOLD),
        )
        self.register_buffer("mean", torch.zeros(config.channels))
        self.register_buffer("deviation", torch.ones(config.channels))

    def encode(self, rgba: Tensor) -> Tensor:
        """(b, 4, s, s) in [−1, 1] → grids (b, c, s/4, s/4), not yet centred."""
        return self.encoder(rgba)  # type: ignore[no-any-return]

    def decode(self, grids: Tensor) -> Tensor:
        """Grids → (b, 4, s, s): color about [−1, 1], alpha as logits."""
        return self.decoder(grids)  # type: ignore[no-any-return]


class SpatialStep(NamedTuple):
    """The result of one forward pass."""

    loss: Tensor
    mse: Tensor  # of the foreground's colors in [0, 1]
    alpha: Tensor  # nats a pixel
    size: Tensor  # mean square of the grid


def spatial_loss(
    model: SpatialAutoencoder, rgba: Tensor, noise: Tensor, *, blur: float, hold: float, coarse: float
) -> SpatialStep:
    """Error of the foreground's colors, cross entropy of alpha, and two terms that make grids easy to diffuse.

    `blur` is the standard deviation of noise added to the grid (b, c, h, w), so that near grids decode alike; `hold`
    weighs the grid's mean square, which keeps the grid small against that noise. `coarse` weighs the same loss at
    half the size, so that less depends on fine detail, which a diffusion learns last (scale equivariance: Kouzelis
    et al. 2025, arXiv:2502.09509).
    """
    grids = upcast(model.encode(rgba))
    fine = _errors(model, grids + blur * noise, rgba)
    loss, size = fine.colors + fine.alpha, grids.square().mean()
    if coarse:
        half_grids = functional.avg_pool2d(grids, 2) + blur * noise[..., ::2, ::2]
        half = _errors(model, half_grids, _halved(rgba))
        loss = loss + coarse * (half.colors + half.alpha)
    return SpatialStep(loss + hold * size, fine.mse, fine.alpha.detach(), size.detach())


class _Errors(NamedTuple):
    colors: Tensor
    alpha: Tensor
    mse: Tensor


def _errors(model: SpatialAutoencoder, grids: Tensor, rgba: Tensor) -> _Errors:
    """Errors of alpha, and of colors where alpha is above 1/2.

    The error of a color is |difference|, smoothed at 0: unlike MSE it favors exact values over near ones.
    """
    decoded = upcast(model.decode(grids))
    alpha = (rgba[:, 3:] + 1) / 2
    inside = (alpha > 0.5).to(decoded.dtype)
    error = (decoded[:, :3] - rgba[:, :3]) * inside
    share = mean_over_processes(inside.sum()).clamp(min=1) * 3
    colors = (error.square() + 1e-4).sqrt().sub(1e-2).mul(inside).sum() / share
    alpha_nats = functional.binary_cross_entropy_with_logits(decoded[:, 3:], alpha)
    return _Errors(colors, alpha_nats, error.detach().square().sum() / share / 4)


def _halved(rgba: Tensor) -> Tensor:
    """Pictures (b, 4, s, s) in [−1, 1] → (b, 4, s/2, s/2): mean alpha, and mean colors of the foreground."""
    images = (rgba + 1) / 2
    alpha = functional.avg_pool2d(images[:, 3:], 2)
    colors = functional.avg_pool2d(images[:, :3] * images[:, 3:], 2) / alpha.clamp(min=1e-6)
    return torch.cat([colors, alpha], 1) * 2 - 1
