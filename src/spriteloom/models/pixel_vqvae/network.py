"""The network of the Pixel VQ-VAE.

Source: Saravanan and Guzdial, "Pixel VQ-VAEs for Improved Pixel Art Representation", AIIDE 2022.
Their letters: L levels, F filters of the last block, D dimension of a code, K codes; m = 2^L pixels a side.

No receptive fields overlap, so each code depends on one patch of m×m pixels and decodes to one. The network
therefore runs in two ways on the same weights: by convolutions over images (b, 3, h, w), as in the paper, and by
matrix products over patches (n, m², 3) in Z-order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from spriteloom.errors import ImpossibleModel
from spriteloom.nn import blocks, patchwise
from spriteloom.nn.blocks import BatchNorm2d
from spriteloom.nn.devices import evaluating
from spriteloom.nn.quantizer import EMAQuantizer

End = Literal["batchnorm-sigmoid", "scale-clip"]

_PATCHES = 16_384  # in a forward pass


@dataclass(frozen=True, kw_only=True)
class PixelVQVAEConfig:
    """Shape of a Pixel VQ-VAE or one of its ablations. Raises ImpossibleModel if it cannot exist.

    `end` is the end of the decoder: the paper's BatchNorm and sigmoid, or ours: scale and shift without batch
    statistics, and a clip to [0, 1]. Both have the same parameters.
    """

    levels: int
    dim: int
    width: int = 512
    codes: int = 256
    pixel_sight: bool = True
    adapter: bool = True
    end: End = "scale-clip"

    def __post_init__(self) -> None:
        if min(self.dim, self.codes) < 1 or self.levels < 0:
            raise ImpossibleModel(f"dim {self.dim}, codes {self.codes} and levels {self.levels} are too few")
        if self.levels == 0 and not self.pixel_sight:
            raise ImpossibleModel(
                "a HiRes VQ-VAE without PixelSight has no layer: with L = 0 there is no scaling block, and an "
                "Adapter needs one before it; use PixelSight or the whole Pixel VQ-VAE at HiRes"
            )
        if self.widths[0] < 1:
            raise ImpossibleModel(
                f"{self.widths[-1]} filters cannot be halved for {self.levels} levels: "
                f"the last block needs at least {self.m if self.pixel_sight else self.m // 2}"
            )

    @property
    def m(self) -> int:
        """Side of a patch in pixels."""
        return 1 << self.levels

    @property
    def widths(self) -> list[int]:
        """Filters after each block of the encoder, first to last; without an Adapter the last must be D."""
        last = self.width if self.adapter else self.dim
        widths = [last >> (self.levels - i) for i in range(self.levels + 1)]
        return widths if self.pixel_sight else widths[1:]


def lowres(**changes: object) -> PixelVQVAEConfig:
    """L = 2: a code is 4×4 pixels. 1,413,065 parameters."""
    return PixelVQVAEConfig(**{"levels": 2, "dim": 64, **changes})  # type: ignore[arg-type]


def medres(**changes: object) -> PixelVQVAEConfig:
    """L = 1: a code is 2×2 pixels. 1,102,121 parameters."""
    return PixelVQVAEConfig(**{"levels": 1, "dim": 32, **changes})  # type: ignore[arg-type]


def hires(**changes: object) -> PixelVQVAEConfig:
    """L = 0: a code is one pixel. 54,313 parameters."""
    return PixelVQVAEConfig(**{"levels": 0, "dim": 32, **changes})  # type: ignore[arg-type]


class _FixedNorm(nn.BatchNorm2d):
    """BatchNorm's scale and shift alone: its statistics stay at mean 0 and variance 1."""

    def __init__(self, channels: int) -> None:
        super().__init__(channels, eps=0.0)
        self.eval()

    def train(self, mode: bool = True) -> _FixedNorm:
        return super().train(False)


def _encoder(config: PixelVQVAEConfig) -> nn.Sequential:
    layers = blocks.encoder(config.widths, with_pixel_sight=config.pixel_sight)
    if config.adapter:
        layers.append(nn.Conv2d(config.widths[-1], config.dim, 1))
    return nn.Sequential(*layers)


def _decoder(config: PixelVQVAEConfig) -> nn.Sequential:
    layers: list[nn.Module] = [nn.Conv2d(config.dim, config.widths[-1], 1)] if config.adapter else []
    layers += blocks.decoder(config.widths, with_pixel_sight=config.pixel_sight)
    if config.end == "batchnorm-sigmoid":
        return nn.Sequential(*layers, BatchNorm2d(3), nn.Sigmoid())
    return nn.Sequential(*layers, _FixedNorm(3), nn.Hardtanh(0.0, 1.0))


class PixelVQVAE(nn.Module):
    """Encoder, quantizer, decoder. Pictures are floats in [0, 1]."""

    def __init__(self, config: PixelVQVAEConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = _encoder(config)
        self.quantizer = EMAQuantizer(config.codes, config.dim)
        self.decoder = _decoder(config)

    def embed_images(self, images: Tensor) -> Tensor:
        """(b, 3, h, w) → (b, d, h/m, w/m), by convolutions."""
        return self.encoder(images)  # type: ignore[no-any-return]

    def paint_images(self, embeddings: Tensor) -> Tensor:
        """(b, d, gh, gw) → (b, 3, gh·m, gw·m) in [0, 1], by convolutions."""
        return self.decoder(embeddings)  # type: ignore[no-any-return]

    def embed(self, patches: Tensor, counts: Tensor | None = None) -> Tensor:
        """(n, m², 3) → (n, d), by matrix products; counts (n,) weigh the batch statistics."""
        return patchwise.run(self.encoder, patches, counts).flatten(1)

    def paint(self, embeddings: Tensor, counts: Tensor | None = None) -> Tensor:
        """(n, d) → (n, m², 3) in [0, 1], by matrix products."""
        return patchwise.run(self.decoder, embeddings[:, None], counts)


def embedded(model: PixelVQVAE, patches: Tensor) -> Tensor:
    """Embeddings (n, d) of any number of patches (n, m², 3) in evaluation mode, on the device of the patches."""
    device = model.quantizer.codebook.device
    with evaluating(model):
        return torch.cat([model.embed(x.to(device)).to(x.device) for x in torch.split(patches, _PATCHES)])


@torch.no_grad()
def decoded_table(model: PixelVQVAE) -> Tensor:
    """The decoded patch of each code in evaluation mode: float64 (k, 3·m²) in [0, 1], Z-order."""
    assert not model.training
    return model.paint(model.quantizer.codebook.double()).flatten(1)
