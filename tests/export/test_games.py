"""Mods of games: the files and sizes that each wants, whole or not at all."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from spriteloom.errors import BadPicture, ImpossibleModel, RunError
from spriteloom.export.creatures import creatures
from spriteloom.export.games import essentials, showdown, tuxemon
from spriteloom.pixels import Sprite

from .kit import written

BATTLE = Path(__file__).parent / "battle.js"
PACKAGE = "pokemon-showdown@0.11.11"


@pytest.fixture(scope="module")
def some(tmp_path_factory):
    return creatures(written(tmp_path_factory.mktemp("sprites")), seed=1)


def read_module(path: Path) -> dict:
    return json.loads(re.sub(r"^.*?= |;\s*$", "", path.read_text(), flags=re.DOTALL))


def test_showdown_gets_its_tables_pictures_and_team(some, tmp_path):
    out = tmp_path / "mod"
    showdown.export_showdown(some, out, seed=1)
    base = out / "data" / "mods" / "spriteloom"
    pokedex, learnsets = (read_module(base / f"{name}.js") for name in ("pokedex", "learnsets"))
    assert list(pokedex) == [one.slug for one in some] == list(learnsets)
    for one in some:
        entry = pokedex[one.slug]
        assert entry["num"] < 0 and entry["gen"] == 9 and sum(entry["baseStats"].values()) == 480
        assert entry["abilities"]["0"] and entry["types"]
        for place in ("gen5", "gen5-back", "gen5-shiny", "gen5-back-shiny"):
            assert Sprite.open(out / "sprites" / place / f"{one.slug}.png").pixels.shape == (96, 96, 4)
    assert Sprite.open(out / "sprites" / "pokemonicons-sheet.png").pixels.shape == (30, 480, 4)
    assert (out / "team.txt").read_text().count("Ability: ") == len(some)
    assert {row["id"] for row in json.loads((out / "manifest.json").read_text())["creatures"]} == set(pokedex)


def test_essentials_gets_its_tree_and_its_lines(some, tmp_path):
    out = tmp_path / "game"
    essentials.export_essentials(some, out)
    for one in some:
        name = f"{one.slug.upper()}.png"
        for place in ("Front", "Back", "Front shiny", "Back shiny"):
            picture = Sprite.open(out / "Graphics" / "Pokemon" / place / name).pixels
            assert picture.shape == (192, 192, 4) and (picture[::2, ::2] == picture[1::2, 1::2]).all()
        for place in ("Icons", "Icons shiny"):
            assert Sprite.open(out / "Graphics" / "Pokemon" / place / name).pixels.shape == (64, 128, 4)
    lines = (out / "PBS" / "pokemon_spriteloom.txt").read_text()
    assert lines.count("[") == len(some)
    assert all(len(row.split(",")) == 6 for row in re.findall(r"BaseStats = (.*)", lines))


def test_tuxemon_gets_its_mod(some, tmp_path):
    out = tmp_path / "mod"
    tuxemon.export_tuxemon(some, out)
    base = out / "mods" / "spriteloom"
    for one in some:
        pictures = base / "gfx" / "sprites" / "battle"
        for view, side in (("front", 64), ("back", 64), ("menu01", 24), ("menu02", 24)):
            assert Sprite.open(pictures / f"{one.slug}-{view}.png").pixels.shape == (side, side, 4)
        monster = json.loads((base / "db" / "monster" / f"{one.slug}.json").read_text())
        assert set(monster["types"]) <= {"earth", "fire", "water", "wood", "metal"} and monster["moveset"]
    texts = (base / "l18n" / "en_US" / "LC_MESSAGES" / "base.po").read_text()
    assert all(f'msgid "{one.slug}"' in texts for one in some)


def test_our_own_reader_takes_the_mod_for_tuxemon(some, tmp_path):
    from spriteloom.data.sources import open_source

    out = tmp_path / "mod"
    tuxemon.export_tuxemon(some, out)
    source = open_source(str(out))
    assert source.name == "tuxemon"
    assert {item.species for item in source.items()} == {one.slug for one in some}


def test_a_fault_leaves_nothing_behind(some, tmp_path):
    out = tmp_path / "mod"
    with pytest.raises(ImpossibleModel, match="small letters"):
        showdown.export_showdown(some, out, mod="My Mod")
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "file").write_text("mine")
    with pytest.raises(RunError, match="is there already"):
        tuxemon.export_tuxemon(some, tmp_path / "taken")
    huge = Sprite(pixels=np.full((70, 70, 4), 255, np.uint8), name="large")
    large = [replace(some[0], front=huge)]
    with pytest.raises(BadPicture, match="larger than 64×64"):
        tuxemon.export_tuxemon(large, out)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["taken"]


@pytest.mark.network
@pytest.mark.skipif(shutil.which("npm") is None, reason="the game needs Node.js")
def test_a_battle_is_played_to_its_end(tmp_path):
    out = tmp_path / "mod"
    showdown.export_showdown(creatures(written(tmp_path / "sprites", 6), seed=2), out, seed=2)
    install = ["npm", "install", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", PACKAGE]
    subprocess.run(install, cwd=tmp_path, check=True, capture_output=True)
    shutil.copy(BATTLE, tmp_path / "battle.js")
    command = ["node", "battle.js", str(out), str(out / "team.txt")]
    played = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert played.returncode == 0, played.stderr
    assert "|win|" in played.stdout or "|tie" in played.stdout
    assert len(set(re.findall(r"switch\|p\da: ([^|]+)\|", played.stdout))) >= 3
