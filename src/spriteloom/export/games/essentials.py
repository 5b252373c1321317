"""Creatures as a tree of Pokémon Essentials v21: pictures, and their lines for PBS.

Graphics/Pokemon/{Front,Back,Front shiny,Back shiny}/NAME.png    192×192, every pixel doubled
Graphics/Pokemon/{Icons,Icons shiny}/NAME.png                    128×64, two frames of 64×64
PBS/pokemon_spriteloom.txt                                       read beside pokemon.txt
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from spriteloom.export.creatures import Creature, slug_of
from spriteloom.export.games.folder import MANIFEST, manifest, new_folder
from spriteloom.export.games.repertoire import ABILITIES, moves_of
from spriteloom.export.views import on_canvas, reduced
from spriteloom.pixels import Sprite, scale

SIZE, DOUBLED = 96, 2
ICON = 64
COLORS = "Gray"
EGG_GROUPS = {
    "fish": "Water2",
    "tentacles": "Water3",
    "wings": "Flying",
    "bug-wings": "Bug",
    "armor": "Bug",
    "humanoid": "Humanlike",
    "quadruped": "Field",
    "squiggle": "Dragon",
    "blob": "Amorphous",
    "ball": "Mineral",
}
SHAPES = {  # the game's words
    "ball": "Head",
    "squiggle": "Serpentine",
    "fish": "Finned",
    "arms": "HeadArms",
    "blob": "HeadBase",
    "upright": "BipedalTail",
    "legs": "HeadLegs",
    "quadruped": "Quadruped",
    "wings": "Winged",
    "tentacles": "Multiped",
    "heads": "MultiBody",
    "humanoid": "Bipedal",
    "bug-wings": "MultiWinged",
    "armor": "Insectoid",
}
LEVELS = (1, 1, 5, 9, 13, 17, 21, 25, 29, 33, 37, 41)  # at which its moves are learned


def export_essentials(creatures: Sequence[Creature], out: Path) -> None:
    """The whole tree. Raises RunError where `out` is taken, BadPicture for a figure larger than 96×96."""
    with new_folder(out) as folder:
        for one in creatures:
            name = one.slug.upper()
            for place, sprite in (
                ("Front", one.front),
                ("Back", one.back),
                ("Front shiny", one.shiny),
                ("Back shiny", one.back_shiny),
            ):
                folder.picture(
                    f"Graphics/Pokemon/{place}/{name}.png", scale(on_canvas(sprite, SIZE), DOUBLED)
                )
            folder.picture(f"Graphics/Pokemon/Icons/{name}.png", icon(one.front))
            folder.picture(f"Graphics/Pokemon/Icons shiny/{name}.png", icon(one.shiny))
        folder.text("PBS/pokemon_spriteloom.txt", pbs(creatures))
        folder.json(MANIFEST, manifest(creatures, game="Pokémon Essentials v21"))


def icon(sprite: Sprite) -> Sprite:
    """Two frames side by side, the second one pixel lower: it breathes."""
    small = reduced(sprite, ICON, ICON)
    lower = np.zeros_like(small.pixels)
    lower[1:] = small.pixels[:-1]
    return small.with_pixels(np.concatenate([small.pixels, lower], 1))


def pbs(creatures: Sequence[Creature]) -> str:
    """Sections of pokemon.txt, one a creature, in the order and the words of version 21."""
    return "\n".join(["# Written by spriteloom.", *(_section(one) for one in creatures)]) + "\n"


def _section(one: Creature) -> str:
    stats = one.stats
    order = ("hp", "attack", "defense", "speed", "special_attack", "special_defense")
    moves = [(level, slug_of(move).upper()) for level, move in zip(LEVELS, moves_of(one), strict=False)]
    best = max(order, key=lambda name: stats[name])
    lines = {
        "Name": one.name,
        "Types": ",".join(kind.upper() for kind in one.types),
        "BaseStats": ",".join(str(stats[name]) for name in order),
        "GenderRatio": "Female50Percent",
        "GrowthRate": "Medium",
        "BaseExp": "150",
        "EVs": f"{best.upper()},2",
        "CatchRate": "90",
        "Happiness": "70",
        "Abilities": slug_of(ABILITIES[one.types[0]]).upper(),
        "Moves": ",".join(f"{level},{move}" for level, move in moves),
        "EggGroups": EGG_GROUPS.get(one.shape, "Monster"),
        "HatchSteps": "5120",
        "Height": f"{one.decimetres / 10:.1f}",
        "Weight": f"{one.hectograms / 10:.1f}",
        "Color": COLORS,
        "Shape": SHAPES.get(one.shape, "Bipedal"),
        "Category": "Woven",
        "Pokedex": one.text or f"{one.name} was woven from pixels.",
        "Generation": "9",
    }
    return "\n".join(
        [
            "#-------------------------------",
            f"[{one.slug.upper()}]",
            *(f"{k} = {v}" for k, v in lines.items()),
        ]
    )
