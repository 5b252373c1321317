"""The networks of the first paper's VAE and Pixel VAE.

Source: Saravanan and Guzdial, "Pixel VQ-VAEs for Improved Pixel Art Representation", AIIDE 2022, Baselines
and Appendix; Kingma and Welling 2014 (arXiv:1312.6114). Pictures are floats in [0, 1].
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from spriteloom.errors import ImpossibleModel
from spriteloom.nn import blocks
from spriteloom.nn.blocks import BatchNorm2d
from spriteloom.nn.elbo import Posterior


@dataclass(frozen=True, kw_only=True)
class VAEConfig:
    """Shape of a VAE: `levels` blocks halve the picture; the last has `width` filters.

    Raises ImpossibleModel if the picture or the filters cannot be halved so often.
    """

    size: int = 64  # side of the picture in pixels
    levels: int = 4
    width: int = 512
    latent: int = 256
    pixel_sight: bool = False

    def __post_init__(self) -> None:
        if self.levels < 1 or self.latent < 1:
            raise ImpossibleModel(f"a VAE of {self.levels} levels with {self.latent} latents is too small")
        if self.size < 1 or self.size % (1 << self.levels):
            raise ImpossibleModel(
                f"pictures of {self.size} pixels cannot be halved {self.levels} times: "
                f"the size must be a multiple of {1 << self.levels}"
            )
        if self.widths[0] < 1:
            raise ImpossibleModel(f"{self.width} filters cannot be halved for {self.levels} levels")

    @property
    def widths(self) -> list[int]:
        """Filters after each block of the encoder, first to last."""
        halvings = self.levels if self.pixel_sight else self.levels - 1
        return [self.width >> i for i in range(halvings, -1, -1)]

    @property
    def side(self) -> int:
        """Side of the encoder's last grid."""
        return self.size >> self.levels


def _encoder(config: VAEConfig) -> nn.Sequential:
    return nn.Sequential(*blocks.encoder(config.widths, with_pixel_sight=config.pixel_sight), nn.Flatten())


def _decoder(config: VAEConfig, flat: int) -> nn.Sequential:
    """The encoder mirrored; it ends in BatchNorm and sigmoid."""
    start = nn.Linear(config.latent, flat), nn.Unflatten(1, (config.width, config.side, config.side))
    layers = blocks.decoder(config.widths, with_pixel_sight=config.pixel_sight)
    return nn.Sequential(*start, *layers, BatchNorm2d(3), nn.Sigmoid())


class VAE(nn.Module):
    """The encoder gives a normal distribution over latents, the decoder a picture."""

    def __init__(self, config: VAEConfig) -> None:
        super().__init__()
        self.config = config
        flat = config.width * config.side**2
        self.encoder = _encoder(config)
        self.mean = nn.Linear(flat, config.latent)
        self.log_variance = nn.Linear(flat, config.latent)
        self.decoder = _decoder(config, flat)

    def encode(self, images: Tensor) -> Posterior:
        """(b, 3, size, size) in [0, 1] → distributions over latents (b, latent)."""
        hidden = self.encoder(images)
        return Posterior(mean=self.mean(hidden), log_variance=self.log_variance(hidden))

    def decode(self, latents: Tensor) -> Tensor:
        """(b, latent) → (b, 3, size, size) in [0, 1]."""
        return self.decoder(latents)  # type: ignore[no-any-return]
