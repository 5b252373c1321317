"""The folder of a run, which describes itself: loading it needs its config.json and weights alone.

config.json         written first: family, preset, every hyperparameter, data, labels, seed, budget
metrics.jsonl       a line of metrics now and then during training
checkpoint/         the state to resume from
model.safetensors   written last
README.md           the model card
base/               of a prior or a diffusion: a copy of its base model
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
from spriteloom.training.checkpoint import CHECKPOINT
from spriteloom.training.config import from_json, to_json
from spriteloom.version import __version__

FORMAT = 2
HINT = "give a folder that `spriteloom train` wrote"
CONFIG, WEIGHTS, LOG, CARD, BASE = "config.json", "model.safetensors", "metrics.jsonl", "README.md", "base"
_SAME = ("family", "preset", "hyperparameters", "shape", "data", "conditions", "start", "seed")


@dataclass(frozen=True, kw_only=True)
class RunConfig:
    """The content of config.json.

    `hyperparameters` is the family's config; `shape` holds the sizes that come from the data. They suffice to build.
    """

    family: str
    preset: str
    hyperparameters: dict[str, Any]
    shape: dict[str, Any]
    data: dict[str, Any]  # preprocessing, source, seed, pictures
    conditions: dict[str, list[str]]  # label field → values
    base: str | None  # the fingerprint of the base model
    start: str | None = None  # the fingerprint of the model that training started from
    seed: int
    precision: str
    budget: dict[str, int | float | None]
    format: int = FORMAT
    version: str = __version__
    trained: dict[str, Any] | None = field(default=None)  # steps, seconds, metrics; None until training ends

    @property
    def preprocessing(self) -> str:
        """The name of the pictures' preprocessing."""
        return str(self.data["preprocessing"]["name"])


def describe_data(data: SpriteSet) -> dict[str, Any]:
    """The `data` of a run's config."""
    info = {key: data.info[key] for key in ("preprocessing", "seed", "source")}
    return info | {"pictures": data.count("train")}


def begin(run: Path, config: RunConfig) -> None:
    """Create the folder and write its config. Raises RunError if it holds a run or cannot be created."""
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
    """Remove a run that has no checkpoint, log or weights, so that its folder can be used again."""
    if (run / CHECKPOINT).exists() or (run / LOG).exists() or (run / WEIGHTS).exists():
        return
    shutil.rmtree(run / BASE, ignore_errors=True)
    (run / CONFIG).unlink(missing_ok=True)
    with suppress(OSError):  # it may hold other files of the user
        run.rmdir()


def resumed(run: Path, config: RunConfig, budget: Budget | None) -> RunConfig:
    """The config of a run to continue, with the new budget if there is one.

    Raises RunError if there is no run, if its preset, config, seed or data differ from those of `config`, or if
    it is finished and has no checkpoint. Raises CodecMismatch if its base model is another.
    """
    before = read_config(run)
    if before.base != config.base:
        raise CodecMismatch(
            f"{run} was trained on base model {before.base}, the one given is {config.base}: continue with "
            f"--base {run / BASE}, or use a new folder"
        )
    for key in _SAME:
        old, new = getattr(before, key), getattr(config, key)
        if old != new:
            raise RunError(
                f"{run} was trained with another {key} ({_difference(old, new)}): continue with "
                f"--config {run / CONFIG}, the same data and seed, or use a new folder"
            )
    if (run / WEIGHTS).exists() and not (run / CHECKPOINT).exists() and (before.trained or {}).get("steps"):
        raise RunError(f"{run} is finished and has no checkpoint: train into a new folder")
    return RunConfig(**asdict(before) | {"budget": asdict(budget)}) if budget else before


def read_config(run: Path) -> RunConfig:
    """The config.json of a run. Raises RunError with the key that is missing, unknown or of another type."""
    path = run / CONFIG
    try:
        values = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise RunError(f"{run} is not a run: it has no {CONFIG}; {HINT}") from None
    except (OSError, ValueError) as fault:
        raise RunError(f"{path} is damaged ({fault}): train again into a new folder") from None
    if not isinstance(values, dict) or "format" not in values:
        raise RunError(f"{path} is not the config of a run: {HINT}")
    if values["format"] != FORMAT:
        raise RunError(f"{path} has format {values['format']}, not {FORMAT}: train again into a new folder")
    return from_json(RunConfig, values, where=str(path), error=RunError)


def write_config(run: Path, config: RunConfig) -> None:
    """Replace config.json atomically. Raises RunError."""
    write_bytes(run / CONFIG, json.dumps(to_json(config), indent=2).encode(), RunError)


