"""`SpatialAutoencoder`: RGBA ↔ a grid of a few channels, a quarter of the sides.

b: pictures, s: their side, c: channels of the grid. 2×2 blocks are folded into channels at both ends, so that
no convolution runs at full size. Values go by as in `codecs/signed.py`: RGBA in [−1, 1], color −1 under alpha 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from spriteloom.errors import ImpossibleModel
from spriteloom.nn.blocks import Residual
from spriteloom.nn.devices import upcast
from spriteloom.nn.processes import mean_over_processes

FOLD, REDUCTION = 2, 4


@dataclass(frozen=True, kw_only=True)
class SpatialAutoencoderConfig:
    """`widths` are the filters at half and at a quarter of the sides, `blocks` residual blocks at each."""

    size: int = 128
    channels: int = 8
    widths: tuple[int, int] = (48, 96)
    blocks: int = 2

    def __post_init__(self) -> None:
        if self.size < 1 or self.size % (2 * REDUCTION):
            raise ImpossibleModel(
                f"grids of pictures of {self.size} pixels cannot be halved: the size must be a multiple of "
                f"{2 * REDUCTION}"
            )

    @property
    def side(self) -> int:
        """Of the grid."""
        return self.size // REDUCTION


class SpatialAutoencoder(nn.Module):
    """`mean` and `deviation` (c,) are those of the training pictures' grids, set when training ends."""

    mean: Tensor
    deviation: Tensor

    def __init__(self, config: SpatialAutoencoderConfig) -> None:
        super().__init__()
        self.config = config
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
        """Grids → (b, 4, s, s): color about [−1, 1], alpha above 0 where the figure is."""
        return self.decoder(grids)  # type: ignore[no-any-return]


class Seen(NamedTuple):
    """One forward pass: the loss to descend, and its parts for the log."""

    loss: Tensor
    mse: Tensor  # of the figure's colors, in [0, 1]
    alpha: Tensor  # nats a pixel
    size: Tensor  # mean square of the grid


def spatial_loss(
    model: SpatialAutoencoder, rgba: Tensor, noise: Tensor, *, blur: float, hold: float, coarse: float
) -> Seen:
    """Colors of the figure as they are, alpha as a choice, and a grid that can be diffused.

    Noise (b, c, h, w) of standard deviation `blur` is laid over the grid, so that near grids decode alike;
    `hold` times the grid's mean square keeps it from growing out of that noise's reach. `coarse` weighs the
    same loss of half the grid against half the picture, which leaves less to fine detail that a diffusion
    learns last (scale equivariance: Kouzelis et al. 2025, arXiv:2502.09509).
    """
    grids = upcast(model.encode(rgba))
    fine = _painted(model, grids + blur * noise, rgba)
    loss, size = fine.colors + fine.alpha, grids.square().mean()
    if coarse:
        less = functional.avg_pool2d(grids, 2) + blur * noise[..., ::2, ::2]
        half = _painted(model, less, _halved(rgba))
        loss = loss + coarse * (half.colors + half.alpha)
    return Seen(loss + hold * size, fine.mse, fine.alpha.detach(), size.detach())


class _Painted(NamedTuple):
    """How far what was decoded is from a picture."""

    colors: Tensor
    alpha: Tensor
    mse: Tensor


def _painted(model: SpatialAutoencoder, grids: Tensor, rgba: Tensor) -> _Painted:
    """Colors count where the picture is more figure than not, and weigh by the root of their error.

    That is |gap|, eased at 0, which wants exact values where MSE is content with near ones.
    """
    found = upcast(model.decode(grids))
    alpha = (rgba[:, 3:] + 1) / 2
    inside = (alpha > 0.5).to(found.dtype)
    gap = (found[:, :3] - rgba[:, :3]) * inside
    share = mean_over_processes(inside.sum()).clamp(min=1) * 3
    colors = (gap.square() + 1e-4).sqrt().sub(1e-2).mul(inside).sum() / share
    chosen = functional.binary_cross_entropy_with_logits(found[:, 3:], alpha)
    return _Painted(colors, chosen, gap.detach().square().sum() / share / 4)


def _halved(rgba: Tensor) -> Tensor:
    """Pictures (b, 4, s, s) in [−1, 1] → (b, 4, s/2, s/2): shares of the figure, and its mean colors."""
    images = (rgba + 1) / 2
    alpha = functional.avg_pool2d(images[:, 3:], 2)
    colors = functional.avg_pool2d(images[:, :3] * images[:, 3:], 2) / alpha.clamp(min=1e-6)
    return torch.cat([colors, alpha], 1) * 2 - 1
