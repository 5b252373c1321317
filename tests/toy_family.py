"""A family that only the tests have: its codec is one color for each half of a picture.

A line in the registry is all that the program needs to train, resume, save, load, measure and sample it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from spriteloom.data.tensors import to_images, to_pictures, to_unit
from spriteloom.models.base import Family, FamilyConfig, Model, check_pictures, count
from spriteloom.models.sampling import SamplingModel
from spriteloom.pixels.arrays import Bytes, Floats
from spriteloom.priors.draw import Draw
from spriteloom.training.optimizers import OptimizerConfig
from spriteloom.training.runs import RunConfig
from spriteloom.training.session import Session, Trained
from spriteloom.training.task import BatchOrder, Task, seeded


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


class ToyTask(Task):
    def __init__(self, network: Halves, rgb: Bytes, batch: int, session: Session) -> None:
        self._rgb = rgb
        order = BatchOrder(n=len(rgb), batch=batch, seed=session.seed, place=session.place)
        super().__init__(network, self._loss, order, precision=session.precision)

    def _loss(self, model: nn.Module, pictures: Tensor) -> Outcome:
        images = to_unit(pictures.permute(0, 3, 1, 2))
        loss = (model(images) - images).square().mean()
        return Outcome(loss, loss.detach())

    def batch(self, step: int) -> tuple[Tensor, ...]:
        return (torch.from_numpy(self._rgb[self.order.rows(step)[self.order.own]]),)

    def metrics(self) -> dict[str, float]:
        return self.parts()


class ToyModel(SamplingModel):
    def __init__(self, config: RunConfig, network: Halves) -> None:
        super().__init__(config)
        self.network = network.eval()

    def networks(self) -> Iterable[nn.Module]:
        return (self.network,)

    def weights(self) -> Mapping[str, Tensor]:
        return self.network.state_dict()

    @torch.no_grad()
    def reconstruct(self, rgb: Bytes) -> Bytes:
        return to_pictures(self.network(to_images(rgb).to(self.device)))

    @torch.no_grad()
    def paint(self, conditions: Floats, draw: Draw) -> Bytes:  # noqa: ARG002
        width = self.network.read.out_features
        chance = [torch.Generator().manual_seed(seed) for seed in draw.seeds]
        hidden = torch.stack([torch.randn(width, generator=each) for each in chance])
        return np.asarray(to_pictures(self.network.decode(hidden.to(self.device))))


class ToyFamily(Family[Config, Shape]):
    name = "toy"
    config = Config
    shape = Shape
    presets = {"toy-small": Config, "toy-large": lambda: Config(width=24)}  # noqa: RUF012

    def shape_of(self, config, data, base, conditions) -> Shape:  # noqa: ARG002
        check_pictures(data, self.name)
        return Shape(size=data.preprocessing.size)

    def train(self, config: Config, shape: Shape, session: Session, base: Model | None) -> Trained:  # noqa: ARG002
        network = seeded(lambda: Halves(config, shape), session.seed)
        task = ToyTask(network, session.cache.rgb("train", noise=False), config.batch, session)
        return Trained.of(network.state_dict(), session.fit(task, config.optimizer))

    def load(self, config, shape, run, weights, base) -> ToyModel:  # noqa: ARG002
        network = Halves(config, shape)
        network.load_state_dict(weights)
        return ToyModel(run, network)

    def parameters(self, config: Config) -> int:
        return count(Halves(config, Shape(size=32)))

    def about(self, config: Config) -> str:
        return f"two colors a picture, {config.width} wide"


FAMILY = ToyFamily()
