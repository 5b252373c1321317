"""Write creatures as a mod of Tuxemon, in the layout of the game's own mods.

    mods/<mod>/gfx/sprites/battle/<slug>-{front,back}.png      exactly 64×64
    mods/<mod>/gfx/sprites/battle/<slug>-menu0{1,2}.png        24×24
    mods/<mod>/db/monster/<slug>.json
    mods/<mod>/l18n/en_US/LC_MESSAGES/base.po                  names and descriptions

The game has five elements and its own shapes: the tables below translate types and body shapes to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from spriteloom.data.procedural.chance import Chance
from spriteloom.export.creatures import Creature
from spriteloom.export.games.folder import MANIFEST, check_mod_name, manifest, new_folder
from spriteloom.export.views import on_canvas, reduced
from spriteloom.pixels import Sprite

SIZE, ICON = 64, 24
FIRST_NUMBER = 9001
TYPES_OF_ELEMENT = {
    "earth": ("normal", "ground", "rock"),
    "fire": ("fighting", "fire", "dragon"),
    "wood": ("flying", "poison", "bug", "grass", "fairy"),
    "water": ("ghost", "water", "ice"),
    "metal": ("steel", "electric", "psychic", "dark"),
}
ELEMENTS = {kind: element for element, kinds in TYPES_OF_ELEMENT.items() for kind in kinds}
SHAPES = {
    "ball": "blob", "squiggle": "serpent", "fish": "piscine", "arms": "brute", "blob": "blob",
    "upright": "varmint", "legs": "landrace", "quadruped": "hunter", "wings": "flier",
    "tentacles": "leviathan", "heads": "dragon", "humanoid": "humanoid", "bug-wings": "sprite", "armor": "grub",
}  # fmt: skip
TECHNIQUES = {  # of the game, a few for each element
    "earth": ("mudslide", "boulder", "earthquake", "strike"),
    "fire": ("fire_claw", "fire_ball", "flamethrower", "all_in"),
    "water": ("flood", "flow", "chill_mist", "bubble_trap"),
    "wood": ("blossom", "splinter", "overgrowth", "sting"),
    "metal": ("shrapnel", "blade", "wall_of_steel", "bullet"),
}
LEVELS = (1, 4, 10, 18, 24, 30, 36, 42)  # at which a creature learns its techniques


def export_tuxemon(
    creatures: Sequence[Creature], out: Path, *, mod: str = "spriteloom", seed: int = 0
) -> None:
    """Write all files. Raises ImpossibleModel, RunError, and BadPicture for a foreground larger than 64×64."""
    check_mod_name(mod)
    base = f"mods/{mod}"
    with new_folder(out) as folder:
        for creature in creatures:
            place = f"{base}/gfx/sprites/battle/{creature.slug}"
            folder.picture(f"{place}-front.png", on_canvas(creature.front, SIZE))
            folder.picture(f"{place}-back.png", on_canvas(creature.back, SIZE))
            for i, icon in enumerate(icons(creature.front), start=1):
                folder.picture(f"{place}-menu0{i}.png", icon)
            folder.json(f"{base}/db/monster/{creature.slug}.json", _monster(creature, seed))
        folder.text(f"{base}/l18n/en_US/LC_MESSAGES/base.po", texts(creatures))
        folder.json(MANIFEST, manifest(creatures, game="Tuxemon", mod=mod))


def icons(sprite: Sprite) -> tuple[Sprite, Sprite]:
    """Two icons of 24×24, the second one pixel higher."""
    small = reduced(sprite, ICON - 1, ICON).pixels
    empty = np.zeros((1, ICON, 4), np.uint8)
    low, high = np.concatenate([empty, small]), np.concatenate([small, empty])
    return sprite.with_pixels(low, palette=None), sprite.with_pixels(high, palette=None)


def texts(creatures: Sequence[Creature]) -> str:
    """The text of a gettext file with the name and description of each creature and the category."""
    lines = ['msgid ""', 'msgstr ""', '"Content-Type: text/plain; charset=UTF-8\\n"', ""]
    for creature in creatures:
        described = {creature.slug: creature.name, f"{creature.slug}_description": creature.description}
        for key, value in described.items():
            escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
            lines += [f'msgid "{key}"', f'msgstr "{escaped}"', ""]
    return "\n".join([*lines, 'msgid "cat_woven"', 'msgstr "Woven"', ""])


def _monster(creature: Creature, seed: int) -> dict[str, Any]:
    elements = tuple(dict.fromkeys(ELEMENTS[kind] for kind in creature.types))
    learned = zip(LEVELS, (name for element in elements for name in TECHNIQUES[element]), strict=False)
    chance = Chance.of(seed, creature.number, 11)
    return {
        "slug": creature.slug,
        "category": "woven",
        "moveset": [{"level_learned": level, "technique": name} for level, name in learned],
        **{key: [] for key in ("evolutions", "history", "tags")},
        "shape": SHAPES.get(creature.shape, "sprite"),
        "stage": "standalone",
        "types": list(elements),
        "possible_genders": ["male", "female"],
        "txmn_id": FIRST_NUMBER + creature.number - 1,
        "height": 10 * creature.decimetres,
        "weight": max(1, round(creature.hectograms / 10)),
        "catch_rate": float(chance.count(60, 120)),
        "lower_catch_resistance": 0.95,
        "upper_catch_resistance": 1.25,
    }
