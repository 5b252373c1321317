"""What the VAE and the DCGAN share: they turn a normal vector into a picture, and learn from RGB pictures."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

import torch
from torch import Tensor, nn

from spriteloom.data.store import SpriteSet
from spriteloom.data.tensors import to_pictures
from spriteloom.models.base import (
    FamilyConfig,
    Model,
    NetworkFamily,
    NetworkMixin,
    NoShape,
    check_pictures,
)
from spriteloom.models.sampling import SamplingModel
from spriteloom.nn.devices import channels_last, full_precision
from spriteloom.nn.sampling import noise_of
from spriteloom.pixels.arrays import Bytes, Floats
from spriteloom.priors.draw import Draw
from spriteloom.progress import tracked
from spriteloom.training.optimizers import OptimizerConfig
from spriteloom.training.runs import RunConfig
from spriteloom.training.session import Session, Trained
from spriteloom.training.task import Outcome, Task, TaskSettings, seeded, spread_rows

GROUP = 16  # pictures in a forward pass of a trained network
HELD_OUT = 256  # held-out pictures that metrics are computed on, at most


@dataclass(frozen=True, kw_only=True)
class PictureConfig(FamilyConfig):
    """A network with a `size` and a `latent`, and its training. `batch` counts pictures."""

    network: Any
    optimizer: OptimizerConfig
    batch: int = 64
    noise: bool = True


C = TypeVar("C", bound=PictureConfig)
M = TypeVar("M", bound=nn.Module)


class PictureTask(Task[M]):
    """Trains a network on pictures `rgb` uint8 (n, h, w, 3); `held_out` pictures are alike.

    The loss takes the network, images uint8 (b, 3, h, w) and noise N(0, 1) (b, latent).
    """

    network: ClassVar[type[Any]]

    def __init__(self, config: Any, rgb: Bytes, held_out: Bytes, settings: TaskSettings) -> None:
        self.config, self._rgb = config, rgb
        self._held_out = held_out[spread_rows(len(held_out), HELD_OUT)]
        model = channels_last(seeded(lambda: self.network(config.network), settings.seed))
        super().__init__(model, self.loss, settings, n=len(rgb), batch=config.batch)

    @abstractmethod
    def loss(self, model: M, images: Tensor, noise: Tensor) -> Outcome: ...

    def batch(self, step: int) -> tuple[Tensor, ...]:
        rows, own = self.order.rows(step), self.order.own
        noise = torch.randn(len(rows), self.config.network.latent, generator=self.generator)[own]
        return torch.from_numpy(self._rgb[rows[own]]).permute(0, 3, 1, 2), noise


class PictureModel(NetworkMixin, SamplingModel):
    """`Samples`: decodes pictures from N(0, 1)."""

    takes_temperature = False

    def __init__(self, config: RunConfig, network: Any) -> None:
        super().__init__(config)
        self.network = network.eval()
        self.size, self.latent = network.config.size, network.config.latent

    @abstractmethod
    def decode(self, latents: Tensor, /) -> Tensor:
        """(b, latent) → images (b, 3, size, size) in [0, 1]."""

    def paint(self, conditions: Floats, draw: Draw) -> Bytes:
        return to_pictures(self.decode(noise_of(draw.seeds, (self.latent,))))


class PictureFamily(NetworkFamily[C, NoShape]):
    """Families of such networks: a network class, its task and its model."""

    network: ClassVar[type[nn.Module]]
    task: ClassVar[type[Any]]
    picture_model: ClassVar[type[PictureModel]]
    compiles: ClassVar[bool] = True

    def build(self, config: C, shape: NoShape) -> nn.Module:
        return self.network(config.network)

    def model(
        self, config: C, shape: NoShape, run: RunConfig, network: Any, base: Model | None
    ) -> PictureModel:
        return self.picture_model(run, network)

    def check(self, config: C, data: SpriteSet) -> None:
        check_pictures(data, self.name, noise=config.noise, size=config.network.size)

    def train(self, config: C, shape: NoShape, session: Session, base: Model | None) -> Trained:
        cache = session.cache
        rgb, held_out = cache.rgb("train", noise=config.noise), cache.rgb(cache.held_out, noise=False)
        task = self.task(config, rgb, held_out, session.settings)
        return session.fit(task, config.optimizer, compiles=self.compiles)


@torch.no_grad()
def in_groups(function: Callable[[Tensor], Tensor], rows: Tensor, device: torch.device) -> Tensor:
    """`function` of `rows` (n, …), in groups of `GROUP` on a device in float32; the result is on the CPU.

    The last group is filled up, so that a result depends on its own row and not on how many there are.
    """
    results: list[Tensor] = []
    with torch.autocast(device.type, enabled=False), full_precision():
        for start in tracked(range(0, len(rows), GROUP), "running the network"):
            group = rows[start : start + GROUP]
            filled = torch.cat([group, group[-1:].expand(GROUP - len(group), *group.shape[1:])])
            results.append(function(filled.to(device))[: len(group)].cpu())
    return torch.cat(results)
