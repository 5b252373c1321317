"""What a set's labels can ask for, and the condition of each of its pictures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from spriteloom.data.facts import COLORS, SHAPES, TYPES
from spriteloom.data.store import SpriteSet
from spriteloom.errors import DataError
from spriteloom.priors.condition import ConditionSpace

KNOWN = {"types": TYPES, "shape": SHAPES, "color": COLORS}  # whose values have an order of their own
PAPER = ("types", "shape")  # what the first paper conditions on


def condition_space(
    data: SpriteSet, fields: Sequence[str] | None = None, *, usual: Sequence[str] = PAPER
) -> ConditionSpace:
    """What the training split's labels can ask for: these fields, or the `usual` as far as it has them.

    Raises DataError where a field is named that no training sprite has.
    """
    wanted = tuple(usual if fields is None else fields)
    found = ({f: v for f, v in labels.items() if f in wanted} for labels in data.labels("train"))
    space = ConditionSpace.of(found, KNOWN)
    if fields is not None and (lacks := [field for field in fields if field not in space.fields]):
        raise DataError(
            f"no training sprite of {data.path} has a {lacks[0]}: give labels in metadata.csv beside the "
            "pictures and prepare the set again, or leave the field out"
        )
    return space


def conditions_of(data: SpriteSet, split: str, space: ConditionSpace, *, noise: bool) -> NDArray[np.float32]:
    """The condition (n, c) of each picture of a split, in the set's order."""
    wanted = data if noise else data.without_noise()
    known = space.fields
    vectors = [
        space.encode(
            {field: value for field, value in labels.items() if field in known and _in(value, known[field])}
        )
        for labels in wanted.labels(split)
    ]
    return np.stack(vectors) if vectors else np.zeros((0, space.size), np.float32)


def _in(value: str | Sequence[str], known: tuple[str, ...]) -> bool:
    """Whether training has met this label: a held-out sprite may have one that no other has."""
    return all(each in known for each in ((value,) if isinstance(value, str) else value))
