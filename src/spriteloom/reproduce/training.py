"""Trains the jobs of a reproduction, model by model; what is done is not done again. Measures nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from spriteloom.models.base import Model as LoadedModel
from spriteloom.models.load import load
from spriteloom.models.registry import family, preset_config
from spriteloom.models.train import train
from spriteloom.nn.devices import AUTO, Device
from spriteloom.reproduce.results import Model, named
from spriteloom.training.budget import Budget
from spriteloom.training.cache import DatasetCache
from spriteloom.training.config import to_json
from spriteloom.training.runs import CONFIG, is_finished, read_config

RUNS = "runs"

Say = Callable[[str], None]


class Sized(Protocol):
    """The scale of a reproduction."""

    @property
    def batch(self) -> int | None:
        """Of every training; None for each preset's own."""
        ...


S = TypeVar("S", bound=Sized)
T = TypeVar("T", contravariant=True)


class Job(Protocol[T]):
    """What a reproduction has to train, of a scale T."""

    @property
    def name(self) -> str: ...
    @property
    def preset(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def size(self) -> str | None: ...
    @property
    def whose(self) -> str: ...
    @property
    def base(self) -> str | None: ...
    @property
    def seed(self) -> int: ...
    def budget(self, scale: T) -> Budget: ...


@dataclass(frozen=True, kw_only=True)
class Workshop(Generic[S]):
    """Where jobs are trained, on what, and how large."""

    out: Path
    scale: S
    cache: DatasetCache
    device: Device = AUTO
    devices: int = 1
    say: Say

    def run(self, job: Job[S] | str) -> Path:
        """The run folder of a job, or of one of that name."""
        return self.out / RUNS / (job if isinstance(job, str) else job.name)

    def is_done(self, job: Job[S]) -> bool:
        return is_finished(self.run(job))

    def train(self, job: Job[S]) -> None:
        """To its end, from wherever it is."""
        if self.is_done(job):
            return
        run = self.run(job)
        self.say(f"training {job.name}")
        train(
            job.preset,
            self.cache.data,
            run,
            changes=self._changes(job),
            base=self.run(job.base) if job.base else None,
            budget=job.budget(self.scale),
            seed=job.seed,
            resume=(run / CONFIG).exists(),
            device=self.device,
            devices=self.devices,
            cache=self.cache,
        )

    def load(self, job: Job[S]) -> LoadedModel:
        """The model of a finished job, on the reproduction's device."""
        return load(self.run(job), self.device)

    def model(self, job: Job[S]) -> Model:
        """What a finished job was."""
        config = read_config(self.run(job))
        done: dict[str, Any] = config.trained or {}
        return Model(
            job=job.name,
            recipe=job.preset,
            label=named(job.label, job.size),
            codec=job.base,
            seed=job.seed,
            parameters=family(config.family).parameters(preset_config(job.preset)),
            steps=int(done["steps"]),
            epochs=float(done["epochs"]),
            seconds=float(done["seconds"]),
            minutes=job.budget(self.scale).minutes,
            whose=job.whose,
        )

    def _changes(self, job: Job[S]) -> tuple[str, ...]:
        """The scale's batch, where there is one to change."""
        has_batch = "batch" in to_json(preset_config(job.preset))
        return (f"batch={self.scale.batch}",) if self.scale.batch is not None and has_batch else ()
