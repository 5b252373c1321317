"""From a preset or a config and a prepared set to a run folder. The one way in: `train`."""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from lightning_fabric import Fabric
from lightning_fabric.utilities.rank_zero import rank_zero_only

from spriteloom.data.store import SpriteSet
from spriteloom.errors import DataError, DeviceError, ImpossibleModel, SpriteloomError
from spriteloom.models.base import CARD, BaseNeed, Family, FamilyConfig, Model
from spriteloom.models.card import model_card
from spriteloom.models.load import load
from spriteloom.models.registry import family, family_of_config, family_of_preset
from spriteloom.nn.devices import AUTO, Device, find_device, precision_of
from spriteloom.pixels.disk import write_bytes
from spriteloom.priors.condition import ConditionSpace
from spriteloom.training.budget import DEFAULT, Budget
from spriteloom.training.cache import DatasetCache
from spriteloom.training.config import changed, from_json, to_json
from spriteloom.training.fit import Callback, no_callback
from spriteloom.training.runs import (
    BASE,
    RunConfig,
    begin,
    describe_data,
    resumed,
    withdraw,
    write_config,
    write_weights,
)
from spriteloom.training.session import Logger, Session

_WATCH_ROUNDS = 10  # of Lloyd, for the yardstick of the progress bar


def no_logger(words: str) -> None:
    """Where nobody listens."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What is to be trained: a family, a config of it, and the name that the run goes by."""

    family: Family[Any, Any]
    config: FamilyConfig
    preset: str


@dataclass(frozen=True, kw_only=True)
class TrainReport:
    """What a training came to. Seconds are of this session, whole: census, start and finish included."""

    run: Path
    preset: str
    steps: int
    epochs: float
    seconds: float
    metrics: dict[str, float]


def is_first_process() -> bool:
    """Whether this process is the one that writes and speaks; alone, it is."""
    return int(getattr(rank_zero_only, "rank", 0)) == 0


def choose(preset: str | Path | FamilyConfig, changes: Sequence[str] = (), name: str | None = None) -> Choice:
    """A preset by its name, a config file, or a config by a `name`, with `changes` such as "batch=8".

    A config file is JSON with "family", "preset" and "hyperparameters": what `spriteloom models PRESET`
    prints, or the config.json of a run. Raises ImpossibleModel.
    """
    if isinstance(preset, str):
        own = family_of_preset(preset)
        return Choice(family=own, config=changed(own.presets[preset](), changes), preset=preset)
    if isinstance(preset, Path):
        found = _read_choice(preset)
    else:
        own = family_of_config(preset)
        found = Choice(family=own, config=preset, preset=name or own.name)
    return replace(found, config=changed(found.config, changes))


def train(
    preset: str | Path | FamilyConfig,
    data: SpriteSet,
    run: str | Path,
    *,
    changes: Sequence[str] = (),
    name: str | None = None,
    base: str | Path | None = None,
    labels: Sequence[str] | None = None,
    budget: Budget | None = None,
    seed: int = 0,
    resume: bool = False,
    device: Device = AUTO,
    devices: int = 1,
    nodes: int = 1,
    compiled: bool | None = None,
    cache: DatasetCache | None = None,
    callback: Callback = no_callback,
    logger: Logger = no_logger,
) -> TrainReport:
    """Train a preset, a config or a config file on a set's training split into the folder `run`.

    `changes` are as `--set` takes them; a config goes by its `name`, the family's where none is given. `base`
    is the run of the model that a prior or a latent diffusion stands on, which the folder keeps a copy of;
    `labels` are the fields it can be asked for, where none are named those that are usual for the family, as
    far as the set has them. `cache` is that of `data`, where several trainings share one. Without a budget,
    that of the run where it is resumed, else two minutes.

    With several `devices` or `nodes` the program is started once for each, by itself or by torchrun, with the
    same arguments; they share each batch, and every one returns: see `is_first_process`.

    Raises ImpossibleModel for an unknown preset or config key or a missing base model, DataError for a set
    without training pictures or without the labels, RunError where `run` is taken or cannot be resumed,
    CodecMismatch where it was begun on another base model, DeviceError for a device that is not there or too
    small, Interrupted when asked to stop.
    """
    began = time.monotonic()
    run = Path(run)
    chosen = choose(preset, changes, name)
    where = find_device(device)
    if not data.count("train"):
        raise DataError(f"{data.path} has no training pictures: prepare it with more species")
    stands_on = _base(chosen, None if base is None else Path(base))
    conditions = _conditions(chosen, data, labels)
    shape = chosen.family.shape_of(chosen.config, data, stands_on, conditions)
    config = RunConfig(
        family=chosen.family.name,
        preset=chosen.preset,
        hyperparameters=to_json(chosen.config),
        shape=to_json(shape),
        data=json.loads(json.dumps(describe_data(data))),
        conditions=conditions.to_json(),
        base=stands_on.fingerprint if stands_on else None,
        seed=seed,
        precision=precision_of(where) if chosen.config.mixed_precision else "32-true",
        budget=asdict(budget or DEFAULT),
    )
    config = resumed(run, config, budget) if resume else config
    first = is_first_process()
    if first:
        write_config(run, config) if resume else begin(run, config)
        if stands_on is not None:
            stands_on.save(run / BASE)
    fabric = launched(where, devices, nodes)
    session = Session(
        cache=cache or DatasetCache(data, seed=seed, rounds=_WATCH_ROUNDS),
        run=run,
        config=config,
        fabric=fabric,
        resume=resume,
        compiled=compiled,
        callback=callback,
        logger=logger if first else no_logger,
    )
    if stands_on is not None:
        stands_on.to(fabric.device)
    try:
        done = chosen.family.train(chosen.config, shape, session, stands_on)
    except SpriteloomError:
        if first and not resume:
            withdraw(run)
        raise
    seconds = time.monotonic() - began
    if first:
        trained = {"steps": done.steps, "epochs": round(done.epochs, 4), "seconds": round(seconds, 2)}
        trained |= done.metrics
        config = replace(config, trained=trained)
        write_bytes(run / CARD, model_card(config).encode(), ImpossibleModel)
        write_weights(run, done.weights)
        write_config(run, config)
    return TrainReport(
        run=run,
        preset=chosen.preset,
        steps=done.steps,
        epochs=done.epochs,
        seconds=seconds,
        metrics=done.metrics,
    )


