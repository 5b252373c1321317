"""The trainings of a reproduction: how large they are, and how each is run, loaded and described."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from spriteloom.errors import ImpossibleModel
from spriteloom.metrics.generation.features import Features
from spriteloom.models.base import Model
from spriteloom.models.load import load
from spriteloom.models.registry import family
from spriteloom.models.train import TrainReport, train
from spriteloom.nn.devices import AUTO, Device
from spriteloom.reproduce.records import Records, Say
from spriteloom.training.budget import Budget
from spriteloom.training.cache import DatasetCache
from spriteloom.training.config import to_json
from spriteloom.training.runs import CONFIG, is_finished, read_config

RUNS = "runs"

Whose = Literal["paper", "ours"]


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How large a reproduction is. Models of a kind have the same budget: `budgets` are by `Job.budget`."""

    name: str
    source: str = "pokeapi"
    species: int | None = None  # of the procedural source
    budgets: Mapping[str, Budget]
    seeds: int = 1  # of each row of an ablation
    samples: int = 0  # of each row of generated pictures
    judged: int = 0  # samples that the judge of conditions sees
    judge_steps: int = 0  # of the training of that judge
    predicted: int = 0  # codes that each prior predicts
    frames: int | None = None  # of each animation; None: the preprocessing's number
    pairs: int = 0  # that are interpolated
    timed: int = 0  # sprites whose sampling is timed
    batch: int | None = None  # of every training; None for each preset's own


@dataclass(frozen=True, kw_only=True)
class Job:
    """One training. `label` and `size` are as in the paper's tables, `base` is the job that it stands on."""

    name: str
    preset: str
    label: str
    whose: Whose
    kind: str  # what is measured of it
    budget: str  # its key in the scale's budgets
    base: str | None = None
    size: str | None = None
    seed: int = 0
    data: str = "set"  # the prepared set that it learns from

    @property
    def title(self) -> str:
        return row_title(self.label, self.size)


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """Trains and loads the jobs of a reproduction, and keeps its results.

    `config_of` gives the config of a preset. `features` replaces the network of distances, `fid` asks for FID too.
    """

    out: Path
    scale: Scale
    caches: Mapping[str, DatasetCache]
    config_of: Callable[[str], Any]
    records: Records
    say: Say
    features: Features | None = None
    fid: bool = False
    device: Device = AUTO
    devices: int = 1
    seed: int = 0

    def run(self, job: Job | str) -> Path:
        """The run folder of a job, or of the job of that name."""
        return self.out / RUNS / (job if isinstance(job, str) else job.name)

    def cache(self, job: Job) -> DatasetCache:
        """The pictures that the job learns from."""
        return self.caches[job.data]

    def budget(self, job: Job) -> Budget:
        return self.scale.budgets[job.budget]

    def train(self, job: Job) -> TrainReport | None:
        """Train a job to its end, from wherever it is; None where it is finished."""
        run = self.run(job)
        if is_finished(run):
            return None
        config = self.config_of(job.preset)
        has_batch = self.scale.batch is not None and "batch" in to_json(config)
        return train(
            config,
            self.cache(job).data,
            run,
            name=job.preset,
            changes=(f"batch={self.scale.batch}",) if has_batch else (),
            base=self.run(job.base) if job.base else None,
            budget=self.budget(job),
            seed=job.seed,
            resume=(run / CONFIG).exists(),
            device=self.device,
            devices=self.devices,
            cache=self.cache(job),
        )

    def remove(self, job: Job) -> None:
        """Remove the run of a job; a folder that is no run stays, and training says that it is in the way."""
        if (self.run(job) / CONFIG).exists():
            shutil.rmtree(self.run(job))

    def load(self, job: Job) -> Model:
        """The model of a finished job, on the reproduction's device."""
        return load(self.run(job), self.device)

    def describe(self, job: Job) -> dict[str, Any]:
        """What a finished job was and what its training came to."""
        config = read_config(self.run(job))
        trained = config.trained or {}
        return {
            "job": job.name,
            "preset": job.preset,
            "label": job.title,
            "whose": job.whose,
            "codec": job.base,
            "seed": job.seed,
            "parameters": family(config.family).parameters(self.config_of(job.preset)),
            "budget": job.budget,
            "minutes": self.budget(job).minutes,
            "steps": int(trained["steps"]),
            "epochs": float(trained["epochs"]),
            "seconds": float(trained["seconds"]),
        }


def row_title(label: str, size: str | None) -> str:
    """The name of a row: the size stands before the label's first comma, where it is not in it yet."""
    if size is None or size in label:
        return label
    head, comma, rest = label.partition(",")
    return f"{head} {size}{comma}{rest}"


def budgets_of(unit: Literal["steps", "minutes", "epochs"], **amounts: Any) -> dict[str, Budget]:
    """Budgets by `Job.budget`, all in one unit."""
    return {name: Budget(**{unit: amount}) for name, amount in amounts.items()}


def scale_of(scales: Mapping[str, Callable[[], Scale]], name: str) -> Scale:
    """The scale of a name. Raises ImpossibleModel where there is none."""
    if name not in scales:
        raise ImpossibleModel(f"no scale is called {name!r}: choose one of {', '.join(scales)}")
    return scales[name]()
