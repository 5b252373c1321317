"""A run's folder: what it is a run of, whether it may be begun or gone on with. Trains nothing.

config.json (written first), metrics.jsonl, checkpoint/ (resumable), model.safetensors (written last).
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal, Protocol

from spriteloom.data.store import SpriteSet
from spriteloom.errors import CodecMismatch, RunError
from spriteloom.pixels.disk import make_folder, write_bytes
from spriteloom.priors.condition import ConditionSpace
from spriteloom.training.budget import DEFAULT, Budget
from spriteloom.training.checkpoint import PLACE
from spriteloom.training.hardware import precision

FORMAT = 1
CONFIG, WEIGHTS = "config.json", "model.safetensors"
CODEC = "codec"  # the folder in a prior's run that holds its codec
_SAME = ("recipe", "model", "seed", "data", "conditions")  # what a run that goes on must agree with
_KEYS = {"kind", "recipe", "model", "seed", "data", "format", "noise", "precision", "budget"}

Config = dict[str, Any]
Kind = Literal["codec", "tokenizer", "pictures", "prior", "latent", "diffusion"]  # what a run holds


class Described(Protocol):
    """What the config says of any recipe."""

    @property
    def name(self) -> str: ...

    @property
    def noise(self) -> bool: ...

    @property
    def mixed(self) -> bool: ...


def describe(
    chosen: Described, kind: Kind, model: Config, data: SpriteSet, seed: int, budget: Budget | None
) -> Config:
    """The config of a new run. `model` is the shape of the network, whatever that is made of."""
    return {
        "format": FORMAT,
        "kind": kind,
        "recipe": chosen.name,
        "model": model,
        "noise": chosen.noise,
        "seed": seed,
        "precision": precision() if chosen.mixed else "32-true",
        "data": {key: data.info[key] for key in ("recipe", "seed", "source")}
        | {"pictures": data.count("train")},
        "budget": asdict(budget or DEFAULT),
    }


def of_prior(config: Config, codec: str | None, space: ConditionSpace) -> Config:
    """The same for a prior or a diffusion: what can be asked for, the fingerprint of what it learns over."""
    return config | {
        "codec": codec,
        "conditions": {field: list(values) for field, values in space.fields.items()},
    }


def adopt(run: Path, codec: Path) -> None:
    """Copy a codec's run into a prior's, so that the folder can generate by itself. Raises RunError."""
    make_folder(run / CODEC, RunError)
    for name in (CONFIG, WEIGHTS):
        write_bytes(run / CODEC / name, (codec / name).read_bytes(), RunError)


def begin(run: Path, config: Config) -> None:
    """Make the folder and write its config. Raises RunError where a run is, or none can be."""
    if (run / CONFIG).exists() or (run / WEIGHTS).exists():
        raise RunError(f"{run} already holds a run: pass --resume to go on with it, or name another folder")
    is_new = not run.exists()
    make_folder(run, RunError)
    try:
        write_config(run, config)
    except RunError:
        if is_new:
            with suppress(OSError):
                run.rmdir()
        raise


def go_on(run: Path, config: Config, budget: Budget | None) -> Config:
    """The config of a run to go on with, its budget replaced where one is named.

    Raises RunError where there is none, where it is of another recipe, seed or data than `config`, and where
    it is done and has kept no checkpoint.
    """
    before = read_config(run)
    if before.get("codec") != config.get("codec"):
        raise CodecMismatch(
            f"{run} learns the codes of codec {before.get('codec')}, the one given is {config.get('codec')}: "
            f"go on with {run / CODEC}, or use a new folder"
        )
    for key in _SAME:
        if before.get(key) != json.loads(json.dumps(config.get(key))):
            raise RunError(
                f"{run} was trained with another {key} ({before.get(key)}): go on with that, or use a new "
                "folder"
            )
    if (run / WEIGHTS).exists() and not (run / PLACE).exists() and before["trained"]["steps"]:
        raise RunError(f"{run} is trained to its end and has no checkpoint: train into a new folder")
    return {**before, "budget": asdict(budget)} if budget else before


def read_config(run: Path) -> Config:
    """config.json of a run folder. Raises RunError."""
    path = run / CONFIG
    try:
        config = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise RunError(
            f"{run} is no run: it has no {CONFIG}; give a folder that `spriteloom train` wrote"
        ) from None
    except (OSError, ValueError) as fault:
        raise RunError(f"{path} is damaged ({fault}): train again into a new folder") from None
    if not isinstance(config, dict) or config.get("format") != FORMAT:
        raise RunError(f"{path} is of another format than {FORMAT}: train again with this version")
    if lacks := _KEYS - set(config):
        raise RunError(
            f"{path} is damaged, it lacks {', '.join(sorted(lacks))}: train again into a new folder"
        )
    return config


def write_config(run: Path, config: Config) -> None:
    """Replace config.json at once. Raises RunError."""
    write_bytes(run / CONFIG, json.dumps(config, indent=2).encode(), RunError)
