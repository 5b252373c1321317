"""Make creatures of a folder of sprites: names, types, stats and all views that games need.

Labels of a sprite (from sprites.json of `generate`, or from metadata.csv) are used. The rest is drawn from the
seed, within the budgets below.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from spriteloom.data.facts import SHAPES, TYPES, species
from spriteloom.data.procedural.chance import Chance
from spriteloom.data.procedural.species import invent_name
from spriteloom.errors import SourceError
from spriteloom.export.sprite_folder import read_sprites
from spriteloom.export.views import mirrored, shiny
from spriteloom.pixels import Sprite
from spriteloom.pixels.oklab import colors_of

MAX_NAME = 18  # letters of a name
STATS = ("hp", "attack", "defense", "special_attack", "special_defense", "speed")
STAT_TOTAL = 480  # sum of the six stats: between a middle and a last stage of evolution
MIN_STAT, MAX_STAT = 40, 130
STRONG_STATS = {  # of a body shape
    "wings": ("speed", "special_attack"), "bug-wings": ("speed", "special_defense"),
    "armor": ("defense", "special_defense"), "tentacles": ("special_attack", "special_defense"),
    "fish": ("speed", "special_defense"), "blob": ("hp", "special_defense"),
    "quadruped": ("attack", "speed"), "squiggle": ("attack", "speed"),
    "humanoid": ("attack", "special_attack"), "ball": ("defense", "hp"), "upright": ("attack", "hp"),
}  # fmt: skip
TYPE_OF_COLOR = {  # the type of a sprite without a type label
    "red": "fire", "orange": "fire", "yellow": "electric", "green": "grass", "teal": "water", "blue": "water",
    "purple": "poison", "pink": "fairy", "brown": "ground", "gray": "rock", "white": "normal", "black": "dark",
}  # fmt: skip


@dataclass(frozen=True, eq=False, kw_only=True)
class Creature:
    """`stats` maps each name of `STATS` to its value; `origins` says how each view was made."""

    name: str
    slug: str  # letters and digits of the name, lowercase
    number: int  # from 1
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
    origins: Mapping[str, str]

    @property
    def views(self) -> tuple[Sprite, Sprite, Sprite, Sprite]:
        """Front, back, shiny front, shiny back."""
        return self.front, self.back, self.shiny, self.back_shiny

    @property
    def description(self) -> str:
        return self.text or f"{self.name} was woven from pixels."


def creatures(folder: Path, *, seed: int = 0) -> list[Creature]:
    """A creature of every sprite in a folder; picture x-back is the back view of x. Raises SourceError, BadPicture."""
    sprites = list(read_sprites(folder))
    if not sprites:
        raise SourceError(f"{folder} holds no sprite: give a folder that `spriteloom generate` wrote")
    backs = {s.name.removesuffix("-back"): s for s in sprites if s.name.endswith("-back")}
    fronts = [sprite for sprite in sprites if not sprite.name.endswith("-back")]
    slugs: set[str] = set()
    return [_creature(front, backs.get(front.name), i + 1, seed, slugs) for i, front in enumerate(fronts)]


def slug_of(name: str) -> str:
    """The name's letters and digits in lowercase, which games use as an identifier."""
    return re.sub(r"[^a-z0-9]+", "", name.lower())


def stats_of(shape: str, chance: Chance) -> dict[str, int]:
    """Six multiples of 5 from `MIN_STAT` to `MAX_STAT` with sum `STAT_TOTAL`; the shape's strong stats get more."""
    strong = STRONG_STATS.get(shape, ())
    weight = {name: chance.between(0.6, 1.4) * (1.5 if name in strong else 1.0) for name in STATS}
    stats = dict.fromkeys(STATS, MIN_STAT)
    for _ in range((STAT_TOTAL - MIN_STAT * len(STATS)) // 5):
        below_maximum = [name for name in STATS if stats[name] < MAX_STAT]
        name = max(below_maximum, key=lambda name: (weight[name] / (stats[name] - MIN_STAT + 5), name))
        stats[name] += 5
    return stats


def _creature(sprite: Sprite, back: Sprite | None, number: int, seed: int, slugs: set[str]) -> Creature:
    chance = Chance.of(seed, number)
    types = _types(sprite)
    shape = str(sprite.labels.get("shape", ""))
    shape = shape if shape in SHAPES else ""
    name = _new_name(types, chance, slugs)
    back_view = back or mirrored(sprite)
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
        back=back_view,
        shiny=shiny(sprite),
        back_shiny=shiny(back_view),
        origins={
            "front": "as given",
            "back": "as given" if back else "the front view, mirrored",
            "shiny": "the front view, hues turned",
            "back_shiny": "the back view, hues turned",
            "icon": "the front view, reduced",
        },
    )


def _types(sprite: Sprite) -> tuple[str, ...]:
    """At most two types that games have: those of the labels, or else one that fits the commonest color."""
    label = sprite.labels.get("types", ())
    types = tuple(kind for kind in ((label,) if isinstance(label, str) else label) if kind in TYPES)[:2]
    if types:
        return types
    colors = colors_of(sprite.pixels)
    return (TYPE_OF_COLOR[colors[0][0]] if colors else "normal",)


def _new_name(types: tuple[str, ...], chance: Chance, slugs: set[str]) -> str:
    """A name that neither another creature nor a known species has; adds its slug to `slugs`."""
    while True:
        name = invent_name(types, chance)
        slug = slug_of(name)
        if len(name) <= MAX_NAME and slug not in slugs and species(slug) is None:
            slugs.add(slug)
            return name
