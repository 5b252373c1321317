"""What autoencoders of sprites share: latents, model, training and family."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from spriteloom.codecs.indexed import extract_palette, map_to_palette
from spriteloom.data.tensors import as_images, to_bytes, to_images, to_unit
from spriteloom.metrics.pixel_art.foreground import foreground_of
from spriteloom.models.base import FamilyConfig, Model, NetworkFamily, NetworkMixin
from spriteloom.models.capabilities import LatentSpace
from spriteloom.nn.devices import channels_last, device_of, evaluating, full_precision
from spriteloom.pixels import Sprite
from spriteloom.pixels.alpha import WHITE, harden, over
from spriteloom.pixels.arrays import Bytes
from spriteloom.progress import tracked
from spriteloom.training.runs import RunConfig
from spriteloom.training.session import Session, Trained
from spriteloom.training.task import Outcome, Task, TaskSettings, seeded, spread_rows

COLORS = 32  # of a picture's own palette, at most
GROUP = 32  # pictures in a forward pass
HELD_OUT = 64  # held-out pictures that metrics are computed on, at most

C = TypeVar("C", bound=FamilyConfig)
S = TypeVar("S")


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
        self.rgba, self._held_out = rgba, held_out[spread_rows(len(held_out), HELD_OUT)]
        super().__init__(
            channels_last(seeded(network, settings.seed)), loss, settings, n=len(rgba), batch=batch
        )
        self.latents = latents(self.model)

    def batch(self, step: int) -> tuple[Tensor, ...]:
        rows, own = self.order.rows(step), self.order.own
        mirrored = (torch.rand(len(rows), generator=self.generator) < 0.5)[own]
        noise = torch.randn(len(rows), *self.latents.shape, generator=self.generator)[own]
        pictures = torch.from_numpy(self.rgba[rows[own]])
        return torch.where(mirrored[:, None, None, None], pictures.flip(2), pictures), noise

    def metrics(self) -> dict[str, float]:
        """The parts of the last loss; the error on held-out pictures over white."""
        with evaluating(self.model):
            decoded = self.latents.decode(self.latents.encode(self._held_out))
        error = to_unit(_rgb(decoded)) - to_unit(_rgb(self._held_out))
        return self.parts() | {"validation_mse": float(error.square().mean())}


class AutoencoderFamily(NetworkFamily[C, S]):
    """Families of autoencoders: a network, its latent space, its loss and its training."""

    latents: ClassVar[type[NetworkLatents]]
    task: ClassVar[type[AutoencoderTask]] = AutoencoderTask

    @abstractmethod
    def loss(self, config: C) -> Callable[..., Outcome]:
        """See `AutoencoderTask`."""

    @abstractmethod
    def batch(self, config: C, shape: S) -> int:
        """The number of pictures a step."""

    def model(
        self, config: C, shape: S, run: RunConfig, network: Any, base: Model | None
    ) -> AutoencoderModel:
        return AutoencoderModel(run, channels_last(network), self.latents(network))

    def train(self, config: Any, shape: S, session: Session, base: Model | None) -> Trained:
        rgba, held_out = (session.cache.rgba(split) for split in ("train", session.cache.held_out))
        build, batch = partial(self.build, config, shape), self.batch(config, shape)
        task = self.task(build, self.loss(config), self.latents, rgba, held_out, session.settings, batch)
        return session.fit(task, config.optimizer)


@dataclass(frozen=True, eq=False)
class NetworkLatents(ABC):
    """A `LatentSpace` of a network, computed `GROUP` pictures at a time in full precision."""

    network: Any
    channels: ClassVar[int]

    @property
    @abstractmethod
    def size(self) -> int: ...

    @property
    @abstractmethod
    def shape(self) -> tuple[int, ...]: ...

    @abstractmethod
    def encode_group(self, rgba: Bytes) -> Tensor:
        """A few pictures uint8 (n, size, size, 4) → float32 (n, *shape)."""

    @abstractmethod
    def decode_group(self, latents: Tensor) -> Bytes:
        """A few latents → uint8 (n, size, size, channels)."""

    @torch.no_grad()
    def encode(self, rgba: Bytes) -> Tensor:
        with full_precision():
            groups = [
                self.encode_group(rgba[i : i + GROUP])
                for i in tracked(range(0, len(rgba), GROUP), "encoding")
            ]
        return torch.cat(groups) if groups else torch.empty(0, *self.shape)

    @torch.no_grad()
    def decode(self, latents: Tensor) -> Bytes:
        device = device_of(self.network)
        with full_precision():
            groups = [
                self.decode_group(z.to(device)) for z in tracked(torch.split(latents, GROUP), "decoding")
            ]
        empty = np.zeros((0, self.size, self.size, self.channels), np.uint8)
        return np.concatenate(groups) if groups else empty


def _rgb(pictures: Bytes) -> Bytes:
    return pictures if pictures.shape[3] == 3 else np.asarray(over(pictures, WHITE))
