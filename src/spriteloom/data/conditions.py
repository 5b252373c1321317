"""The condition space of a set's labels, and the condition of each of its pictures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from spriteloom.data.facts import COLORS, SHAPES, TYPES
from spriteloom.data.store import SpriteSet
from spriteloom.errors import DataError
from spriteloom.priors.condition import ConditionSpace

KNOWN_VALUES = {"types": TYPES, "shape": SHAPES, "color": COLORS}  # in a fixed order
PAPER_FIELDS = ("types", "shape")  # of the first paper


def condition_space(
    data: SpriteSet, fields: Sequence[str] | None = None, *, usual: Sequence[str] = PAPER_FIELDS
) -> ConditionSpace:
    """The space of the labels of training sprites: `fields`, or those of `usual` that occur. Raises DataError."""
    chosen = tuple(usual if fields is None else fields)
    labels = ({f: v for f, v in row.items() if f in chosen} for row in data.labels("train"))
    space = ConditionSpace.of(labels, KNOWN_VALUES)
    if fields is not None and (missing := [field for field in fields if field not in space.fields]):
        raise DataError(
            f"no training sprite of {data.path} has a {missing[0]}: give labels in metadata.csv beside the "
            "pictures and prepare the set again, or leave the field out"
        )
    return space


def conditions_of(data: SpriteSet, split: str, space: ConditionSpace, *, noise: bool) -> NDArray[np.float32]:
    """The condition (n, c) of each picture of a split, in the set's order."""
    shown = data if noise else data.without_noise()
    known = space.fields
    vectors = []
    for row in shown.labels(split):  # a held-out sprite may have a label that no training sprite has
        labels = {field: value for field, value in row.items() if field in known and _in(value, known[field])}
        vectors.append(space.encode(labels))
    return np.stack(vectors) if vectors else np.zeros((0, space.size), np.float32)


def _in(value: str | Sequence[str], known: tuple[str, ...]) -> bool:
    return all(each in known for each in ((value,) if isinstance(value, str) else value))
