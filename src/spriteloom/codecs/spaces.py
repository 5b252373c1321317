"""Spaces: pictures ↔ the grids of floats that a diffusion learns. Know no diffusion.

A grid has mean about 0 and standard deviation about 1 or below. `pictures` gives what a network can tell:
RGBA with alpha as soft as it comes, or RGB where the space knows no alpha.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from spriteloom.baselines.sprite_autoencoder import SpriteAutoencoder, SpriteVAE
from spriteloom.codecs.opponent import from_opponent, to_opponent
from spriteloom.codecs.own_palette import onto, own_palette
from spriteloom.codecs.signed import from_signed, to_signed
from spriteloom.codecs.spatial import SpatialAutoencoder
from spriteloom.data.tensors import Bytes, to_images, to_pictures
from spriteloom.metrics.pixel_art.figures import figures
from spriteloom.pixels.alpha import harden, over

GROUP = 32  # pictures that a network sees at once
WHITE = (255, 255, 255)


class Space(Protocol):
    """Where a diffusion takes place."""

    @property
    def size(self) -> int:
        """Side of a picture in pixels."""
        ...

    @property
    def shape(self) -> tuple[int, ...]:
        """Of a grid: (c, h, w), or (c,) of a vector."""
        ...

    def grids(self, rgba: Bytes) -> Tensor:
        """uint8 (n, size, size, 4) → float32 (n, *shape)."""
        ...

    def pictures(self, grids: Tensor) -> Bytes:
        """float32 (n, *shape) → uint8 (n, size, size, 4 or 3)."""
        ...


@dataclass(frozen=True, kw_only=True)
class FoldedPixels:
    """The pixels themselves: no network between them and the diffusion.

    Blocks of m×m become channels. Colours stand as RGB or, where `opponent`, as `opponent.py` has them.
    """

    size: int = 64
    m: int = 2
    opponent: bool = False

    @property
    def shape(self) -> tuple[int, ...]:
        return (4 * self.m**2, self.size // self.m, self.size // self.m)

    def grids(self, rgba: Bytes) -> Tensor:
        images = to_signed(torch.from_numpy(np.array(rgba)))
        return functional.pixel_unshuffle(to_opponent(images) if self.opponent else images, self.m)

    def pictures(self, grids: Tensor) -> Bytes:
        images = functional.pixel_shuffle(grids.float(), self.m)
        return from_signed(from_opponent(images) if self.opponent else images)


@dataclass(frozen=True, eq=False, kw_only=True)
class SpatialLatents:
    """The grids of a `SpatialAutoencoder`, centred and scaled channel by channel."""

    network: SpatialAutoencoder

    @property
    def size(self) -> int:
        return self.network.config.size

    @property
    def shape(self) -> tuple[int, ...]:
        side = self.network.config.side
        return (self.network.config.channels, side, side)

    @torch.no_grad()
    def grids(self, rgba: Bytes) -> Tensor:
        mean, spread = self._scale()
        raw = _by_groups(
            lambda some: self.network.encode(to_signed(torch.from_numpy(np.array(some)))), rgba, self.shape
        )
        return (raw - mean) / spread

    @torch.no_grad()
    def pictures(self, grids: Tensor) -> Bytes:
        mean, spread = self._scale()
        made = [from_signed(self._signed(some * spread + mean)) for some in torch.split(grids, GROUP)]
        return np.concatenate(made) if made else np.zeros((0, self.size, self.size, 4), np.uint8)

    def _signed(self, raw: Tensor) -> Tensor:
        """RGBA in [−1, 1]: the decoder's alpha is a logit."""
        found = self.network.decode(raw).float()
        return torch.cat([found[:, :3], found[:, 3:].sigmoid() * 2 - 1], 1)

    def _scale(self) -> tuple[Tensor, Tensor]:
        return self.network.mean.view(-1, 1, 1), self.network.spread.view(-1, 1, 1)


@dataclass(frozen=True, eq=False, kw_only=True)
class Vectors:
    """The latents of the second paper's autoencoders: RGB over white, one vector a picture.

    Of the variational one the means, as the paper has it, which its loss holds near N(0, 1).
    """

    network: SpriteAutoencoder | SpriteVAE

    @property
    def size(self) -> int:
        return self.network.config.size

    @property
    def shape(self) -> tuple[int, ...]:
        return (self.network.config.latent,)

    @torch.no_grad()
    def grids(self, rgba: Bytes) -> Tensor:
        return _by_groups(lambda some: self._encode(to_images(over(some, WHITE))), rgba, self.shape)

    @torch.no_grad()
    def pictures(self, grids: Tensor) -> Bytes:
        made = [to_pictures(self.network.decode(some)) for some in torch.split(grids, GROUP)]
        return np.concatenate(made) if made else np.zeros((0, self.size, self.size, 3), np.uint8)

    def _encode(self, images: Tensor) -> Tensor:
        found = self.network.encode(images)
        return found if isinstance(found, Tensor) else found.mean


def _by_groups(function: Callable[[Bytes], Tensor], rgba: Bytes, shape: tuple[int, ...]) -> Tensor:
    made = [function(rgba[i : i + GROUP]).float() for i in range(0, len(rgba), GROUP)]
    return torch.cat(made) if made else torch.empty(0, *shape)


@dataclass(frozen=True, kw_only=True)
class SpaceModel:
    """An autoencoder as what reconstructs pictures. A picture's own palette travels beside its latents.

    `colours` is how many it has at most; where the space knows no alpha there is no palette either: what the
    network paints is all there is.
    """

    space: Space
    colours: int = 32

    def reconstruct(self, rgb: Bytes) -> Bytes:
        """uint8 (n, size, size, 3) on a plain ground → the same shape. Raises ValueError for another size."""
        size = self.space.size
        if rgb.shape[1:] != (size, size, 3):
            raise ValueError(f"this autoencoder reads pictures ({size}, {size}, 3), not {rgb.shape[1:]}")
        rgba = figures(rgb).pixels
        made = self.space.pictures(self.space.grids(rgba))
        if made.shape[3] == 3:
            return made
        again = [
            onto(harden(painted), own_palette(true, self.colours))
            for painted, true in zip(made, rgba, strict=True)
        ]
        return np.asarray(over(np.stack(again), WHITE)) if again else rgb
