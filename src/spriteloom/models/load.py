"""`load`: opens a run folder, a shipped model or a model of the model hub, as a `Model`."""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path

from spriteloom.errors import CodecMismatch, ImpossibleModel, RunError
from spriteloom.models.base import Model
from spriteloom.models.registry import family
from spriteloom.nn.devices import AUTO, Device, find_device
from spriteloom.training.config import from_json
from spriteloom.training.runs import BASE, CARD, CONFIG, WEIGHTS, first_line, read_config, read_weights

PRETRAINED = Path(__file__).parent.parent / "pretrained"  # a folder for each shipped model

_HUB_NAME = re.compile(r"[\w.-]+/[\w.-]+")
_INSTALL_HUB = "pip install 'spriteloom[hub]'"


def load(run: str | Path, device: Device = AUTO) -> Model:
    """The model of a run folder, a shipped one by its name, or one of the model hub by its "owner/name", on a device.

    Raises RunError if the run is missing, unfinished, damaged or of another format, CodecMismatch if it holds
    another base model than the one it was trained on, DeviceError for a device that does not exist.
    """
    target = find_device(device)
    return _open(_folder(run)).to(target)


def shipped_models() -> list[str]:
    """The names of the models that come with the program."""
    return sorted(path.parent.name for path in PRETRAINED.glob(f"*/{CONFIG}"))


def _folder(run: str | Path) -> Path:
    """The run on this machine; downloads a name of the hub that cannot be a path here.

    Raises RunError for a plain name that is neither a folder nor a shipped model.
    """
    path = Path(run)
    if not isinstance(run, str) or path.exists():
        return path
    if _HUB_NAME.fullmatch(run) and not path.parent.is_dir():
        return _download(run)
    names = shipped_models()
    if run in names:
        return PRETRAINED / run
    if len(path.parts) == 1:
        near = get_close_matches(run, names, 1)
        hint = f"did you mean {near[0]}?" if near else f"shipped models are {', '.join(names)}"
        raise RunError(f"there is neither a run folder nor a shipped model {run!r} here: {hint}")
    return path


def _download(name: str) -> Path:
    """Config, weights and card of a model of the hub, in the hub's own cache. Raises RunError."""
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError
    except ImportError:
        raise RunError(
            f"{name} is not a run folder here, and models of the hub need a package that is not installed: "
            f"{_INSTALL_HUB}"
        ) from None
    patterns = [f"{folder}{file}" for folder in ("", f"{BASE}/") for file in (CONFIG, WEIGHTS, CARD)]
    try:
        return Path(snapshot_download(name, allow_patterns=patterns))
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as fault:
        raise RunError(
            f"{name} is not a run folder here and cannot be downloaded from the model hub "
            f"({first_line(fault)[:120]}): check the name and the network"
        ) from None


def _open(run: Path) -> Model:
    config, path = read_config(run), run / CONFIG
    try:
        kind = family(config.family)
    except ImpossibleModel as fault:
        raise RunError(f"{path}: {fault}") from None
    hyperparameters = from_json(
        kind.config, config.hyperparameters, where=f"{path}, hyperparameters", error=RunError
    )
    shape = from_json(kind.shape, config.shape, where=f"{path}, shape", error=RunError)
    base = _open_base(run, config.base)
    weights = read_weights(run)
    try:
        return kind.load(hyperparameters, shape, config, weights, base)
    except (KeyError, TypeError, ValueError, RuntimeError) as fault:
        raise RunError(
            f"{run / WEIGHTS} is damaged or of another model ({first_line(fault)}): train again"
        ) from None


def _open_base(run: Path, fingerprint: str | None) -> Model | None:
    """The base model in a run. Raises CodecMismatch if its fingerprint is another."""
    if fingerprint is None:
        return None
    base = _open(run / BASE)
    if base.fingerprint != fingerprint:
        raise CodecMismatch(
            f"{run} was trained on base model {fingerprint}, {run / BASE} holds {base.fingerprint}: restore the "
            "run's own base model"
        )
    return base
