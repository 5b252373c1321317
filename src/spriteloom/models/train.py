"""`train`: from a preset or a config and a prepared set to a run folder."""

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
from spriteloom.models.base import Family, FamilyConfig, Model
from spriteloom.models.load import load
from spriteloom.models.registry import family, family_of_config, family_of_preset
from spriteloom.nn.devices import AUTO, Device, find_device, precision_of
from spriteloom.pixels.disk import write_bytes
from spriteloom.priors.condition import ConditionSpace
from spriteloom.training.budget import DEFAULT, Budget
from spriteloom.training.cache import DatasetCache
from spriteloom.training.config import from_json, to_json, with_changes
from spriteloom.training.fit import Callback, no_callback
from spriteloom.training.runs import (
    BASE,
    CARD,
    RunConfig,
    begin,
    describe_data,
    model_card,
    resumed,
    withdraw,
    write_config,
    write_weights,
)
from spriteloom.training.session import Logger, Session

_LLOYD_ROUNDS = 10  # of the k-means that training metrics compare with


def no_logger(message: str) -> None:
    """The default logger: does nothing."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A family, a config of it, and the name of the preset."""

    family: Family[Any, Any]
    config: FamilyConfig
    preset: str


@dataclass(frozen=True, kw_only=True)
class TrainReport:
    """The result of a training. `seconds` are those of this session, preparation included."""

    run: Path
    preset: str
    steps: int
    epochs: float
    seconds: float
    metrics: dict[str, float]


def is_first_process() -> bool:
    """Whether this process writes files and messages."""
    return int(getattr(rank_zero_only, "rank", 0)) == 0


def choose(preset: str | Path | FamilyConfig, changes: Sequence[str] = (), name: str | None = None) -> Choice:
    """A preset by its name, a config file, or a config with a `name`, with `changes` such as "batch=8".

    A config file is JSON with "family", "preset" and "hyperparameters": what `spriteloom models PRESET`
    prints, or the config.json of a run. Raises ImpossibleModel.
    """
    if isinstance(preset, str):
        kind = family_of_preset(preset)
        choice = Choice(family=kind, config=kind.presets[preset](), preset=preset)
    elif isinstance(preset, Path):
        choice = _read_choice(preset)
    else:
        kind = family_of_config(preset)
        choice = Choice(family=kind, config=preset, preset=name or kind.name)
    return replace(choice, config=with_changes(choice.config, changes))


