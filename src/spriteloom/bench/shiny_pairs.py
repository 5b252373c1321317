"""Ordinary sprites beside the shiny ones that artists made of them, of a set or drawn here. Scores none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray

from spriteloom.data.procedural import draw, species
from spriteloom.data.store import SpriteSet
from spriteloom.errors import DataError
from spriteloom.pixels import Sprite

POSE, FRAME, BACK = "pose", "frame", "back"
CREATURE_FRAME = 2  # of their animation: no longer at rest


@dataclass(frozen=True, eq=False, kw_only=True)
class Pair:
    """An ordinary sprite, the shiny one of the same shape, and shiny ones to be like, by setting.

    POSE is `shiny` itself, FRAME a later frame of it, BACK the same creature from behind.
    """

    species: str
    ordinary: Sprite
    shiny: Sprite
    references: Mapping[str, Sprite]


@dataclass(frozen=True, eq=False, kw_only=True)
class Pairs:
    """Those whose shapes are the same; of `differing` more they differ, so that no pixel has an answer."""

    pairs: tuple[Pair, ...]
    differing: int


@dataclass(frozen=True)
class _Key:
    view: str
    shiny: bool
    frame: int


def pairs_in(data: SpriteSet, split: str = "test") -> Pairs:
    """Every front view, first frame, of a split that there is in both colorings, form by form.

    Sprites are as the set stores them, so its preprocessing must not recolor: "pixel" keeps every color and frame.
    Raises DataError where there is none.
    """
    by_form: dict[tuple[str, str], dict[_Key, Sprite]] = {}
    for sprite in data.sprites(split):
        by_form.setdefault((sprite.species, str(sprite.labels.get("form", ""))), {})[_key(sprite)] = sprite
    both = [pair for (name, _), forms in sorted(by_form.items()) for pair in _paired(name, forms)]
    same = tuple(pair for pair in both if np.array_equal(_shape(pair.ordinary), _shape(pair.shiny)))
    if not same:
        raise DataError(f"{data.path} has no {split} species in both colorings: prepare one with shiny forms")
    return Pairs(pairs=same, differing=len(both) - len(same))


def creature_pairs(n: int, *, seed: int = 0) -> Pairs:
    """The same of `n` procedural creatures."""
    pairs = []
    for spec in species(n, seed=seed):
        shiny = draw(spec, shiny=True)
        references = {
            POSE: shiny,
            FRAME: draw(spec, shiny=True, frame=CREATURE_FRAME),
            BACK: draw(spec, shiny=True, view="back"),
        }
        pairs.append(Pair(species=spec.key, ordinary=draw(spec), shiny=shiny, references=references))
    return Pairs(pairs=tuple(pairs), differing=0)


def _paired(name: str, forms: Mapping[_Key, Sprite]) -> Iterator[Pair]:
    """The pair of a form, if it has one."""
    ordinary, shiny = (forms.get(_Key("front", is_shiny, 0)) for is_shiny in (False, True))
    if ordinary is None or shiny is None:
        return
    later = sorted(key.frame for key in forms if key.view == "front" and key.shiny and key.frame)
    references = {POSE: shiny}
    if later:
        references[FRAME] = forms[_Key("front", True, later[len(later) // 2])]
    if (back := forms.get(_Key("back", True, 0))) is not None:
        references[BACK] = back
    yield Pair(species=name, ordinary=ordinary, shiny=shiny, references=references)


def _key(sprite: Sprite) -> _Key:
    """A stored sprite's name is its file's, and "-" and its frame's number from the second one on."""
    stem = PurePosixPath(str(sprite.labels.get("path", ""))).stem
    frame = sprite.name.removeprefix(stem).removeprefix("-")
    return _Key(str(sprite.labels.get("view", "front")), "shiny" in sprite.labels, int(frame or 0))


def _shape(sprite: Sprite) -> NDArray[np.bool_]:
    return np.asarray(sprite.pixels[..., 3] > 0)