def launched(device: torch.device, devices: int, nodes: int) -> Fabric:
    """A Fabric on so many devices of a kind, its processes started. Under torchrun, as many as that started.

    Autocast is the tasks' own affair: Fabric would round their inputs.
    """
    if "TORCHELASTIC_RUN_ID" in os.environ:
        devices = int(os.environ["LOCAL_WORLD_SIZE"])
        nodes = int(os.environ["WORLD_SIZE"]) // devices
    if device.type == "cuda" and devices > torch.cuda.device_count():
        raise DeviceError(
            f"this machine has {torch.cuda.device_count()} GPUs: --devices {devices} are too many"
        )
    own: int | list[int] = [device.index] if device.index is not None and devices == 1 else devices
    logging.getLogger("lightning_fabric").setLevel(logging.WARNING)  # what it computes in, the logger says
    fabric = Fabric(accelerator=device.type, devices=own, num_nodes=nodes)
    fabric.launch()
    return fabric


def _base(chosen: Choice, base: Path | None) -> Model | None:
    """The base model that the config needs. Raises ImpossibleModel where it is missing, or is not wanted."""
    wanted: BaseNeed | None = chosen.family.base_need(chosen.config)
    if wanted is None:
        if base is not None:
            raise ImpossibleModel(
                f"{chosen.preset} learns pictures and stands on no base model: leave --base out"
            )
        return None
    if base is None:
        raise ImpossibleModel(
            f"{chosen.preset} learns the {wanted.what}: train one (`spriteloom train {wanted.example} …`) and pass "
            "it with --base"
        )
    model = load(base, "cpu")
    if not isinstance(model, wanted.capability):
        raise ImpossibleModel(
            f"{chosen.preset} learns the {wanted.what}, and {base} is a run of {model.name}: train one "
            f"(`spriteloom train {wanted.example} …`)"
        )
    return model


def _conditions(chosen: Choice, data: SpriteSet, labels: Sequence[str] | None) -> ConditionSpace:
    """What can be asked for, of a model that can be asked for anything."""
    usual = chosen.family.usual_conditions(chosen.config)
    if usual is None:
        if labels:
            raise ImpossibleModel(f"{chosen.preset} cannot be asked for labels: leave --label out")
        return ConditionSpace(fields={})
    from spriteloom.data.conditions import condition_space

    return condition_space(data, labels, usual=usual)


def _read_choice(path: Path) -> Choice:
    try:
        values = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise ImpossibleModel(f"{path} does not exist: print one with `spriteloom models PRESET`") from None
    except (OSError, ValueError) as fault:
        raise ImpossibleModel(
            f"{path} is no JSON file ({fault}): print one with `spriteloom models PRESET`"
        ) from None
    for key in ("family", "hyperparameters"):
        if not isinstance(values, dict) or key not in values:
            raise ImpossibleModel(
                f"{path}: the key {key!r} is missing: add it, or print a whole config with "
                "`spriteloom models PRESET`"
            )
    own = family(str(values["family"]))
    config = from_json(own.config, values["hyperparameters"], where=f"{path}, hyperparameters")
    return Choice(family=own, config=config, preset=str(values.get("preset", path.stem)))
