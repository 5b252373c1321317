"""What autoencoders of sprites have in common: how they reconstruct, and how they are trained."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from spriteloom.codecs.indexed import extract_palette, map_to_palette
from spriteloom.data.tensors import as_images, to_bytes, to_images, to_unit
from spriteloom.metrics.pixel_art.foreground import foreground_of
from spriteloom.models.base import Model
from spriteloom.models.capabilities import LatentSpace
from spriteloom.nn.devices import channels_last
from spriteloom.pixels import Sprite
from spriteloom.pixels.alpha import WHITE, harden, over
from spriteloom.pixels.arrays import Bytes
from spriteloom.training.optimizers import OptimizerConfig
from spriteloom.training.runs import RunConfig
from spriteloom.training.session import Session, Trained
from spriteloom.training.task import ALONE, BatchOrder, Outcome, Place, Task, seeded, watched

COLORS = 32  # of a picture's own palette, which travels beside its latents
GROUP = 32  # pictures that a network sees at once
WATCHED = 64  # held-out pictures looked at during training, at most


class AutoencoderModel(Model):
    """Pictures ↔ latents: `Reconstructs` and `HasLatents`.

    A picture's own palette travels beside its latents; where the latents know no alpha there is no palette
    either: what the network paints is all there is.
    """

    def __init__(self, config: RunConfig, network: nn.Module, latents: LatentSpace) -> None:
        super().__init__(config)
        self.network, self.latents = network, latents

    def networks(self) -> Iterable[nn.Module]:
        return (self.network,)

    def weights(self) -> Mapping[str, Tensor]:
        weights: Mapping[str, Tensor] = self.network.state_dict()
        return weights

    def encode(self, pictures: Tensor | Sequence[Sprite], /) -> Tensor:
        """Sprites of the network's size, or images (b, 4, size, size) in [0, 1], → latents (b, *shape)."""
        images = pictures if isinstance(pictures, Tensor) else as_images(pictures)
        return self.latents.encode(to_bytes(images.permute(0, 2, 3, 1).contiguous()))

    def decode(self, latents: Tensor, /) -> Tensor:
        """Latents (b, *shape) → images (b, 4 or 3, size, size) in [0, 1], where the latents lie."""
        return to_images(self.latents.decode(latents)).to(latents.device)

    def reconstruct(self, rgb: Bytes) -> Bytes:
        """uint8 (n, size, size, 3) on a plain ground → the same shape. Raises ValueError for another size."""
        size = self.latents.size
        if rgb.shape[1:] != (size, size, 3):
            raise ValueError(f"this autoencoder reads pictures ({size}, {size}, 3), not {rgb.shape[1:]}")
        rgba = foreground_of(rgb).pixels
        made = self.latents.decode(self.latents.encode(rgba))
        if made.shape[3] == 3:
            return made
        again = [
            map_to_palette(harden(painted), extract_palette(true, COLORS))
            for painted, true in zip(made, rgba, strict=True)
        ]
        return np.asarray(over(np.stack(again), WHITE)) if again else rgb


class AutoencoderTask(Task):
    """A network at work on pictures `rgba` (n, h, w, 4) uint8, mirrored as they come; `held_out` is alike.

    `loss` takes the model, uint8 (b, h, w, 4) and noise (b, *latents.shape).
    """

    def __init__(
        self,
        network: Callable[[], nn.Module],
        loss: Callable[..., Outcome],
        latents: Callable[[nn.Module], LatentSpace],
        rgba: Bytes,
        held_out: Bytes,
        *,
        batch: int,
        seed: int,
        place: Place = ALONE,
        precision: str = "32-true",
    ) -> None:
        self._rgba, self._held_out = rgba, held_out[watched(len(held_out), WATCHED)]
        self.model = channels_last(seeded(network, seed))
        self.latents = latents(self.model)
        order = BatchOrder(n=len(rgba), batch=batch, seed=seed, place=place)
        super().__init__(self.model, loss, order, precision=precision)

    def batch(self, step: int) -> tuple[Tensor, ...]:
        """Pictures uint8 (b, h, w, 4) and noise N(0, 1) (b, *shape)."""
        rows, own = self.order.rows(step), self.order.own
        mirrored = (torch.rand(len(rows), generator=self.generator) < 0.5)[own]
        noise = torch.randn(len(rows), *self.latents.shape, generator=self.generator)[own]
        some = torch.from_numpy(self._rgba[rows[own]])
        return torch.where(mirrored[:, None, None, None], some.flip(2), some), noise

    def metrics(self) -> dict[str, float]:
        """The parts of the last loss; the error on held-out pictures over white."""
        was_training = self.model.training
        self.model.eval()
        made = self.latents.decode(self.latents.encode(self._held_out))
        self.model.train(was_training)
        gap = to_unit(_rgb(made)) - to_unit(_rgb(self._held_out))
        return self.parts() | {"validation_mse": float(gap.square().mean())}

    @property
    def rgba(self) -> Bytes:
        """What it learns from."""
        return self._rgba


def train(task: Callable[..., AutoencoderTask], session: Session, optimizer: OptimizerConfig) -> Trained:
    """`task` is made of training pictures, held-out ones, and the keywords of every task; then trained."""
    cache = session.cache
    made = task(
        cache.rgba("train"),
        cache.rgba(cache.held_out),
        seed=session.seed,
        place=session.place,
        precision=session.precision,
    )
    progress = session.fit(made, optimizer)
    return Trained.of(made.model.state_dict(), progress)


def in_pieces(function: Callable[[Bytes], Tensor], rgba: Bytes, shape: tuple[int, ...]) -> Tensor:
    """`function` on `GROUP` pictures at a time: float32 (n, *shape)."""
    made = [function(rgba[i : i + GROUP]).float() for i in range(0, len(rgba), GROUP)]
    return torch.cat(made) if made else torch.empty(0, *shape)


def _rgb(pictures: Bytes) -> Bytes:
    return pictures if pictures.shape[3] == 3 else np.asarray(over(pictures, WHITE))
