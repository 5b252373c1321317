"""Trains the jobs of a reproduction, model by model; what is done is not done again. Measures nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from spriteloom.reproduce.results import Model, named
from spriteloom.training.budget import Budget
from spriteloom.training.catalogue import AnyRecipe, count_parameters, recipe
from spriteloom.training.material import Material
from spriteloom.training.prior_recipes import CountRecipe
from spriteloom.training.recipes import KMeansRecipe
from spriteloom.training.runs import CONFIG, WEIGHTS, read_config
from spriteloom.training.train import train

RUNS = "runs"

Say = Callable[[str], None]


class Sized(Protocol):
    """The scale of a reproduction."""

    @property
    def batch(self) -> int | None:
        """Of every training; None for each recipe's own."""
        ...


S = TypeVar("S", bound=Sized)
T = TypeVar("T", contravariant=True)


class Job(Protocol[T]):
    """What a reproduction has to train, of a scale T."""

    @property
    def name(self) -> str: ...
    @property
    def recipe(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def size(self) -> str | None: ...
    @property
    def whose(self) -> str: ...
    @property
    def codec(self) -> str | None: ...
    @property
    def seed(self) -> int: ...
    def budget(self, scale: T) -> Budget: ...


@dataclass(frozen=True, kw_only=True)
class Workshop(Generic[S]):
    """Where jobs are trained, on what, and how large."""

    out: Path
    scale: S
    material: Material
    devices: int
    say: Say

    def run(self, job: Job[S] | str) -> Path:
        """The run folder of a job, or of one of that name."""
        return self.out / RUNS / (job if isinstance(job, str) else job.name)

    def is_done(self, job: Job[S]) -> bool:
        return (self.run(job) / WEIGHTS).exists() and "trained" in read_config(self.run(job))

    def train(self, job: Job[S]) -> None:
        """To its end, from wherever it is."""
        if self.is_done(job):
            return
        run = self.run(job)
        self.say(f"training {job.name}")
        train(
            resized(recipe(job.recipe), self.scale.batch),
            self.material.data,
            run,
            codec=self.run(job.codec) if job.codec else None,
            budget=job.budget(self.scale),
            seed=job.seed,
            resume=(run / CONFIG).exists(),
            devices=self.devices,
            material=self.material,
        )

    def model(self, job: Job[S]) -> Model:
        """What a finished job was."""
        config = read_config(self.run(job))
        done: dict[str, Any] = config["trained"]
        chosen = resized(recipe(job.recipe), self.scale.batch)
        pictures = self.material.data if chosen.noise else self.material.data.without_noise()
        return Model(
            job=job.name,
            recipe=job.recipe,
            label=named(job.label, job.size),
            codec=job.codec,
            seed=job.seed,
            parameters=count_parameters(chosen),
            steps=int(done["steps"]),
            epochs=done["steps"] * getattr(chosen, "batch", 0) / max(1, pictures.count("train")),
            seconds=float(done["seconds"]),
            minutes=job.budget(self.scale).minutes,
            whose=job.whose,
        )


def resized(chosen: AnyRecipe, batch: int | None) -> AnyRecipe:
    """The recipe with another batch, where there is one to change."""
    if batch is None or isinstance(chosen, KMeansRecipe | CountRecipe):
        return chosen
    return replace(chosen, batch=batch)
