"""A run's folder, which describes itself: everything that loading it needs stands in its config.json.

config.json         written first: family, preset, every hyperparameter, data, labels, seed, budget
metrics.jsonl       grows while the run trains
checkpoint/         the state to resume from
model.safetensors   written last
README.md           the model card
base/               of a prior or a diffusion: the run of the model it stands on
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor

from spriteloom.data.store import SpriteSet
from spriteloom.errors import CodecMismatch, RunError
from spriteloom.pixels.disk import make_folder, write_bytes
from spriteloom.training.budget import Budget
from spriteloom.training.checkpoint import PLACE
from spriteloom.training.config import from_json, to_json
from spriteloom.version import __version__

FORMAT = 2
CONFIG, WEIGHTS, BASE, LOG = "config.json", "model.safetensors", "base", "metrics.jsonl"
_SAME = ("family", "preset", "hyperparameters", "shape", "data", "conditions", "seed")


@dataclass(frozen=True, kw_only=True)
class RunConfig:
    """What config.json says. The weights are a function of this, the data and the machine.

    `hyperparameters` is the family's config and `shape` what it took from the data, such as the side of the
    pictures: between them the network and its sampler can be built, whatever presets say by then.
    """

    family: str
    preset: str
    hyperparameters: dict[str, Any]
    shape: dict[str, Any]
    data: dict[str, Any]  # preprocessing, source, seed, pictures
    conditions: dict[str, list[str]]  # what can be asked for: field → values
    base: str | None  # the fingerprint of the model it stands on
    seed: int
    precision: str
    budget: dict[str, int | float | None]
    format: int = FORMAT
    version: str = __version__
    trained: dict[str, Any] | None = field(default=None)  # steps, seconds, metrics; None until it is

    @property
    def preprocessing(self) -> str:
        """The name of the preprocessing that its pictures went through."""
        return str(self.data["preprocessing"]["name"])


def describe_data(data: SpriteSet) -> dict[str, Any]:
    """What a run remembers of the set it learned from."""
    info = data.info
    return {
        "preprocessing": info["preprocessing"],
        "seed": info["seed"],
        "source": info["source"],
        "pictures": data.count("train"),
    }


def begin(run: Path, config: RunConfig) -> None:
    """Make the folder and write its config. Raises RunError where a run is, or none can be."""
    if (run / CONFIG).exists() or (run / WEIGHTS).exists():
        raise RunError(f"{run} already holds a run: pass --resume to continue it, or name another folder")
    is_new = not run.exists()
    make_folder(run, RunError)
    try:
        write_config(run, config)
    except RunError:
        if is_new:
            with suppress(OSError):
                run.rmdir()
        raise


def withdraw(run: Path) -> None:
    """Take back what was begun where no step was made: the folder may be named again."""
    if (run / PLACE).exists() or (run / LOG).exists() or (run / WEIGHTS).exists():
        return
    shutil.rmtree(run / BASE, ignore_errors=True)
    (run / CONFIG).unlink(missing_ok=True)
    with suppress(OSError):  # what else stands in it is not ours
        run.rmdir()


def resumed(run: Path, config: RunConfig, budget: Budget | None) -> RunConfig:
    """The config of a run to continue, its budget replaced where one is named.

    Raises RunError where there is no run, where it is of another preset, config, seed or data than `config`,
    and where it is done and has kept no checkpoint. Raises CodecMismatch where it stands on another base.
    """
    before = read_config(run)
    if before.base != config.base:
        raise CodecMismatch(
            f"{run} stands on base model {before.base}, the one given is {config.base}: continue with "
            f"--base {run / BASE}, or use a new folder"
        )
    for key in _SAME:
        if getattr(before, key) != getattr(config, key):
            raise RunError(
                f"{run} was trained with another {key} ({_difference(getattr(before, key), getattr(config, key))}"
                f"): continue with --config {run / CONFIG}, the same data and seed, or use a new folder"
            )
    if (run / WEIGHTS).exists() and not (run / PLACE).exists() and (before.trained or {}).get("steps"):
        raise RunError(f"{run} is trained to its end and has no checkpoint: train into a new folder")
    return RunConfig(**asdict(before) | {"budget": asdict(budget)}) if budget else before


def read_config(run: Path) -> RunConfig:
    """config.json of a run folder. Raises RunError with the key that is missing, unknown or of another type."""
    path = run / CONFIG
    try:
        values = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise RunError(
            f"{run} is no run: it has no {CONFIG}; give a folder that `spriteloom train` wrote"
        ) from None
    except (OSError, ValueError) as fault:
        raise RunError(f"{path} is damaged ({fault}): train again into a new folder") from None
    if not isinstance(values, dict) or "format" not in values:
        raise RunError(f"{path} is not the config of a run: give a folder that `spriteloom train` wrote")
    if values["format"] != FORMAT:
        raise RunError(
            f"{path} has format {values['format']}, this version reads format {FORMAT}: train again into a "
            "new folder"
        )
    return from_json(RunConfig, values, where=str(path), error=RunError)


def write_config(run: Path, config: RunConfig) -> None:
    """Replace config.json at once. Raises RunError."""
    write_bytes(run / CONFIG, json.dumps(to_json(config), indent=2).encode(), RunError)


def is_finished(run: Path) -> bool:
    """Whether a folder holds a run that is trained to its end."""
    return (run / WEIGHTS).exists() and (run / CONFIG).exists() and read_config(run).trained is not None


def read_weights(run: Path) -> dict[str, Tensor]:
    """The tensors of a run, on the CPU. Raises RunError where they are missing or damaged."""
    path = run / WEIGHTS
    if not path.exists():
        raise RunError(
            f"{run} is not trained to its end: continue with `spriteloom train … --resume --out {run}`"
        )
    try:
        return dict(load_file(path))
    except (SafetensorError, ValueError, OSError) as fault:
        raise RunError(f"{path} is damaged ({_line(fault)}): train again") from None


def write_weights(run: Path, weights: Mapping[str, Tensor]) -> None:
    """Replace model.safetensors at once. Raises RunError."""
    plain = {name: value.detach().cpu().contiguous() for name, value in weights.items()}
    write_bytes(run / WEIGHTS, save(plain, {"format": "pt"}), RunError)


def fingerprint_of(weights: Mapping[str, Tensor]) -> str:
    """Twelve hex digits that differ where names, shapes or values of tensors do."""
    digest = hashlib.sha256()
    for name in sorted(weights):
        value = weights[name].detach().cpu().contiguous()
        digest.update(f"{name} {value.dtype} {tuple(value.shape)}".encode())
        digest.update(value.reshape(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()[:12]


def _difference(before: Any, now: Any) -> str:
    """What stood there before, as short as it can be told."""
    if isinstance(before, dict) and isinstance(now, dict):
        key = next((k for k in {**before, **now} if before.get(k) != now.get(k)), None)
        return f"{key}: {_difference(before.get(key), now.get(key))}"
    return str(before)


def _line(fault: Exception) -> str:
    return (str(fault).splitlines() or [type(fault).__name__])[0]
