"""Creatures as a mod of Tuxemon, in the layout of the game's own.

    mods/<mod>/gfx/sprites/battle/<slug>-{front,back}.png      exactly 64×64
    mods/<mod>/gfx/sprites/battle/<slug>-menu0{1,2}.png        24×24
    mods/<mod>/db/monster/<slug>.json
    mods/<mod>/l18n/en_US/LC_MESSAGES/base.po                  names and descriptions

The game has five elements and shapes of its own: ours are translated by the tables below.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from spriteloom.data.procedural.chance import Chance
from spriteloom.errors import ImpossibleModel
from spriteloom.export.creatures import Creature, slug_of
from spriteloom.export.games.folder import MANIFEST, manifest, new_folder
from spriteloom.export.views import on_canvas, reduced
from spriteloom.pixels import Sprite

SIZE, ICON = 64, 24
FIRST_NUMBER = 9001
ELEMENTS = {
    "normal": "earth",
    "fighting": "fire",
    "flying": "wood",
    "poison": "wood",
    "ground": "earth",
    "rock": "earth",
    "bug": "wood",
    "ghost": "water",
    "steel": "metal",
    "fire": "fire",
    "water": "water",
    "grass": "wood",
    "electric": "metal",
    "psychic": "metal",
    "ice": "water",
    "dragon": "fire",
    "dark": "metal",
    "fairy": "wood",
}
SHAPES = {
    "ball": "blob",
    "squiggle": "serpent",
    "fish": "piscine",
    "arms": "brute",
    "blob": "blob",
    "upright": "varmint",
    "legs": "landrace",
    "quadruped": "hunter",
    "wings": "flier",
    "tentacles": "leviathan",
    "heads": "dragon",
    "humanoid": "humanoid",
    "bug-wings": "sprite",
    "armor": "grub",
}
TECHNIQUES = {  # the game's own, a few for each element
    "earth": ("mudslide", "boulder", "earthquake", "strike"),
    "fire": ("fire_claw", "fire_ball", "flamethrower", "all_in"),
    "water": ("flood", "flow", "chill_mist", "bubble_trap"),
    "wood": ("blossom", "splinter", "overgrowth", "sting"),
    "metal": ("shrapnel", "blade", "wall_of_steel", "bullet"),
}
LEVELS = (1, 4, 10, 18, 24, 30, 36, 42)


def export_tuxemon(
    creatures: Sequence[Creature], out: Path, *, mod: str = "spriteloom", seed: int = 0
) -> None:
    """The whole mod. Raises RunError where `out` is taken, BadPicture for a figure larger than 64×64."""
    if slug_of(mod) != mod or not mod:
        raise ImpossibleModel(f"a mod cannot be called {mod!r}: use small letters and digits")
    base = f"mods/{mod}"
    with new_folder(out) as folder:
        for one in creatures:
            place = f"{base}/gfx/sprites/battle/{one.slug}"
            folder.picture(f"{place}-front.png", on_canvas(one.front, SIZE))
            folder.picture(f"{place}-back.png", on_canvas(one.back, SIZE))
            first, second = icons(one.front)
            folder.picture(f"{place}-menu01.png", first)
            folder.picture(f"{place}-menu02.png", second)
            folder.json(f"{base}/db/monster/{one.slug}.json", _monster(one, seed))
        folder.text(f"{base}/l18n/en_US/LC_MESSAGES/base.po", texts(creatures))
        folder.json(MANIFEST, manifest(creatures, game="Tuxemon", mod=mod))


def icons(sprite: Sprite) -> tuple[Sprite, Sprite]:
    """Two of 24×24, the second a pixel higher."""
    small = reduced(sprite, ICON - 1, ICON).pixels
    empty = np.zeros((1, ICON, 4), np.uint8)
    low, high = np.concatenate([empty, small]), np.concatenate([small, empty])
    return sprite.with_pixels(low, palette=None), sprite.with_pixels(high, palette=None)


def texts(creatures: Sequence[Creature]) -> str:
    """A gettext file with each creature's name, category and description."""
    lines = ['msgid ""', 'msgstr ""', '"Content-Type: text/plain; charset=UTF-8\\n"', ""]
    for one in creatures:
        said = one.text or f"{one.name} was woven from pixels."
        for key, value in ((one.slug, one.name), (f"{one.slug}_description", said)):
            lines += [f'msgid "{key}"', f'msgstr "{_escaped(value)}"', ""]
    return "\n".join([*lines, 'msgid "cat_woven"', 'msgstr "Woven"', ""])


def _monster(one: Creature, seed: int) -> dict[str, Any]:
    elements = tuple(dict.fromkeys(ELEMENTS[kind] for kind in one.types))
    techniques = [name for element in elements for name in TECHNIQUES[element]]
    chance = Chance.of(seed, one.number, 11)
    return {
        "slug": one.slug,
        "category": "woven",
        "moveset": [
            {"level_learned": level, "technique": name}
            for level, name in zip(LEVELS, techniques, strict=False)
        ],
        "evolutions": [],
        "history": [],
        "tags": [],
        "shape": SHAPES.get(one.shape, "sprite"),
        "stage": "standalone",
        "types": list(elements),
        "possible_genders": ["male", "female"],
        "txmn_id": FIRST_NUMBER + one.number - 1,
        "height": 10 * one.decimetres,
        "weight": max(1, round(one.hectograms / 10)),
        "catch_rate": float(chance.count(60, 120)),
        "lower_catch_resistance": 0.95,
        "upper_catch_resistance": 1.25,
    }


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
