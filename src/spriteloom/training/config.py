"""Converts configs, which are frozen dataclasses, to JSON and back, and changes single hyperparameters.

Configs may hold other dataclasses, unions of them and tuples. Types are strict: 3.0 is not an int. A field
`kind` tells the members of a union apart.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from difflib import get_close_matches
from functools import cache
from typing import Any, TypeVar

from spriteloom.errors import ImpossibleModel, SpriteloomError

C = TypeVar("C")
MISSING = "the key {!r} is missing: add it, or write the file again"
Json = dict[str, Any]


def to_json(config: Any) -> Json:
    """Every hyperparameter, tuples as lists."""
    values: Json = json.loads(json.dumps(asdict(config)))
    return values


def from_json(
    kind: type[C], values: Mapping[str, Any], *, where: str, error: type[SpriteloomError] = ImpossibleModel
) -> C:
    """The config that `to_json` wrote. Raises `error`, beginning with `where`, for a missing, unknown or wrong key."""
    config = _of_types(kind, values, where, error)
    whole = to_json(config)
    if unknown := _missing(values, whole):
        raise error(f"{where}: this version does not know the key {unknown!r}: {_near(unknown, whole)}")
    if missing := _missing(whole, values):
        raise error(f"{where}: {MISSING.format(missing)}")
    return config


def with_changes(config: C, changes: Sequence[str]) -> C:
    """The config with `changes` such as "batch=8" or "optimizer.learning_rate=1e-3".

    A value is JSON, or else text. Raises ImpossibleModel for an unknown key, with the nearest ones, and for a
    value of the wrong type.
    """
    values = to_json(config)
    for change in changes:
        key, sign, text = change.partition("=")
        if not sign or not key:
            raise ImpossibleModel(f"--set takes key=value, not {change!r}: for example --set batch=8")
        try:
            value = json.loads(text)
        except ValueError:
            value = text.strip()
        _put(values, key.strip(), value)
        if key.strip().endswith(".kind"):  # fill in the defaults of the other kind
            values = to_json(_of_types(type(config), values, "--set"))
    return _of_types(type(config), values, "--set") if changes else config


def flat_keys(values: Mapping[str, Any], prefix: str = "") -> list[str]:
    """Every key that `with_changes` takes: "batch", "optimizer.learning_rate", …"""
    keys: list[str] = []
    for key, value in values.items():
        keys += flat_keys(value, f"{prefix}{key}.") if isinstance(value, dict) else [f"{prefix}{key}"]
    return keys


def _of_types(
    kind: type[C], values: Mapping[str, Any], where: str, error: type[SpriteloomError] = ImpossibleModel
) -> C:
    """The config of these values, with their types checked; a missing key takes its default."""
    from pydantic import ValidationError

    try:
        config: C = _adapter(kind).validate_json(json.dumps(values), strict=True)  # type: ignore[arg-type]
    except ValidationError as fault:
        raise error(_first_fault(where, fault, values)) from None
    return config


@cache
def _adapter(kind: Any) -> Any:
    """The validator of a class, which takes milliseconds to build."""
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def _put(values: Json, key: str, value: Any) -> None:
    *parents, last = key.split(".")
    node: Any = values
    for parent in parents:
        node = node.get(parent) if isinstance(node, dict) else None
    if not isinstance(node, dict) or last not in node:
        raise ImpossibleModel(f"--set: there is no {key!r}: {_near(key, values)}")
    if last == "kind" and value != node["kind"]:
        node.clear()
    node[last] = value


def _near(key: str, values: Mapping[str, Any]) -> str:
    known, last = flat_keys(values), key.rpartition(".")[2]
    near = get_close_matches(key, known, 3, 0.5) or [each for each in known if last in each][:3]
    return f"did you mean {' or '.join(near)}?" if near else f"the keys are {', '.join(known)}"


def _first_fault(where: str, fault: Any, values: Mapping[str, Any]) -> str:
    first = fault.errors(include_url=False)[0]
    key = ".".join(_path(first["loc"], values))
    if first["type"].startswith("missing") or first["type"] == "union_tag_not_found":
        return f"{where}: {MISSING.format(key)}"
    given = json.dumps(first["input"])
    reason = first["msg"].removeprefix("Input ").splitlines()[0]
    is_about_type = reason.startswith("should")
    return f"{where}: {key} is {given[:60]} but {reason}" if is_about_type else f"{where}: {key}: {reason}"


def _path(loc: Sequence[Any], values: Any) -> list[str]:
    """The keys in a location of pydantic, without the names of union members."""
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
        is_nested = isinstance(value, dict) and isinstance(given[key], dict)
        if is_nested and (missing := _missing(value, given[key], f"{prefix}{key}.")):
            return missing
    return ""
