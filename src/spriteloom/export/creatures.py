"""A folder of sprites as creatures: names, types, stats, moves, and every view a game asks for.

What is known of a sprite (by sprites.json of `generate`, or metadata.csv) is used; the rest is made from the
seed, within budgets that are written down here. Knows no game's files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from spriteloom.data.facts import SHAPES, TYPES, species
from spriteloom.data.procedural.chance import Chance
from spriteloom.data.procedural.names import invent_name
from spriteloom.data.sources import open_source
from spriteloom.errors import SourceError
from spriteloom.export.views import flipped, shiny
from spriteloom.pixels import Sprite, open_animation
from spriteloom.pixels.formats.pages import first
from spriteloom.pixels.hues import colors_of

RECORDS = "sprites.json"  # of `generation.writing`
LONGEST = 18  # letters of a name
STATS = ("hp", "attack", "defense", "special_attack", "special_defense", "speed")
BUDGET = 480  # sum of the six: between a middle and a last stage
LEAST, MOST = 40, 130  # of each
LEANS = {  # shapes that are strong in some of them
    "wings": ("speed", "special_attack"),
    "bug-wings": ("speed", "special_defense"),
    "armor": ("defense", "special_defense"),
    "quadruped": ("attack", "speed"),
    "humanoid": ("attack", "special_attack"),
    "fish": ("speed", "special_defense"),
    "blob": ("hp", "special_defense"),
    "ball": ("defense", "hp"),
    "upright": ("attack", "hp"),
    "tentacles": ("special_attack", "special_defense"),
    "squiggle": ("attack", "speed"),
}
OF_COLOR = {  # a type for a sprite of which none is known
    "red": "fire",
    "orange": "fire",
    "yellow": "electric",
    "green": "grass",
    "teal": "water",
    "blue": "water",
    "purple": "poison",
    "pink": "fairy",
    "brown": "ground",
    "gray": "rock",
    "white": "normal",
    "black": "dark",
}


@dataclass(frozen=True, eq=False, kw_only=True)
class Creature:
    """`stats` are by name of `STATS`; `made` says of each view how it came about."""

    name: str
    slug: str  # letters and digits of the name, small
    number: int  # from 1 on
    types: tuple[str, ...]
    shape: str
    stats: Mapping[str, int]
    decimetres: int
    hectograms: int
    text: str
    front: Sprite
    back: Sprite
    shiny: Sprite
    back_shiny: Sprite
    made: Mapping[str, str]


def creatures(folder: Path, *, seed: int = 0) -> list[Creature]:
    """Every sprite of a folder, in order of file. A picture named x-back beside x is its back.

    Raises SourceError where there is no picture, BadPicture for one that cannot be read.
    """
    found = list(_sprites(folder))
    if not found:
        raise SourceError(f"{folder} holds no sprite: give a folder that `spriteloom generate` wrote")
    backs = {one.name.removesuffix("-back"): one for one in found if one.name.endswith("-back")}
    fronts = [one for one in found if not one.name.endswith("-back")]
    names: set[str] = set()
    return [_creature(one, backs.get(one.name), i + 1, seed, names) for i, one in enumerate(fronts)]


def slug_of(name: str) -> str:
    """What games key by: a name's letters and digits, small."""
    return re.sub(r"[^a-z0-9]+", "", name.lower())


def stats_of(shape: str, chance: Chance) -> dict[str, int]:
    """Six multiples of 5 between `LEAST` and `MOST` whose sum is `BUDGET`; a shape's strengths come first."""
    strong = LEANS.get(shape, ())
    weight = {name: chance.between(0.6, 1.4) * (1.5 if name in strong else 1.0) for name in STATS}
    stats = dict.fromkeys(STATS, LEAST)
    for _ in range((BUDGET - LEAST * len(STATS)) // 5):
        open_ = [name for name in STATS if stats[name] < MOST]
        name = max(open_, key=lambda name: (weight[name] / (stats[name] - LEAST + 5), name))
        stats[name] += 5
    return stats


def _sprites(folder: Path) -> Iterator[Sprite]:
    """Sprites with what is known of them as labels."""
    records = folder / RECORDS
    if records.exists():
        for row in _records(records):
            sprite = open_animation(folder / str(row["file"]), pick=first).frames[0]
            yield replace(sprite, labels=_labels(row.get("labels", {})))
        return
    for item in open_source(str(folder)).items():
        sprite = open_animation(item.data, name=Path(item.path).stem, pick=first).frames[0]
        labels: dict[str, str | tuple[str, ...]] = {
            "types": item.types,
            "shape": item.shape,
            "text": item.text,
        }
        yield replace(sprite, labels={key: value for key, value in labels.items() if value})


def _records(path: Path) -> list[dict[str, Any]]:
    try:
        rows = json.loads(path.read_bytes())
        if not all(isinstance(row["file"], str) for row in rows):
            raise TypeError
    except (OSError, ValueError, KeyError, TypeError):
        raise SourceError(f"{path} is damaged: generate the sprites again, or delete it") from None
    return list(rows)


def _labels(found: Mapping[str, Any]) -> dict[str, str | tuple[str, ...]]:
    labels: dict[str, str | tuple[str, ...]] = {}
    for field, value in found.items():
        values = (value,) if isinstance(value, str) else tuple(map(str, value))
        if values:
            labels[field] = values if field == "types" else values[0]
    return labels


def _creature(sprite: Sprite, back: Sprite | None, number: int, seed: int, names: set[str]) -> Creature:
    chance = Chance.of(seed, number)
    given = sprite.labels.get("types", ())
    types = tuple(kind for kind in ((given,) if isinstance(given, str) else given) if kind in TYPES)[:2]
    types = types or (_type_of(sprite),)
    shape = str(sprite.labels.get("shape", ""))
    shape = shape if shape in SHAPES else ""
    name = _name(types, chance, names)
    behind = back or flipped(sprite)
    decimetres = chance.count(3, 20)
    return Creature(
        name=name,
        slug=slug_of(name),
        number=number,
        types=types,
        shape=shape,
        stats=stats_of(shape, chance),
        decimetres=decimetres,
        hectograms=max(1, round(decimetres**2 * chance.between(0.8, 2.5))),
        text=str(sprite.labels.get("text", "")),
        front=sprite,
        back=behind,
        shiny=shiny(sprite),
        back_shiny=shiny(behind),
        made={
            "front": "as given",
            "back": "as given" if back else "the front view, mirrored",
            "shiny": "the front view, hues turned",
            "back_shiny": "the back view, hues turned",
            "icon": "the front view, reduced",
        },
    )


def _type_of(sprite: Sprite) -> str:
    seen = colors_of(sprite.pixels)
    return OF_COLOR[seen[0][0]] if seen else "normal"


def _name(types: tuple[str, ...], chance: Chance, names: set[str]) -> str:
    """A name that no other creature has, and no species that is known."""
    while True:
        name = invent_name(types, chance)
        slug = slug_of(name)
        if len(name) <= LONGEST and slug not in names and species(slug) is None:
            names.add(slug)
            return name
