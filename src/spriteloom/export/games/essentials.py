"""Write creatures for Pokémon Essentials v21: pictures, and a section for each in a PBS file.

Graphics/Pokemon/{Front,Back,Front shiny,Back shiny}/NAME.png    192×192, every pixel doubled
Graphics/Pokemon/{Icons,Icons shiny}/NAME.png                    128×64, two frames of 64×64
PBS/pokemon_spriteloom.txt                                       the game reads it after pokemon.txt
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from spriteloom.export.creatures import Creature, slug_of
from spriteloom.export.games.folder import MANIFEST, manifest, new_folder
from spriteloom.export.games.repertoire import ability_of, egg_group_of, moves_of
from spriteloom.export.views import on_canvas, reduced
from spriteloom.pixels import Sprite
from spriteloom.pixels.geometry import scale

SIZE, ENLARGED = 96, 2  # pixels a side of a view, and its factor in the file
ICON = 64
FOLDERS = ("Front", "Back", "Front shiny", "Back shiny")  # in the order of `Creature.views`
SHAPES = {  # the game's name of a body shape
    "ball": "Head", "squiggle": "Serpentine", "fish": "Finned", "arms": "HeadArms", "blob": "HeadBase",
    "upright": "BipedalTail", "legs": "HeadLegs", "quadruped": "Quadruped", "wings": "Winged",
    "tentacles": "Multiped", "heads": "MultiBody", "humanoid": "Bipedal", "bug-wings": "MultiWinged",
    "armor": "Insectoid",
}  # fmt: skip
LEVELS = (1, 1, 5, 9, 13, 17, 21, 25, 29, 33, 37, 41)  # at which a creature learns its moves


def export_essentials(creatures: Sequence[Creature], out: Path) -> None:
    """Write all files. Raises RunError if `out` is in use, BadPicture for a foreground larger than 96×96."""
    with new_folder(out) as folder:
        for creature in creatures:
            name = creature.slug.upper()
            for place, view in zip(FOLDERS, creature.views, strict=True):
                folder.picture(f"Graphics/Pokemon/{place}/{name}.png", scale(on_canvas(view, SIZE), ENLARGED))
            folder.picture(f"Graphics/Pokemon/Icons/{name}.png", icon(creature.front))
            folder.picture(f"Graphics/Pokemon/Icons shiny/{name}.png", icon(creature.shiny))
        folder.text("PBS/pokemon_spriteloom.txt", pbs(creatures))
        folder.json(MANIFEST, manifest(creatures, game="Pokémon Essentials v21"))


def icon(sprite: Sprite) -> Sprite:
    """Two frames side by side, the second one pixel lower, so that the icon moves."""
    small = reduced(sprite, ICON, ICON)
    lower = np.zeros_like(small.pixels)
    lower[1:] = small.pixels[:-1]
    return small.with_pixels(np.concatenate([small.pixels, lower], 1))


def pbs(creatures: Sequence[Creature]) -> str:
    """The text of a PBS file: a section for each creature, with the keys of version 21."""
    return "\n".join(["# Written by spriteloom.", *map(_section, creatures)]) + "\n"


def _section(creature: Creature) -> str:
    stats = creature.stats
    order = ("hp", "attack", "defense", "speed", "special_attack", "special_defense")
    moves = (slug_of(move).upper() for move in moves_of(creature))
    best = max(order, key=lambda name: stats[name])
    values = {
        "Name": creature.name,
        "Types": ",".join(kind.upper() for kind in creature.types),
        "BaseStats": ",".join(str(stats[name]) for name in order),
        "GenderRatio": "Female50Percent",
        "GrowthRate": "Medium",
        "BaseExp": "150",
        "EVs": f"{best.upper()},2",
        "CatchRate": "90",
        "Happiness": "70",
        "Abilities": slug_of(ability_of(creature)).upper(),
        "Moves": ",".join(f"{level},{move}" for level, move in zip(LEVELS, moves, strict=False)),
        "EggGroups": slug_of(egg_group_of(creature)).capitalize(),
        "HatchSteps": "5120",
        "Height": f"{creature.decimetres / 10:.1f}",
        "Weight": f"{creature.hectograms / 10:.1f}",
        "Color": "Gray",
        "Shape": SHAPES.get(creature.shape, "Bipedal"),
        "Category": "Woven",
        "Pokedex": creature.description,
        "Generation": "9",
    }
    lines = [f"{key} = {value}" for key, value in values.items()]
    return "\n".join(["#-------------------------------", f"[{creature.slug.upper()}]", *lines])
