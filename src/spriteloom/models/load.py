"""`load`: a run folder, or a model of the hub, as a `Model`. The run's config says all that is needed."""

from __future__ import annotations

import re
from pathlib import Path

from spriteloom.errors import CodecMismatch, ImpossibleModel, RunError
from spriteloom.models.base import Model
from spriteloom.models.registry import family
from spriteloom.nn.devices import AUTO, Device, find_device
from spriteloom.training.config import from_json
from spriteloom.training.runs import BASE, CONFIG, WEIGHTS, read_config, read_weights

_HUB_NAME = re.compile(r"[\w.-]+/[\w.-]+")


def load(run: str | Path, device: Device = AUTO) -> Model:
    """The model of a run folder, or of the model hub by its "owner/name", on a device.

    Raises RunError where the run is missing, unfinished, damaged or of another format, CodecMismatch where it
    holds another base model than the one it was trained on, DeviceError for a device that is not there.
    """
    where = find_device(device)
    return _opened(_folder(run)).to(where)


def _folder(run: str | Path) -> Path:
    """The run on this machine; a name of the hub is fetched where it can be no path."""
    path = Path(run)
    is_name = isinstance(run, str) and _HUB_NAME.fullmatch(run) is not None
    if is_name and not path.exists() and not path.parent.is_dir():
        from spriteloom.models.hub import fetch_model

        return fetch_model(str(run))
    return path


def _opened(run: Path) -> Model:
    config = read_config(run)
    try:
        own = family(config.family)
    except ImpossibleModel as fault:
        raise RunError(f"{run / CONFIG}: {fault}") from None
    where = str(run / CONFIG)
    hyperparameters = from_json(
        own.config, config.hyperparameters, where=f"{where}, hyperparameters", error=RunError
    )
    shape = from_json(own.shape, config.shape, where=f"{where}, shape", error=RunError)
    base = _base(run, config.base)
    weights = read_weights(run)
    try:
        return own.load(hyperparameters, shape, config, weights, base)
    except (KeyError, TypeError, ValueError, RuntimeError) as fault:
        reason = (str(fault).splitlines() or [type(fault).__name__])[0]
        raise RunError(f"{run / WEIGHTS} is damaged or of another model ({reason}): train again") from None


def _base(run: Path, fingerprint: str | None) -> Model | None:
    """The base model that a run holds. Raises CodecMismatch where it is another one."""
    if fingerprint is None:
        return None
    base = _opened(run / BASE)
    if base.fingerprint != fingerprint:
        raise CodecMismatch(
            f"{run} stands on base model {fingerprint}, {run / BASE} holds {base.fingerprint}: put the run's own "
            "base model back"
        )
    return base
