"""From a recipe's name and a prepared set to a run folder. The one way in: `train`.

A run is a folder: config.json (written first), metrics.jsonl, checkpoint/ (resumable), model.safetensors (written last).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from lightning_fabric import Fabric
from safetensors.torch import save

from spriteloom.codecs.census import Census
from spriteloom.codecs.lloyd import fit_table
from spriteloom.codecs.nearest import NearestTable
from spriteloom.data.store import SpriteSet
from spriteloom.data.tensors import Bytes
from spriteloom.errors import DataError, RunError
from spriteloom.pixels.disk import write_bytes
from spriteloom.training.budget import Budget
from spriteloom.training.codec_task import CodecTask, Watch
from spriteloom.training.fit import Optimization, Watcher, fit
from spriteloom.training.hardware import precision
from spriteloom.training.material import Material
from spriteloom.training.recipes import CodecRecipe, KMeansRecipe, recipe

FORMAT = 1
CONFIG, WEIGHTS = "config.json", "model.safetensors"
_WATCHED = 65_536  # held-out patches looked at during training
_WATCH_ROUNDS = 10  # of Lloyd, for the yardstick of the progress bar

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class TrainReport:
    """What a training came to. Seconds are of the whole: census, start and finish included."""

    run: Path
    recipe: str
    steps: int
    seconds: float
    figures: dict[str, float]


def train(
    name: str,
    data: SpriteSet,
    run: Path,
    *,
    budget: Budget,
    seed: int = 0,
    resume: bool = False,
    devices: int = 1,
    material: Material | None = None,
    watch: Watcher = lambda figures: None,
    say: Say = lambda words: None,
) -> TrainReport:
    """Train recipe `name` on a prepared set's training split into the folder `run`.

    `material` is that of `data`, where several trainings share one: what it has made is not made again.
    Raises ImpossibleModel for an unknown recipe, DataError for a set without training pictures, RunError where
    `run` is taken or cannot be resumed, Interrupted when asked to stop.
    """
    began = time.monotonic()
    chosen = recipe(name)
    if not data.count("train"):
        raise DataError(f"{data.path} has no training pictures: prepare it with more species")
    config = _open_run(run, chosen, data, seed, resume)
    material = material or Material(data, seed=seed, rounds=_WATCH_ROUNDS)
    if isinstance(chosen, KMeansRecipe):
        weights, figures, steps = _fit_kmeans(chosen, material, seed, say)
    else:
        weights, figures, steps = _fit_codec(chosen, material, run, config, budget, resume, devices, watch, say)
    write_bytes(run / WEIGHTS, weights, RunError)
    report = TrainReport(run=run, recipe=name, steps=steps, seconds=time.monotonic() - began, figures=figures)
    done = {"steps": steps, "seconds": round(report.seconds, 2), **figures}
    _write_config(run, {**config, "trained": done})
    return report


def _open_run(
    run: Path, chosen: CodecRecipe | KMeansRecipe, data: SpriteSet, seed: int, resume: bool
) -> dict[str, Any]:
    """The run's config: new, or the one to resume. Raises RunError."""
    config = {
        "format": FORMAT,
        "recipe": chosen.name,
        "model": asdict(chosen.model) if isinstance(chosen, CodecRecipe) else {"m": chosen.m, "k": chosen.k},
        "noise": chosen.noise,
        "seed": seed,
        "precision": precision() if isinstance(chosen, CodecRecipe) and chosen.mixed else "32-true",
        "data": {key: data.info[key] for key in ("recipe", "seed", "source")}
        | {"pictures": data.count("train")},
    }
    path = run / CONFIG
    if resume:
        before = read_config(run)
        for key in ("recipe", "model", "seed", "data"):
            if before[key] != json.loads(json.dumps(config[key])):
                raise RunError(
                    f"{run} was trained with another {key} ({before[key]}): resume with that, or use a new folder"
                )
        return before
    if path.exists():
        raise RunError(f"{run} already holds a run: pass --resume to go on with it, or name another folder")
    try:
        run.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise RunError(
            f"{run} cannot be made ({fault.strerror}): name a folder that can be written"
        ) from None
    _write_config(run, config)
    return config


def read_config(run: Path) -> dict[str, Any]:
    """config.json of a run folder. Raises RunError."""
    path = run / CONFIG
    try:
        config = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise RunError(
            f"{run} is no run: it has no {CONFIG}; give a folder that `spriteloom train` wrote"
        ) from None
    except (OSError, ValueError) as fault:
        raise RunError(f"{path} is damaged ({fault}): train again") from None
    if not isinstance(config, dict) or config.get("format") != FORMAT:
        raise RunError(f"{path} is of another format than {FORMAT}: train again with this version")
    return config


def _write_config(run: Path, config: dict[str, Any]) -> None:
    write_bytes(run / CONFIG, json.dumps(config, indent=2).encode(), RunError)


def _fit_kmeans(
    chosen: KMeansRecipe, material: Material, seed: int, say: Say
) -> tuple[bytes, dict[str, float], int]:
    say("counting patches")
    census = material.census(chosen.m, noise=chosen.noise)
    say(f"k-means on {len(census):,} distinct patches of {census.total:,}")
    table = fit_table(census, chosen.k, rng=np.random.default_rng(seed))
    mse = _mse(_held_out(material, chosen.m, seed), table)
    return save({"table": torch.from_numpy(table)}), {"validation_mse": mse}, 0


def _fit_codec(
    chosen: CodecRecipe,
    material: Material,
    run: Path,
    config: dict[str, Any],
    budget: Budget,
    resume: bool,
    devices: int,
    watch: Watcher,
    say: Say,
) -> tuple[bytes, dict[str, float], int]:
    seed, m = int(config["seed"]), chosen.model.m
    say("counting patches; k-means on them for the yardstick")
    yardstick = material.table(m, chosen.model.codes, noise=chosen.noise)
    watched = _held_out(material, m, seed)
    learned: Census | Bytes
    if chosen.on_patches:
        learned = material.census(m, noise=chosen.noise)
        say(f"{len(learned):,} distinct patches of {learned.total:,}")
    else:
        learned = material.whole("train").rgb
    fabric = Fabric(accelerator="auto", devices=devices, precision=config["precision"])
    fabric.launch()
    task = CodecTask(
        chosen, learned, watch=Watch(watched, _mse(watched, yardstick)), seed=seed + fabric.global_rank
    )
    say(f"training {chosen.name} in {config['precision']} on {fabric.device.type}")
    progress = fit(
        task,
        run,
        budget=budget,
        optimization=Optimization(learning_rate=chosen.learning_rate, schedule=chosen.schedule),
        fabric=fabric,
        resume=resume,
        watch=watch,
    )
    weights = {name: value.cpu().contiguous() for name, value in task.model.state_dict().items()}
    return save(weights), progress.figures, progress.step


def _held_out(material: Material, m: int, seed: int) -> Census:
    """Patches of the validation split, or of the training split where a set is too small to have one."""
    split = "validation" if material.data.count("validation") else "train"
    census = material.census(m, noise=False, split=split)
    if len(census) <= _WATCHED:
        return census
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(_WATCHED, census.counts / census.total)
    kept = np.flatnonzero(drawn)
    return Census(m=m, patches=census.patches[kept], counts=drawn[kept])


def _mse(census: Census, table: Bytes) -> float:
    """Mean squared error of the nearest patches, pictures in [0, 1]."""
    _, errors = NearestTable(table).find(census.patches)
    return float(np.average(errors, weights=census.counts)) / (3 * census.m**2 * 255**2)
