"""What is known of a set's pictures, as numbers: types n-hot, shape one-hot, a weight.

A picture's weight is 1 / (species · pictures of its species): 28 forms of one species are one vote.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from spriteloom.data.store import SpriteSet
from spriteloom.errors import DataError
from spriteloom.pixels.arrays import Floats
from spriteloom.pixels.sprite import Labels


@dataclass(frozen=True, kw_only=True)
class Known:
    """Of n pictures: `types` n-hot (n, t), `shapes` one-hot (n, s); a row of zeros where nothing is known."""

    types: Floats
    shapes: Floats
    species: tuple[str, ...]


def names_of(data: SpriteSet) -> tuple[list[str], list[str]]:
    """All types and all shapes that the training split knows, sorted."""
    known = [sprite.labels for sprite in data.sprites("train")]
    names = tuple(sorted({name for one in known for name in of(one)}) for of in (_types, _shape))
    if not all(names):
        raise DataError(
            f"{data.path} has no types or no shapes to learn from: prepare a source that is labelled"
        )
    return names[0], names[1]


def labels_of(data: SpriteSet, split: str, types: Sequence[str], shapes: Sequence[str]) -> Known:
    """The labels of a split's pictures, in their order; what is not among the names is unknown."""
    copies = 1 if data.materialized else len(data.preprocessing.variants(split))
    sprites = [(sprite.labels, sprite.species) for sprite in data.sprites(split)]
    n_hot = [
        np.array([[name in of(known) for name in names] for known, _ in sprites], np.float32)
        .reshape(len(sprites), len(names))
        .repeat(copies, axis=0)
        for names, of in ((types, _types), (shapes, _shape))
    ]
    species = tuple(species for _, species in sprites for _ in range(copies))
    return Known(types=n_hot[0], shapes=n_hot[1], species=species)


def weights_of(species: Sequence[str]) -> Floats:
    """The weight of each picture, float32 (n,), in all 1."""
    number = Counter(species)
    return np.array([1 / (len(number) * number[one]) for one in species], np.float32)


def _types(labels: Labels) -> tuple[str, ...]:
    return tuple(labels.get("types", ()))


def _shape(labels: Labels) -> tuple[str, ...]:
    shape = labels.get("shape", "")
    return (str(shape),) if shape else ()
