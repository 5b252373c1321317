"""What autoencoders of sprites share: the model and its training."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from spriteloom.codecs.indexed import extract_palette, map_to_palette
from spriteloom.data.tensors import as_images, to_bytes, to_images, to_unit
from spriteloom.metrics.pixel_art.foreground import foreground_of
from spriteloom.models.base import Model, NetworkMixin
from spriteloom.models.capabilities import LatentSpace
from spriteloom.nn.devices import channels_last, evaluating
from spriteloom.pixels import Sprite
from spriteloom.pixels.alpha import WHITE, harden, over
from spriteloom.pixels.arrays import Bytes
from spriteloom.training.optimizers import OptimizerConfig
from spriteloom.training.runs import RunConfig
from spriteloom.training.session import Session, Trained
from spriteloom.training.task import Outcome, Task, TaskSettings, seeded, spread_rows

COLORS = 32  # of a picture's own palette, at most
GROUP = 32  # pictures in a forward pass
HELD_OUT = 64  # held-out pictures that metrics are computed on, at most


class AutoencoderModel(NetworkMixin, Model):
    """Pictures ↔ latents: `Reconstructs` and `HasLatents`.

    Reconstructions with alpha use the picture's own palette; those without are the decoder's output.
    """

    def __init__(self, config: RunConfig, network: nn.Module, latents: LatentSpace) -> None:
        super().__init__(config)
        self.network, self.latents = network, latents

    def encode(self, pictures: Tensor | Sequence[Sprite], /) -> Tensor:
        """Sprites of the network's size, or images (b, 4, size, size) in [0, 1], → latents (b, *shape)."""
        images = pictures if isinstance(pictures, Tensor) else as_images(pictures)
        return self.latents.encode(to_bytes(images.permute(0, 2, 3, 1).contiguous()))

    def decode(self, latents: Tensor, /) -> Tensor:
        """Latents (b, *shape) → images (b, 4 or 3, size, size) in [0, 1], on their device."""
        return to_images(self.latents.decode(latents)).to(latents.device)

    def reconstruct(self, rgb: Bytes) -> Bytes:
        """uint8 (n, size, size, 3) over a plain background → the same shape. Raises ValueError for another size."""
        size = self.latents.size
        if rgb.shape[1:] != (size, size, 3):
            raise ValueError(f"this autoencoder reads pictures ({size}, {size}, 3), not {rgb.shape[1:]}")
        rgba = foreground_of(rgb).pixels
        decoded = self.latents.decode(self.latents.encode(rgba))
        if decoded.shape[3] == 3:
            return decoded
        sprites = [
            map_to_palette(harden(x), extract_palette(true, COLORS))
            for x, true in zip(decoded, rgba, strict=True)
        ]
        return np.asarray(over(np.stack(sprites), WHITE)) if sprites else rgb


class AutoencoderTask(Task[nn.Module]):
    """Trains a network on pictures `rgba` uint8 (n, h, w, 4), half of them mirrored; `held_out` are alike.

    `loss` takes the model, pictures uint8 (b, h, w, 4) and noise N(0, 1) (b, *latents.shape).
    """

    def __init__(
        self,
        network: Callable[[], nn.Module],
        loss: Callable[..., Outcome],
        latents: Callable[[nn.Module], LatentSpace],
        rgba: Bytes,
        held_out: Bytes,
        settings: TaskSettings,
        batch: int,
    ) -> None:
        self._rgba, self._held_out = rgba, held_out[spread_rows(len(held_out), HELD_OUT)]
        super().__init__(
            channels_last(seeded(network, settings.seed)), loss, settings, n=len(rgba), batch=batch
        )
        self.latents = latents(self.model)

    def batch(self, step: int) -> tuple[Tensor, ...]:
        rows, own = self.order.rows(step), self.order.own
        mirrored = (torch.rand(len(rows), generator=self.generator) < 0.5)[own]
        noise = torch.randn(len(rows), *self.latents.shape, generator=self.generator)[own]
        pictures = torch.from_numpy(self._rgba[rows[own]])
        return torch.where(mirrored[:, None, None, None], pictures.flip(2), pictures), noise

    def metrics(self) -> dict[str, float]:
        """The parts of the last loss; the error on held-out pictures over white."""
        with evaluating(self.model):
            decoded = self.latents.decode(self.latents.encode(self._held_out))
        error = to_unit(_rgb(decoded)) - to_unit(_rgb(self._held_out))
        return self.parts() | {"validation_mse": float(error.square().mean())}

    @property
    def rgba(self) -> Bytes:
        """The training pictures."""
        return self._rgba


def train(
    build: Callable[[Bytes, Bytes, TaskSettings], AutoencoderTask],
    session: Session,
    optimizer: OptimizerConfig,
) -> Trained:
    """Train the task that `build` makes of training pictures, held-out pictures and settings."""
    cache = session.cache
    return session.fit(build(cache.rgba("train"), cache.rgba(cache.held_out), session.settings), optimizer)


def in_pieces(function: Callable[[Bytes], Tensor], rgba: Bytes, shape: tuple[int, ...]) -> Tensor:
    """`function` of `GROUP` pictures at a time: float32 (n, *shape)."""
    pieces = [function(rgba[i : i + GROUP]).float() for i in range(0, len(rgba), GROUP)]
    return torch.cat(pieces) if pieces else torch.empty(0, *shape)


def _rgb(pictures: Bytes) -> Bytes:
    return pictures if pictures.shape[3] == 3 else np.asarray(over(pictures, WHITE))
