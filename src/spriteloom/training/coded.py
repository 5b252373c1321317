"""A split as grids of codes with a condition each: what a prior learns from. Knows no prior."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spriteloom.codecs.codec import Codec
from spriteloom.data.facts.table import COLOURS, SHAPES, TYPES
from spriteloom.data.store import SpriteSet
from spriteloom.errors import DataError
from spriteloom.priors.condition import ConditionSpace
from spriteloom.training.material import Material

KNOWN = {"types": TYPES, "shape": SHAPES, "colour": COLOURS}  # whose values have an order of their own
PAPER = ("types", "shape")  # what the first paper conditions on


@dataclass(frozen=True, eq=False, kw_only=True)
class Coded:
    """`codes` uint8 or uint16 (n, gh, gw) and `conditions` float32 (n, c), of the same pictures."""

    codes: NDArray[np.integer]
    conditions: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.codes)


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


def encode_split(
    material: Material, split: str, codec: Codec, space: ConditionSpace, *, noise: bool
) -> Coded:
    """A split's pictures, with those over noise backgrounds or without, in codes and conditions."""
    some = [codec.encode_rgb(pictures.rgb) for pictures in material.pictures(split, noise=noise)]
    codes = np.concatenate(some).astype(np.min_scalar_type(codec.k - 1))
    return Coded(codes=codes, conditions=conditions_of(material.data, split, space, noise=noise))


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
