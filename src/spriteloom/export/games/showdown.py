"""Write creatures as a mod of Pokémon Showdown: pokedex, learnsets, formats, sprites, a sample team.

    data/mods/<mod>/{pokedex,learnsets,formats-data,scripts}.js
    sprites/{gen5,gen5-back,gen5-shiny,gen5-back-shiny}/<id>.png     96×96
    sprites/pokemonicons-sheet.png                                   cells of 40×30, 12 in a row
    team.txt                                                         up to six creatures

Moves and abilities are the game's own: see `repertoire.py`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from spriteloom.data.procedural.chance import Chance
from spriteloom.export.creatures import STATS, Creature, slug_of
from spriteloom.export.games.folder import MANIFEST, check_mod_name, manifest, new_folder
from spriteloom.export.games.repertoire import ability_of, egg_group_of, moves_of
from spriteloom.export.views import on_canvas, reduced
from spriteloom.pixels import Sprite

SIZE = 96
ICON_HEIGHT, ICON_WIDTH, ICONS_PER_ROW = 30, 40, 12
GENERATION = 9
LEARNED = [f"{GENERATION}L1"]  # every move, in this generation at level 1
FIRST_NUMBER = -9001  # the game gives negative numbers to invented species
TEAM, TEAM_MOVES = 6, 4  # creatures of a team, moves of each
EFFORT = "EVs: 84 HP / 84 Atk / 84 Def / 84 SpA / 84 SpD / 84 Spe"
VIEW_FOLDERS = ("gen5", "gen5-back", "gen5-shiny", "gen5-back-shiny")  # in the order of `Creature.views`
STAT_NAMES = dict(zip(STATS, ("hp", "atk", "def", "spa", "spd", "spe"), strict=True))


def export_showdown(
    creatures: Sequence[Creature], out: Path, *, mod: str = "spriteloom", seed: int = 0
) -> None:
    """Write all files. Raises ImpossibleModel, RunError, and BadPicture for a foreground larger than 96×96."""
    check_mod_name(mod)
    modules: dict[str, dict[str, Any]] = {
        "Pokedex": {creature.slug: _entry(creature) for creature in creatures},
        "Learnsets": {c.slug: {"learnset": {slug_of(m): LEARNED for m in moves_of(c)}} for c in creatures},
        "FormatsData": {creature.slug: {"tier": "OU"} for creature in creatures},
        "Scripts": {"gen": GENERATION, "inherit": f"gen{GENERATION}"},
    }
    with new_folder(out) as folder:
        for name, content in modules.items():
            file = "formats-data" if name == "FormatsData" else name.lower()
            text = json.dumps(content, indent=2, ensure_ascii=False)
            folder.text(f"data/mods/{mod}/{file}.js", f"'use strict';\n\nexports.{name} = {text};\n")
        for creature in creatures:
            for place, view in zip(VIEW_FOLDERS, creature.views, strict=True):
                folder.picture(f"sprites/{place}/{creature.slug}.png", on_canvas(view, SIZE))
        folder.picture("sprites/pokemonicons-sheet.png", icon_sheet(creatures))
        folder.text("team.txt", team(creatures[:TEAM], seed=seed))
        folder.json(MANIFEST, manifest(creatures, game="Pokémon Showdown", mod=mod, icons=ICONS_PER_ROW))


def team(creatures: Sequence[Creature], *, seed: int = 0) -> str:
    """A team in the game's text format: each creature with its ability and four of its moves."""
    sections = []
    for creature in creatures:
        chance = Chance.of(seed, creature.number, 7)
        moves = list(moves_of(creature))
        chosen = [moves.pop(chance.count(0, len(moves) - 1)) for _ in range(TEAM_MOVES)]
        head = [creature.name, f"Ability: {ability_of(creature)}", "Level: 100", EFFORT]
        sections.append("\n".join([*head, *(f"- {move}" for move in chosen)]))
    return "\n\n".join(sections) + "\n"


def icon_sheet(creatures: Sequence[Creature]) -> Sprite:
    """Icons in cells of 40×30, twelve in a row, in order of number."""
    rows = -(-len(creatures) // ICONS_PER_ROW)
    pixels = np.zeros((rows * ICON_HEIGHT, ICONS_PER_ROW * ICON_WIDTH, 4), np.uint8)
    for i, creature in enumerate(creatures):
        top, left = i // ICONS_PER_ROW * ICON_HEIGHT, i % ICONS_PER_ROW * ICON_WIDTH
        icon = reduced(creature.front, ICON_HEIGHT, ICON_WIDTH).pixels
        pixels[top : top + ICON_HEIGHT, left : left + ICON_WIDTH] = icon
    return Sprite(pixels=pixels, name="icons")


def _entry(creature: Creature) -> dict[str, Any]:
    return {
        "num": FIRST_NUMBER - creature.number + 1,
        "name": creature.name,
        "types": [kind.capitalize() for kind in creature.types],
        "genderRatio": {"M": 0.5, "F": 0.5},
        "baseStats": {STAT_NAMES[name]: value for name, value in creature.stats.items()},
        "abilities": {"0": ability_of(creature)},
        "heightm": creature.decimetres / 10,
        "weightkg": creature.hectograms / 10,
        "color": "Gray",
        "eggGroups": [egg_group_of(creature)],
        "gen": GENERATION,
    }
