"""`Session`: what a training is given beside its config, and `Trained`: what it comes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from torch import Tensor

from spriteloom.priors.condition import ConditionSpace
from spriteloom.training.budget import Budget
from spriteloom.training.cache import DatasetCache
from spriteloom.training.fit import Callback, Progress, fit
from spriteloom.training.optimizers import OptimizerConfig
from spriteloom.training.runs import RunConfig
from spriteloom.training.task import Place, Task

if TYPE_CHECKING:
    from lightning_fabric import Fabric

Logger = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Trained:
    """Weights by name, on any device."""

    weights: Mapping[str, Tensor]
    steps: int = 0
    epochs: float = 0.0
    metrics: dict[str, float]

    @classmethod
    def of(cls, weights: Mapping[str, Tensor], progress: Progress) -> Trained:
        """The end of a training by `fit`."""
        return cls(weights=weights, steps=progress.step, epochs=progress.epochs, metrics=progress.metrics)


@dataclass(frozen=True, kw_only=True)
class Session:
    """One training: its data, its folder with the config in it, its devices, and who hears of it."""

    cache: DatasetCache
    run: Path
    config: RunConfig
    fabric: Fabric
    resume: bool
    compiled: bool | None  # None: where it pays
    callback: Callback
    logger: Logger

    @property
    def seed(self) -> int:
        return self.config.seed

    @property
    def precision(self) -> str:
        return self.config.precision

    @property
    def place(self) -> Place:
        return Place(rank=self.fabric.global_rank, world=self.fabric.world_size)

    @property
    def conditions(self) -> ConditionSpace:
        """What can be asked for."""
        return ConditionSpace.from_json(self.config.conditions)

    def fit(self, task: Task, optimizer: OptimizerConfig, *, same_shapes: bool = True) -> Progress:
        """Train by the run's budget; see `fit`.

        The objective is compiled where the user says so, and otherwise on CUDA where its batches are of the
        `same_shapes`: compiling anew for each shape would take longer than it saves.
        """
        kind = self.fabric.device.type
        compiled = same_shapes and kind == "cuda" if self.compiled is None else self.compiled
        self.logger(f"training {self.config.preset} in {self.precision} on {kind}")
        return fit(
            task,
            self.run,
            budget=Budget(**self.config.budget),  # type: ignore[arg-type]
            optimizer=optimizer,
            fabric=self.fabric,
            resume=self.resume,
            compiled=compiled,
            callback=self.callback,
        )
