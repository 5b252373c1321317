"""Hyperparameters as frozen dataclasses that go to JSON and back, and can be changed one by one.

Configs may hold other dataclasses, unions of them and tuples. Types are strict: 3.0 is not an int. A union is
told apart by a field `kind` of each of its members.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from difflib import get_close_matches
from typing import Any, TypeVar

from spriteloom.errors import ImpossibleModel, SpriteloomError

C = TypeVar("C")
Json = dict[str, Any]


def to_json(config: Any) -> Json:
    """Every hyperparameter, tuples as lists."""
    found: Json = json.loads(json.dumps(asdict(config)))
    return found


def from_json(
    kind: type[C], values: Mapping[str, Any], *, where: str, error: type[SpriteloomError] = ImpossibleModel
) -> C:
    """The config of `kind` that `to_json` wrote. `where` begins every message, usually the file's name.

    Raises `error` with the key that is missing, unknown or of another type; nothing takes a default.
    """
    config = _of_types(kind, values, where, error)
    whole = to_json(config)
    if strange := _missing(values, whole):
        raise error(f"{where}: this version does not know the key {strange!r}: {_near(strange, whole)}")
    if lacks := _missing(whole, values):
        raise error(f"{where}: the key {lacks!r} is missing: add it, or write the file again")
    return config


def changed(config: C, changes: Sequence[str]) -> C:
    """The config with `changes` such as "batch=8" or "optimizer.learning_rate=1e-3" made to it.

    A value is JSON, or text where it is none. Raises ImpossibleModel for a key that is not there, with the
    nearest ones, and for a value of another type.
    """
    values = to_json(config)
    for change in changes:
        key, sign, text = change.partition("=")
        if not sign or not key:
            raise ImpossibleModel(f"--set takes key=value, not {change!r}: for example --set batch=8")
        _put(values, key.strip(), _value(text.strip()))
        if key.strip().endswith(".kind"):  # the other kind has keys of its own, at their defaults
            values = to_json(_of_types(type(config), values, "--set"))
    return _of_types(type(config), values, "--set") if changes else config


def flat_keys(values: Mapping[str, Any], prefix: str = "") -> list[str]:
    """Every key that `changed` takes: "batch", "optimizer.learning_rate", …"""
    keys: list[str] = []
    for key, value in values.items():
        keys += flat_keys(value, f"{prefix}{key}.") if isinstance(value, dict) else [f"{prefix}{key}"]
    return keys


def _of_types(
    kind: type[C], values: Mapping[str, Any], where: str, error: type[SpriteloomError] = ImpossibleModel
) -> C:
    """The config of these values, each of the type it must have; a key that is not there takes its default."""
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(kind).validate_json(json.dumps(values), strict=True)
    except ValidationError as fault:
        raise error(f"{where}: {_first_fault(fault, values)}") from None


def _put(values: Json, key: str, value: Any) -> None:
    *folders, last = key.split(".")
    place: Any = values
    for folder in folders:
        place = place.get(folder) if isinstance(place, dict) else None
    if not isinstance(place, dict) or last not in place:
        raise ImpossibleModel(f"--set: there is no {key!r}: {_near(key, values)}")
    if last == "kind" and value != place["kind"]:
        place.clear()
    place[last] = value


def _near(key: str, values: Mapping[str, Any]) -> str:
    """The keys that were meant, perhaps."""
    known, last = flat_keys(values), key.rpartition(".")[2]
    near = get_close_matches(key, known, 3, 0.5) or [each for each in known if last in each][:3]
    return f"did you mean {' or '.join(near)}?" if near else f"the keys are {', '.join(known)}"


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _first_fault(fault: Any, values: Mapping[str, Any]) -> str:
    """What pydantic found first, in one line with the key's name."""
    first = fault.errors(include_url=False)[0]
    key = ".".join(_path(first["loc"], values))
    if first["type"].startswith("missing") or first["type"] == "union_tag_not_found":
        return f"the key {key!r} is missing: add it, or write the file again"
    given = json.dumps(first["input"])
    reason = first["msg"].removeprefix("Input ").splitlines()[0]
    return f"{key} is {given[:60]} but {reason}" if reason.startswith("should") else f"{key}: {reason}"


def _path(loc: Sequence[Any], values: Any) -> list[str]:
    """The keys of pydantic's location; the names of union members, which are no keys, are left out."""
    path: list[str] = []
    for i, part in enumerate(loc):
        is_last = i == len(loc) - 1
        if isinstance(values, dict) and part in values:
            path, values = [*path, str(part)], values[part]
        elif isinstance(part, int) or is_last:
            path.append(str(part))
    return path


def _missing(whole: Mapping[str, Any], given: Mapping[str, Any], prefix: str = "") -> str:
    """The first key that is in `whole` and not in `given`, or ""."""
    for key, value in whole.items():
        if key not in given:
            return prefix + key
        if isinstance(value, dict) and isinstance(given[key], dict):
            lacks = _missing(value, given[key], f"{prefix}{key}.")
            if lacks:
                return lacks
    return ""
