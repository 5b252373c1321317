"""`load`: opens a run folder, a shipped model or a model of the model hub, as a `Model`."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

from spriteloom.errors import CodecMismatch, ImpossibleModel, RunError
from spriteloom.models.base import Model
from spriteloom.models.hub import HubName, download
from spriteloom.models.registry import family
from spriteloom.nn.devices import AUTO, Device, find_device
from spriteloom.training.config import from_json
from spriteloom.training.runs import BASE, CONFIG, WEIGHTS, first_line, read_card, read_config, read_weights

PRETRAINED = Path(__file__).parent.parent / "pretrained"  # a folder for each shipped model


def load(run: str | Path, device: Device = AUTO, *, revision: str | None = None) -> Model:
    """The model of a run folder, a shipped one by its name, or one of the model hub by its "owner/name", on a device.

    "owner/name@revision" or `revision` chooses a branch, tag or commit of the hub. Raises RunError if the run is
    missing, unfinished, damaged or of another format, or the hub has no such model or cannot be reached,
    CodecMismatch if it holds another base model than the one it was trained on, DeviceError for a device that does
    not exist.
    """
    target = find_device(device)
    name = _hub_name(run)
    if name is not None:
        return _open_download(name.at(revision)).to(target)
    if revision is not None:
        raise RunError(f"{run} is not a model of the hub: leave the revision out")
    return _open(_folder(run)).to(target)


def shipped_models() -> list[str]:
    """The names of the models that come with the program."""
    return sorted(path.parent.name for path in PRETRAINED.glob(f"*/{CONFIG}"))


def _hub_name(run: str | Path) -> HubName | None:
    """The name on the hub that `run` is; None if it is a path here, or its owner is a folder here."""
    name = HubName.parse(run) if isinstance(run, str) and not Path(run).exists() else None
    return None if name is None or Path(name.repo).parent.is_dir() else name


def _folder(run: str | Path) -> Path:
    """The run on this machine. Raises RunError for a plain name that is neither a folder nor a shipped model."""
    path = Path(run)
    if not isinstance(run, str) or path.exists():
        return path
    names = shipped_models()
    if run in names:
        return PRETRAINED / run
    if len(path.parts) == 1:
        near = get_close_matches(run, names, 1)
        hint = f"did you mean {near[0]}?" if near else f"shipped models are {', '.join(names)}"
        raise RunError(f"there is neither a run folder nor a shipped model {run!r} here: {hint}")
    return path


def _open_download(name: HubName) -> Model:
    """A model of the hub; its errors name the repository instead of the cache's folder."""
    folder = download(name)
    try:
        return _open(folder)
    except (CodecMismatch, RunError) as fault:
        raise type(fault)(str(fault).replace(str(folder), str(name))) from None


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
        model: Model = kind.load(hyperparameters, shape, config, weights, base)
    except (KeyError, TypeError, ValueError, RuntimeError) as fault:
        raise RunError(
            f"{run / WEIGHTS} is damaged or of another model ({first_line(fault)}): train again"
        ) from None
    model.card = read_card(run)
    return model


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
