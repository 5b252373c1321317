"""Frozen dataclasses to plain JSON values and back. Knows no field by name.

`to_plain` and `from_plain` are inverses but for numbers that are not finite: JSON has none, they become null,
and a null that stands where a number must is NaN again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_plain(value: Any) -> Any:
    """Dataclasses and mappings as dicts, tuples as lists, null for a number that is not finite."""
    if is_dataclass(value):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(one) for one in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value


def from_plain(kind: type[T], found: Any) -> T:
    """The dataclass that `to_plain` took apart; fields with a default may be missing.

    Unknown keys are left out: a later version may have written more. Raises ValueError, naming the field,
    where something is missing or of another kind.
    """
    return cast(T, _read(kind, found, kind.__name__))


def _read(kind: Any, found: Any, where: str) -> Any:
    if is_dataclass(kind):
        return _read_fields(cast(type, kind), found, where)
    origin, args = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        inner = next(one for one in args if one is not NoneType)
        return None if found is None else _read(inner, found, where)
    if origin is tuple:
        return _read_tuple(args, found, where)
    if origin is not None and issubclass(origin, Mapping):
        named = _expect(dict, found, where)
        return {key: _read(args[1], one, f"{where}.{key}") for key, one in named.items()}
    if kind is float:
        return math.nan if found is None else float(_expect((int, float), found, where))
    return _expect(kind, found, where)


def _read_fields(kind: type, found: Any, where: str) -> Any:
    named = _expect(dict, found, where)
    given = {}
    for field in fields(kind):
        if field.name in named:
            given[field.name] = _read(_hints(kind)[field.name], named[field.name], f"{where}.{field.name}")
        elif _needed(field):
            raise ValueError(f"{where} has no {field.name}")
    return kind(**given)


def _read_tuple(args: tuple[Any, ...], found: Any, where: str) -> tuple[Any, ...]:
    listed = _expect(list, found, where)
    kinds = [args[0]] * len(listed) if args[-1] is Ellipsis else args
    if len(kinds) != len(listed):
        raise ValueError(f"{where} has {len(listed)} values, not {len(kinds)}")
    return tuple(
        _read(kind, one, f"{where}[{i}]") for i, (kind, one) in enumerate(zip(kinds, listed, strict=True))
    )


def _expect(kind: Any, found: Any, where: str) -> Any:
    if not isinstance(found, kind) or (isinstance(found, bool) and kind is not bool):
        raise ValueError(f"{where} is {type(found).__name__}, which it cannot be")
    return found


def _needed(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
