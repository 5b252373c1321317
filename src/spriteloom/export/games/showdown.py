"""Creatures as a mod of Pokémon Showdown: pokedex, learnsets, formats, sprites, a sample team.

    data/mods/<mod>/{pokedex,learnsets,formats-data,scripts}.js
    sprites/{gen5,gen5-back,gen5-shiny,gen5-back-shiny}/<id>.png     96×96
    sprites/pokemonicons-sheet.png                                   cells of 40×30, 12 a row
    team.txt                                                         up to six of them

Moves and abilities are of the game itself: see `repertoire.py`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from spriteloom.data.procedural.chance import Chance
from spriteloom.errors import ImpossibleModel
from spriteloom.export.creatures import Creature, slug_of
from spriteloom.export.games.folder import MANIFEST, manifest, new_folder
from spriteloom.export.games.repertoire import ABILITIES, moves_of
from spriteloom.export.views import on_canvas, reduced
from spriteloom.pixels import Sprite

SIZE = 96
ICON_HEIGHT, ICON_WIDTH, ICONS_A_ROW = 30, 40, 12
GENERATION = 9
FIRST_NUMBER = -9001  # of the game's own numbers, invented species have negative ones
TEAM = 6
EFFORT = "EVs: 84 HP / 84 Atk / 84 Def / 84 SpA / 84 SpD / 84 Spe"
EGG_GROUPS = {
    "fish": "Water 2",
    "tentacles": "Water 3",
    "wings": "Flying",
    "bug-wings": "Bug",
    "armor": "Bug",
    "humanoid": "Human-Like",
    "quadruped": "Field",
    "squiggle": "Dragon",
    "blob": "Amorphous",
    "ball": "Mineral",
}
NAMES = {
    "hp": "hp",
    "attack": "atk",
    "defense": "def",
    "special_attack": "spa",
    "special_defense": "spd",
    "speed": "spe",
}


def export_showdown(
    creatures: Sequence[Creature], out: Path, *, mod: str = "spriteloom", seed: int = 0
) -> None:
    """The whole folder. Raises RunError where it is taken, BadPicture for a figure larger than 96×96."""
    if slug_of(mod) != mod or not mod:
        raise ImpossibleModel(f"a mod cannot be called {mod!r}: use small letters and digits")
    base = f"data/mods/{mod}"
    with new_folder(out) as folder:
        folder.text(f"{base}/pokedex.js", _module("Pokedex", {one.slug: _entry(one) for one in creatures}))
        folder.text(
            f"{base}/learnsets.js", _module("Learnsets", {one.slug: _learnset(one) for one in creatures})
        )
        folder.text(
            f"{base}/formats-data.js", _module("FormatsData", {one.slug: {"tier": "OU"} for one in creatures})
        )
        folder.text(
            f"{base}/scripts.js", _module("Scripts", {"gen": GENERATION, "inherit": f"gen{GENERATION}"})
        )
        for one in creatures:
            for place, sprite in (
                ("gen5", one.front),
                ("gen5-back", one.back),
                ("gen5-shiny", one.shiny),
                ("gen5-back-shiny", one.back_shiny),
            ):
                folder.picture(f"sprites/{place}/{one.slug}.png", on_canvas(sprite, SIZE))
        folder.picture("sprites/pokemonicons-sheet.png", icon_sheet(creatures))
        folder.text("team.txt", team(creatures[:TEAM], seed=seed))
        folder.json(MANIFEST, manifest(creatures, game="Pokémon Showdown", mod=mod, icons=ICONS_A_ROW))


def team(creatures: Sequence[Creature], *, seed: int = 0) -> str:
    """A team in the game's own words: each with its ability and four of its moves."""
    parts = []
    for one in creatures:
        chance = Chance.of(seed, one.number, 7)
        moves: list[str] = list(moves_of(one))
        chosen: list[str] = []
        while len(chosen) < 4:
            chosen.append(moves.pop(chance.count(0, len(moves) - 1)))
        head = [one.name, f"Ability: {ABILITIES[one.types[0]]}", "Level: 100", EFFORT]
        lines = [*head, *(f"- {move}" for move in chosen)]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def icon_sheet(creatures: Sequence[Creature]) -> Sprite:
    """Cells of 40×30, twelve a row, in order of number."""
    rows = -(-len(creatures) // ICONS_A_ROW)
    pixels = np.zeros((rows * ICON_HEIGHT, ICONS_A_ROW * ICON_WIDTH, 4), np.uint8)
    for i, one in enumerate(creatures):
        top, left = i // ICONS_A_ROW * ICON_HEIGHT, i % ICONS_A_ROW * ICON_WIDTH
        icon = reduced(one.front, ICON_HEIGHT, ICON_WIDTH).pixels
        pixels[top : top + ICON_HEIGHT, left : left + ICON_WIDTH] = icon
    return Sprite(pixels=pixels, name="icons")


def _entry(one: Creature) -> dict[str, Any]:
    return {
        "num": FIRST_NUMBER - one.number + 1,
        "name": one.name,
        "types": [kind.capitalize() for kind in one.types],
        "genderRatio": {"M": 0.5, "F": 0.5},
        "baseStats": {NAMES[name]: value for name, value in one.stats.items()},
        "abilities": {"0": ABILITIES[one.types[0]]},
        "heightm": one.decimetres / 10,
        "weightkg": one.hectograms / 10,
        "color": "Gray",
        "eggGroups": [EGG_GROUPS.get(one.shape, "Monster")],
        "gen": GENERATION,
    }


def _learnset(one: Creature) -> dict[str, Any]:
    return {"learnset": {slug_of(move): [f"{GENERATION}L1"] for move in moves_of(one)}}


def _module(name: str, found: Mapping[str, Any]) -> str:
    return f"'use strict';\n\nexports.{name} = {json.dumps(found, indent=2, ensure_ascii=False)};\n"
