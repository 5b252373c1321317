"""A family that only the tests have: its codec is one color for each half of a picture.

A line in the registry is all that the program needs to train, resume, save, load, measure and sample it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from spriteloom.data.tensors import to_images, to_pictures, to_unit
from spriteloom.models.base import FamilyConfig, Model, NetworkFamily, NetworkMixin, check_pictures, count
from spriteloom.models.sampling import SamplingModel
from spriteloom.pixels.arrays import Bytes, Floats
from spriteloom.priors.draw import Draw
from spriteloom.training.optimizers import OptimizerConfig
from spriteloom.training.runs import RunConfig
from spriteloom.training.session import Session, Trained
from spriteloom.training.task import Task, TaskSettings, seeded


@dataclass(frozen=True, kw_only=True)
class Config(FamilyConfig):
    width: int = 6
    batch: int = 4
    optimizer: OptimizerConfig = OptimizerConfig(learning_rate=0.05, schedule="constant")


@dataclass(frozen=True, kw_only=True)
class Shape:
    size: int


class Halves(nn.Module):
    def __init__(self, config: Config, shape: Shape) -> None:
        super().__init__()
        self.size = shape.size
        self.read = nn.Linear(6, config.width)
        self.paint = nn.Linear(config.width, 6)

    def forward(self, images: Tensor) -> Tensor:
        halves = torch.cat([half.mean((2, 3)) for half in images.chunk(2, 2)], 1)
        return self.decode(self.read(halves))

    def decode(self, hidden: Tensor) -> Tensor:
        colors = self.paint(hidden).view(-1, 2, 3).permute(0, 2, 1)[..., None]
        return colors.repeat_interleave(self.size // 2, 2).expand(-1, -1, -1, self.size)


class Outcome(NamedTuple):
    loss: Tensor
    mse: Tensor


class ToyTask(Task[Halves]):
    def __init__(self, network: Halves, rgb: Bytes, batch: int, settings: TaskSettings) -> None:
        self._rgb = rgb
        super().__init__(network, self._loss, settings, n=len(rgb), batch=batch)

    def _loss(self, model: nn.Module, pictures: Tensor) -> Outcome:
        images = to_unit(pictures.permute(0, 3, 1, 2))
        loss = (model(images) - images).square().mean()
        return Outcome(loss, loss.detach())

    def batch(self, step: int) -> tuple[Tensor, ...]:
        return (torch.from_numpy(self._rgb[self.order.rows(step)[self.order.own]]),)

    def metrics(self) -> dict[str, float]:
        return self.parts()


class ToyModel(NetworkMixin, SamplingModel):
    def __init__(self, config: RunConfig, network: Halves) -> None:
        super().__init__(config)
        self.network = network

    @torch.no_grad()
    def reconstruct(self, rgb: Bytes) -> Bytes:
        return to_pictures(self.network(to_images(rgb).to(self.device)))

    @torch.no_grad()
    def paint(self, conditions: Floats, draw: Draw) -> Bytes:
        width = self.network.read.out_features
        chance = [torch.Generator().manual_seed(seed) for seed in draw.seeds]
        hidden = torch.stack([torch.randn(width, generator=each) for each in chance])
        return np.asarray(to_pictures(self.network.decode(hidden.to(self.device))))


class ToyFamily(NetworkFamily[Config, Shape]):
    name = "toy"
    config = Config
    shape = Shape
    presets = {"toy-small": Config, "toy-large": lambda: Config(width=24)}  # noqa: RUF012

    def check(self, config, data) -> None:
        check_pictures(data, self.name)

    def shape_of(self, config, data, base, conditions) -> Shape:
        return Shape(size=data.preprocessing.size)

    def train(self, config: Config, shape: Shape, session: Session, base: Model | None) -> Trained:
        network = seeded(lambda: self.build(config, shape), session.settings.seed)
        rgb = session.cache.rgb("train", noise=False)
        return session.fit(ToyTask(network, rgb, config.batch, session.settings), config.optimizer)

    def build(self, config: Config, shape: Shape) -> Halves:
        return Halves(config, shape)

    def model(self, config, shape, run: RunConfig, network: Halves, base) -> ToyModel:
        return ToyModel(run, network)

    def parameters(self, config: Config) -> int:
        return count(Halves(config, Shape(size=32)))

    def about(self, config: Config) -> str:
        return f"two colors a picture, {config.width} wide"


FAMILY = ToyFamily()