def train(
    preset: str | Path | FamilyConfig,
    data: SpriteSet,
    run: str | Path,
    *,
    changes: Sequence[str] = (),
    name: str | None = None,
    base: str | Path | None = None,
    start: Model | None = None,
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

    `changes` are as in `--set`. `name` is that of a config, by default its family's. `base` is the run of the
    base model of a prior or a latent diffusion, which the folder keeps a copy of. `start` is a model to start from
    instead of random weights, of the same shape. `labels` are the fields to condition on, by default the
    family's, as far as the set has them; with a `start`, they are its own. Several trainings can share the `cache`
    of `data`. The default budget is that of a resumed run, or else two minutes.

    With several `devices` or `nodes`, Fabric or torchrun starts the program once for each, with the same
    arguments; the processes share each batch, and all of them return: see `is_first_process`.

    Raises ImpossibleModel for an unknown preset or config key or a missing base model, DataError for a set
    without training pictures or without the labels, RunError if `run` exists already or cannot be resumed,
    CodecMismatch if it was started on another base model, DeviceError for a device that does not exist or is
    too small, Interrupted on SIGINT or SIGTERM.
    """
    start_time = time.monotonic()
    run = Path(run)
    chosen = choose(preset, changes, name)
    target = find_device(device)
    if not data.count("train"):
        raise DataError(f"{data.path} has no training pictures: prepare it with more species")
    base_model = _load_base(chosen, base)
    conditions = _conditions(chosen, data, labels, start)
    chosen.family.check(chosen.config, data)
    shape = chosen.family.shape_of(chosen.config, data, base_model, conditions)
    if start is not None:
        _check_start(chosen, to_json(shape), start)
    config = RunConfig(
        family=chosen.family.name,
        preset=chosen.preset,
        hyperparameters=to_json(chosen.config),
        shape=to_json(shape),
        data=json.loads(json.dumps(describe_data(data))),
        conditions=conditions.to_json(),
        base=base_model.fingerprint if base_model else None,
        start=start.fingerprint if start else None,
        seed=seed,
        precision=precision_of(target) if chosen.config.mixed_precision else "32-true",
        budget=asdict(budget or DEFAULT),
    )
    config = resumed(run, config, budget) if resume else config
    first = is_first_process()
    if first:
        write_config(run, config) if resume else begin(run, config)
        if base_model is not None:
            base_model.save(run / BASE)
    fabric = launch(target, devices, nodes)
    session = Session(
        cache=cache or DatasetCache(data, seed=seed, rounds=_LLOYD_ROUNDS),
        run=run,
        config=config,
        fabric=fabric,
        resume=resume,
        start=start.weights() if start else None,
        compiled=compiled,
        callback=callback,
        logger=logger if first else no_logger,
    )
    if base_model is not None:
        base_model.to(fabric.device)
    try:
        result = chosen.family.train(chosen.config, shape, session, base_model)
    except SpriteloomError:
        if first and not resume:
            withdraw(run)
        raise
    seconds = time.monotonic() - start_time
    if first:
        trained = {"steps": result.steps, "epochs": round(result.epochs, 4), "seconds": round(seconds, 2)}
        config = replace(config, trained=trained | result.metrics)
        write_bytes(run / CARD, model_card(config).encode(), ImpossibleModel)
        write_weights(run, result.weights)
        write_config(run, config)
    return TrainReport(
        run=run,
        preset=chosen.preset,
        steps=result.steps,
        epochs=result.epochs,
        seconds=seconds,
        metrics=result.metrics,
    )


def launch(device: torch.device, devices: int, nodes: int) -> Fabric:
    """A Fabric on so many devices, with its processes started; under torchrun, as many as torchrun started.

    Tasks apply autocast themselves, since Fabric would round their inputs.
    """
    if "TORCHELASTIC_RUN_ID" in os.environ:
        devices = int(os.environ["LOCAL_WORLD_SIZE"])
        nodes = int(os.environ["WORLD_SIZE"]) // devices
    if device.type == "cuda" and devices > torch.cuda.device_count():
        raise DeviceError(
            f"this machine has {torch.cuda.device_count()} GPUs: --devices {devices} are too many"
        )
    selected: int | list[int] = [device.index] if device.index is not None and devices == 1 else devices
    # the session's logger reports the precision
    logging.getLogger("lightning_fabric").setLevel(logging.WARNING)
    fabric = Fabric(accelerator=device.type, devices=selected, num_nodes=nodes)
    fabric.launch()
    return fabric


def _load_base(chosen: Choice, base: str | Path | None) -> Model | None:
    """The base model that the config requires. Raises ImpossibleModel if it is missing or not required."""
    required = chosen.family.required_base(chosen.config)
    if required is None:
        if base is not None:
            raise ImpossibleModel(f"{chosen.preset} learns pictures and has no base model: leave --base out")
        return None
    if base is None:
        raise ImpossibleModel(
            f"{chosen.preset} learns the {required.what}: train one (`spriteloom train {required.example} …`) and "
            "pass it with --base"
        )
    model = load(base, "cpu")
    if not isinstance(model, required.capability):
        raise ImpossibleModel(
            f"{chosen.preset} learns the {required.what}, and {base} is a run of {model.name}: train one "
            f"(`spriteloom train {required.example} …`)"
        )
    return model


def _check_start(chosen: Choice, shape: dict[str, Any], start: Model) -> None:
    """Raises ImpossibleModel if a training cannot start from this model's weights."""
    if not chosen.family.can_start:
        raise ImpossibleModel(f"{chosen.preset} cannot start from another model: only diffusions can")
    if start.config.family != chosen.family.name or start.config.shape != shape:
        raise ImpossibleModel(
            f"{chosen.preset} cannot start from {start.name}, a {start.config.family} of another shape: train it "
            "on pictures of the same size, with the hyperparameters of that model"
        )


def _conditions(
    chosen: Choice, data: SpriteSet, labels: Sequence[str] | None, start: Model | None
) -> ConditionSpace:
    """The labels to condition on."""
    if start is not None:
        return ConditionSpace.from_json(start.config.conditions)
    default = chosen.family.default_conditions(chosen.config)
    if default is None:
        if labels:
            raise ImpossibleModel(f"{chosen.preset} takes no labels: leave --label out")
        return ConditionSpace(fields={})
    from spriteloom.data.conditions import condition_space

    return condition_space(data, labels, usual=default)


def _read_choice(path: Path) -> Choice:
    try:
        values = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise ImpossibleModel(f"{path} does not exist: print one with `spriteloom models PRESET`") from None
    except (OSError, ValueError) as fault:
        raise ImpossibleModel(
            f"{path} is not a JSON file ({fault}): print one with `spriteloom models PRESET`"
        ) from None
    for key in ("family", "hyperparameters"):
        if not isinstance(values, dict) or key not in values:
            raise ImpossibleModel(
                f"{path}: the key {key!r} is missing: add it, or print a whole config with "
                "`spriteloom models PRESET`"
            )
    kind = family(str(values["family"]))
    config = from_json(kind.config, values["hyperparameters"], where=f"{path}, hyperparameters")
    return Choice(family=kind, config=config, preset=str(values.get("preset", path.stem)))
