"""The networks of the DCGAN: a generator and a discriminator.

Radford et al. 2016, arXiv:1511.06434, with the first paper's doubled generator. Pictures are floats in
[-1, 1], the range of tanh.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from torch import Tensor, nn

from spriteloom.errors import ImpossibleModel
from spriteloom.nn.blocks import BatchNorm2d

_FIRST_SIDE = 4  # of the generator's first grid
_DEVIATION = 0.02  # of all initial weights
_SLOPE = 0.2  # of the discriminator's leaky ReLU


@dataclass(frozen=True, kw_only=True)
class DCGANConfig:
    """`generator` and `discriminator` are the filters next to the picture, doubled at each halving.

    Raises ImpossibleModel for sizes other than 8, 16, 32, 64, …
    """

    size: int = 64  # side of the picture in pixels
    latent: int = 100
    generator: int = 128
    discriminator: int = 64

    def __post_init__(self) -> None:
        if min(self.latent, self.generator, self.discriminator) < 1:
            raise ImpossibleModel(
                f"latent {self.latent}, generator {self.generator} and discriminator {self.discriminator} "
                "must all be above 0"
            )
        if self.size != _FIRST_SIDE << self.levels or self.levels < 1:
            raise ImpossibleModel(f"a DCGAN makes pictures of 8, 16, 32, 64, … pixels, not {self.size}")

    @property
    def levels(self) -> int:
        """How often the generator doubles the sides of its first grid."""
        return max(1, self.size // _FIRST_SIDE).bit_length() - 1

    def widths(self, nearest: int) -> list[int]:
        """Filters of each block, from the picture on."""
        return [nearest << i for i in range(self.levels)]


def _generator(config: DCGANConfig) -> nn.Sequential:
    widths = config.widths(config.generator)[::-1]
    layers: list[nn.Module] = [nn.ConvTranspose2d(config.latent, widths[0], _FIRST_SIDE, bias=False)]
    for a, b in pairwise(widths):
        layers += [BatchNorm2d(a), nn.ReLU(), nn.ConvTranspose2d(a, b, 4, 2, 1, bias=False)]
    layers += [BatchNorm2d(widths[-1]), nn.ReLU()]
    return nn.Sequential(*layers, nn.ConvTranspose2d(widths[-1], 3, 4, 2, 1, bias=False), nn.Tanh())


def _discriminator(config: DCGANConfig) -> nn.Sequential:
    """No BatchNorm in the first block; the loss applies the last sigmoid."""
    widths = config.widths(config.discriminator)
    layers: list[nn.Module] = [nn.Conv2d(3, widths[0], 4, 2, 1, bias=False), nn.LeakyReLU(_SLOPE)]
    for a, b in pairwise(widths):
        layers += [nn.Conv2d(a, b, 4, 2, 1, bias=False), BatchNorm2d(b), nn.LeakyReLU(_SLOPE)]
    return nn.Sequential(*layers, nn.Conv2d(widths[-1], 1, _FIRST_SIDE, bias=False), nn.Flatten(0))


class DCGAN(nn.Module):
    """Both networks; a trained model samples from the generator alone."""

    def __init__(self, config: DCGANConfig) -> None:
        super().__init__()
        self.config = config
        self.generator = _generator(config)
        self.discriminator = _discriminator(config)
        self.apply(_initialize)

    def generate(self, latents: Tensor) -> Tensor:
        """N(0, 1) (b, latent) → pictures (b, 3, size, size) in [-1, 1]."""
        return self.generator(latents[:, :, None, None])  # type: ignore[no-any-return]

    def judge(self, images: Tensor) -> Tensor:
        """Pictures (b, 3, size, size) in [-1, 1] → (b,), logits of being real."""
        return self.discriminator(images)  # type: ignore[no-any-return]


def _initialize(module: nn.Module) -> None:
    """N(0, 0.02) for convolutions, N(1, 0.02) for the scales of BatchNorm."""
    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
        nn.init.normal_(module.weight, 0.0, _DEVIATION)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, _DEVIATION)
        nn.init.zeros_(module.bias)