def is_finished(run: Path) -> bool:
    """Whether a folder holds a finished run."""
    return (run / WEIGHTS).exists() and (run / CONFIG).exists() and read_config(run).trained is not None


def read_weights(run: Path) -> dict[str, Tensor]:
    """The tensors of a run, on the CPU. Raises RunError if they are missing or damaged."""
    path = run / WEIGHTS
    if not path.exists():
        raise RunError(f"{run} is not finished: continue with `spriteloom train … --resume --out {run}`")
    try:
        return dict(load_file(path))
    except (SafetensorError, ValueError, OSError) as fault:
        raise RunError(f"{path} is damaged ({first_line(fault)}): train again") from None


def write_weights(run: Path, weights: Mapping[str, Tensor]) -> None:
    """Replace model.safetensors atomically. Raises RunError."""
    plain = {name: value.detach().cpu().contiguous() for name, value in weights.items()}
    write_bytes(run / WEIGHTS, save(plain, {"format": "pt"}), RunError)


def read_card(run: Path) -> str | None:
    """The text of a run's model card, None without one."""
    try:
        return (run / CARD).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None


class MetricsLog:
    """metrics.jsonl: one JSON object a line, in order of steps; `rewind` removes the half line of a killed program."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, metrics: Mapping[str, Any]) -> None:
        """Add a line; `metrics` has a "step". Raises RunError if the disk refuses it."""
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(metrics) + "\n")
        except OSError as fault:
            raise RunError(f"{self._path} cannot be written ({fault.strerror}): check the disk") from None

    def rewind(self, step: int) -> None:
        """Keep only the whole lines of steps up to `step`."""
        if not self._path.exists():
            return
        lines = self._path.read_text(encoding="utf-8", errors="replace").splitlines()
        text = "".join(f"{line}\n" for line in lines if 0 < _step_of(line) <= step)
        write_bytes(self._path, text.encode(), RunError)


def model_card(config: RunConfig) -> str:
    """README.md of a run, in the form that model hubs read: data, training, conditions, usage, metrics."""
    preprocessing = config.data["preprocessing"]
    source = config.data["source"]
    trained = config.trained or {}
    metrics = {key: value for key, value in trained.items() if key not in ("steps", "epochs", "seconds")}
    lines = [
        "---",
        "library_name: spriteloom",
        "tags: [pixel-art, sprites]",
        "---",
        "",
        f"# {config.preset}",
        "",
        f"A model of the family `{config.family}`, trained by spriteloom {config.version}.",
        "",
        f"- **Data**: {config.data['pictures']:,} pictures of {preprocessing.get('size')}×"
        f"{preprocessing.get('size')} from `{source.get('name', source)}`, prepared by `{config.preprocessing}`. "
        f"Licence of the pictures: {source.get('licence') or 'as the source says'}.",
        f"- **Training**: {trained.get('steps', 0):,} steps in {trained.get('seconds', 0):,.0f} s, "
        f"{config.precision}, seed {config.seed}.",
        *([f"- **Conditions**: {', '.join(config.conditions)}."] if config.conditions else []),
        *([f"- **Base model**: `base/`, fingerprint `{config.base}`."] if config.base else []),
        "",
        "```python",
        "import spriteloom",
        "",
        'model = spriteloom.load("this folder")',
        "```",
        "",
    ]
    if metrics:
        lines += ["Metrics at the end of training:", "", "```json", json.dumps(metrics, indent=2), "```", ""]
    return "\n".join(lines)


def fingerprint_of(weights: Mapping[str, Tensor]) -> str:
    """Twelve hex digits of a hash over the names, shapes and values of tensors."""
    digest = hashlib.sha256()
    for name in sorted(weights):
        value = weights[name].detach().cpu().contiguous()
        digest.update(f"{name} {value.dtype} {tuple(value.shape)}".encode())
        digest.update(value.reshape(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()[:12]


def _difference(before: Any, now: Any) -> str:
    """The earlier value, with the key where it differs."""
    if isinstance(before, dict) and isinstance(now, dict):
        key = next((k for k in before | now if before.get(k) != now.get(k)), None)
        return f"{key}: {_difference(before.get(key), now.get(key))}"
    return str(before)


def first_line(fault: Exception) -> str:
    """The first line of an error's message, or its class's name."""
    return (str(fault).splitlines() or [type(fault).__name__])[0]


def _step_of(line: str) -> int:
    """The step of a log line; 0 of a damaged one."""
    try:
        return int(json.loads(line)["step"])
    except (ValueError, KeyError, TypeError):
        return 0
