"""From a recipe and a prepared set to a run folder. The one way in: `train`."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from lightning_fabric import Fabric
from lightning_fabric.utilities.rank_zero import rank_zero_only
from safetensors.torch import save

from spriteloom.codecs.census import Census
from spriteloom.codecs.lloyd import fit_table, sample_census
from spriteloom.codecs.nearest import NearestTable
from spriteloom.data.store import SpriteSet
from spriteloom.data.tensors import Bytes
from spriteloom.errors import DataError, RunError
from spriteloom.pixels.disk import write_bytes
from spriteloom.training.budget import Budget
from spriteloom.training.codec_task import CodecTask, Place, Watch
from spriteloom.training.fit import Optimization, Watcher, fit, nobody
from spriteloom.training.material import Material
from spriteloom.training.recipes import CodecRecipe, KMeansRecipe, recipe
from spriteloom.training.runs import WEIGHTS, begin, describe, go_on, write_config

_WATCHED = 65_536  # held-out patches looked at during training
_WATCH_ROUNDS = 10  # of Lloyd, for the yardstick of the progress bar

Say = Callable[[str], None]


def silence(words: str) -> None:
    """Where nobody listens."""


@dataclass(frozen=True, kw_only=True)
class TrainReport:
    """What a training came to. Seconds are of this session, whole: census, start and finish included."""

    run: Path
    recipe: str
    steps: int
    seconds: float
    figures: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class _Trained:
    weights: bytes  # a safetensors file
    steps: int
    figures: dict[str, float]


def is_first_process() -> bool:
    """Whether this process is the one that writes and speaks; alone, it is."""
    return int(getattr(rank_zero_only, "rank", 0)) == 0


def train(
    name: str | CodecRecipe | KMeansRecipe,
    data: SpriteSet,
    run: Path,
    *,
    budget: Budget | None = None,
    seed: int = 0,
    resume: bool = False,
    devices: int = 1,
    material: Material | None = None,
    watch: Watcher = nobody,
    say: Say = silence,
) -> TrainReport:
    """Train a recipe, or the one of that name, on a set's training split into the folder `run`.

    `material` is that of `data`, where several trainings share one: what it has made is not made again.
    Without a budget, that of the run where it is resumed, else `budget.DEFAULT`. With several `devices` the
    program is started once for each, with the same arguments, and every one returns: see `is_first_process`.

    Raises ImpossibleModel for an unknown recipe, DataError for a set without training pictures, RunError
    where `run` is taken or cannot be resumed, Interrupted when asked to stop.
    """
    began = time.monotonic()
    chosen = recipe(name) if isinstance(name, str) else name
    if not data.count("train"):
        raise DataError(f"{data.path} has no training pictures: prepare it with more species")
    config = describe(chosen, data, seed, budget)
    config = go_on(run, config, budget) if resume else config
    first = is_first_process()
    if first:
        write_config(run, config) if resume else begin(run, config)
    material = material or Material(data, seed=seed, rounds=_WATCH_ROUNDS)
    if isinstance(chosen, KMeansRecipe):
        trained = _fit_kmeans(chosen, material, seed, say)
    else:
        logging.getLogger("lightning_fabric").setLevel(logging.WARNING)  # what it computes in, `say` says
        fabric = Fabric(accelerator="auto", devices=devices, precision=config["precision"])
        fabric.launch()
        trained = _fit_codec(chosen, material, run, config, fabric, resume, watch, say if first else silence)
    seconds = time.monotonic() - began
    if first:
        write_bytes(run / WEIGHTS, trained.weights, RunError)
        done = {"steps": trained.steps, "seconds": round(seconds, 2), **trained.figures}
        write_config(run, {**config, "trained": done})
    return TrainReport(
        run=run, recipe=chosen.name, steps=trained.steps, seconds=seconds, figures=trained.figures
    )


def _fit_kmeans(chosen: KMeansRecipe, material: Material, seed: int, say: Say) -> _Trained:
    say("counting patches")
    census = material.census(chosen.m, noise=chosen.noise)
    say(f"k-means on {len(census):,} distinct patches of {census.total:,}")
    table = fit_table(census, chosen.k, rng=np.random.default_rng(seed))
    mse = _mse(_held_out(material, chosen.m, seed), table)
    weights = save({"table": torch.from_numpy(table)})
    return _Trained(weights=weights, steps=0, figures={"validation_mse": mse})


def _fit_codec(
    chosen: CodecRecipe,
    material: Material,
    run: Path,
    config: dict[str, Any],
    fabric: Fabric,
    resume: bool,
    watch: Watcher,
    say: Say,
) -> _Trained:
    seed = int(config["seed"])
    say("counting patches; k-means on them for the yardstick")
    watched = _watch(chosen, material, seed)
    learned = _learned(chosen, material, say)
    place = Place(rank=fabric.global_rank, world=fabric.world_size)
    task = CodecTask(chosen, learned, watch=watched, seed=seed, place=place)
    say(f"training {chosen.name} in {config['precision']} on {fabric.device.type}")
    progress = fit(
        task,
        run,
        budget=Budget(**config["budget"]),
        optimization=Optimization(learning_rate=chosen.learning_rate, schedule=chosen.schedule),
        fabric=fabric,
        resume=resume,
        watch=watch,
    )
    weights = {name: value.cpu().contiguous() for name, value in task.model.state_dict().items()}
    return _Trained(weights=save(weights), steps=progress.step, figures=progress.figures)


def _learned(chosen: CodecRecipe, material: Material, say: Say) -> Census | Bytes:
    """What the recipe's batches are drawn from."""
    if not chosen.on_patches:
        return material.whole("train").rgb
    census = material.census(chosen.model.m, noise=chosen.noise)
    say(f"{len(census):,} distinct patches of {census.total:,}")
    return census


def _watch(chosen: CodecRecipe, material: Material, seed: int) -> Watch:
    """Held-out patches, and how near k-means on the training census comes to them."""
    yardstick = material.table(chosen.model.m, chosen.model.codes, noise=chosen.noise)
    held_out = _held_out(material, chosen.model.m, seed)
    return Watch(held_out, _mse(held_out, yardstick))


def _held_out(material: Material, m: int, seed: int) -> Census:
    """Patches of the validation split, or of the training split where a set is too small to have one."""
    split = "validation" if material.data.count("validation") else "train"
    census = material.census(m, noise=False, split=split)
    return census if len(census) <= _WATCHED else sample_census(census, _WATCHED, np.random.default_rng(seed))


def _mse(census: Census, table: Bytes) -> float:
    """Mean squared error of the nearest patches, pictures in [0, 1]."""
    _, errors = NearestTable(table).find(census.patches)
    return float(np.average(errors, weights=census.counts)) / (3 * census.m**2 * 255**2)
