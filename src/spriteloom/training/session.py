"""`Session`: the surroundings of a training; `Trained`: its result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from torch import Tensor

from spriteloom.priors.condition import ConditionSpace
from spriteloom.training.budget import Budget
from spriteloom.training.cache import DatasetCache
from spriteloom.training.fit import Callback, fit
from spriteloom.training.optimizers import OptimizerConfig
from spriteloom.training.runs import RunConfig
from spriteloom.training.task import Shard, Task, TaskSettings

if TYPE_CHECKING:
    from lightning_fabric import Fabric

Logger = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Trained:
    """Weights by name, on any device, and the metrics of the finished model."""

    weights: Mapping[str, Tensor]
    steps: int = 0
    epochs: float = 0.0
    metrics: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class Session:
    """One training: its data, its folder and config, its devices, its callback and logger."""

    cache: DatasetCache
    run: Path
    config: RunConfig
    fabric: Fabric
    resume: bool
    start: Mapping[str, Tensor] | None  # the weights to start from, None for random ones
    compiled: bool | None  # None: where it pays
    callback: Callback
    logger: Logger

    @property
    def settings(self) -> TaskSettings:
        """The settings of this session's task."""
        shard = Shard(rank=self.fabric.global_rank, world=self.fabric.world_size)
        return TaskSettings(seed=self.config.seed, shard=shard, precision=self.config.precision)

    @property
    def conditions(self) -> ConditionSpace:
        """The labels that the model is conditioned on."""
        return ConditionSpace.from_json(self.config.conditions)

    def fit(self, task: Task[Any], optimizer: OptimizerConfig, *, compiles: bool = True) -> Trained:
        """Train by the run's budget; see `fit`.

        Unless the user decides, the objective is compiled on CUDA if it `compiles` well: if all batches have the
        same shapes, since compiling for each shape would take longer than it saves.
        """
        kind = self.fabric.device.type
        compiled = compiles and kind == "cuda" if self.compiled is None else self.compiled
        self.logger(f"training {self.config.preset} in {self.config.precision} on {kind}")
        progress = fit(
            task,
            self.run,
            budget=Budget(**self.config.budget),  # type: ignore[arg-type]
            optimizer=optimizer,
            fabric=self.fabric,
            resume=self.resume,
            compiled=compiled,
            callback=self.callback,
        )
        return Trained(
            weights=task.weights(), steps=progress.step, epochs=progress.epochs, metrics=progress.metrics
        )
