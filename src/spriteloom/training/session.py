"""`Session`: what a training is given beside its recipe, and `Trained`: what it comes to. Trains nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lightning_fabric import Fabric
from safetensors.torch import save
from torch import Tensor, nn

from spriteloom.training.budget import Budget
from spriteloom.training.fit import Optimization, Progress, Watcher, fit
from spriteloom.training.material import Material
from spriteloom.training.task import Task

Say = Callable[[str], None]

GUIDE = "guide."  # what the names of a guide's weights begin with, beside those of its model


@dataclass(frozen=True, kw_only=True)
class Place:
    """Which of how many processes this is."""

    rank: int = 0
    world: int = 1


ALONE = Place()


@dataclass(frozen=True, kw_only=True)
class Trained:
    """`weights` is a safetensors file."""

    weights: bytes
    steps: int
    figures: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class Session:
    """One training: its material, its folder with the config in it, its devices, and who is told."""

    material: Material
    run: Path
    config: dict[str, Any]
    fabric: Fabric
    resume: bool
    watch: Watcher
    say: Say

    @property
    def seed(self) -> int:
        return int(self.config["seed"])

    @property
    def place(self) -> Place:
        return Place(rank=self.fabric.global_rank, world=self.fabric.world_size)

    def fit(self, task: Task, optimization: Optimization) -> Progress:
        """Train by the config's budget; see `fit`."""
        self.say(
            f"training {self.config['recipe']} in {self.config['precision']} on {self.fabric.device.type}"
        )
        return fit(
            task,
            self.run,
            budget=Budget(**self.config["budget"]),
            optimization=optimization,
            fabric=self.fabric,
            resume=self.resume,
            watch=self.watch,
        )


def trained(model: nn.Module, progress: Progress, guide: nn.Module | None = None) -> Trained:
    """The end of a training by `fit`. The weights of a guide stand beside the model's; see `apart`."""
    weights = model.state_dict()
    if guide is not None:
        weights |= {GUIDE + name: value for name, value in guide.state_dict().items()}
    weights = {name: value.cpu().contiguous() for name, value in weights.items()}
    return Trained(weights=save(weights), steps=progress.step, figures=progress.figures)


def apart(weights: Mapping[str, Tensor]) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """What `trained` put together: the model's weights and its guide's, none where it has no guide."""
    model = {name: value for name, value in weights.items() if not name.startswith(GUIDE)}
    guide = {name.removeprefix(GUIDE): weights[name] for name in weights if name.startswith(GUIDE)}
    return model, guide
