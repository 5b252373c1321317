"""Layouts: what each collection's paths and data say of its pictures, on tiny look-alikes made here."""

import io
import json
import tarfile
from pathlib import Path

import numpy as np
import pytest

from spriteloom.data.source import Item
from spriteloom.data.sources import nouns, open_source
from spriteloom.data.sources.games import parse_messages
from spriteloom.errors import SourceError
from spriteloom.pixels.sprite import open_animation

ANIMATED = "package/sprites/pokemon/versions/generation-v/black-white/animated"
POKEAPI = {
    "package/package.json": b"{}",
    f"{ANIMATED}/25.gif": b"pika",
    f"{ANIMATED}/back/shiny/female/25.gif": b"chu",
    f"{ANIMATED}/479-heat.gif": b"oven",
    f"{ANIMATED}/shiny/10008.gif": b"shiny oven",
    f"{ANIMATED}/substitute.gif": b"doll",
    "package/sprites/pokemon/other/dream-world/25.svg": b"<svg/>",
}


def tar(place: Path, files: dict[str, bytes]) -> str:
    with tarfile.open(place, "w:gz") as archive:
        for path, data in files.items():
            header = tarfile.TarInfo(path)
            header.size = len(data)
            archive.addfile(header, io.BytesIO(data))
    return str(place)


def plant(place: Path, files: dict[str, bytes]) -> str:
    for path, data in files.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(data)
    return str(place)


def by_path(spec: str, **options: int) -> dict[str, Item]:
    source = open_source(spec, **options)  # type: ignore[arg-type]
    items = {item.path: item for item in source.items()}
    assert len(items) == len(source)
    return items


def test_pokeapi_is_the_animated_sprites_with_their_facts(tmp_path: Path) -> None:
    items = by_path(tar(tmp_path / "it.tgz", POKEAPI))
    assert sorted(items) == ["25.gif", "479-heat.gif", "back/shiny/female/25.gif", "shiny/10008.gif"]
    pika = items["25.gif"]
    assert (pika.species, pika.types, pika.shape, pika.color) == (
        "pikachu",
        ("electric",),
        "quadruped",
        "yellow",
    )
    assert (pika.data, pika.view, pika.form, pika.shiny, pika.canvas) == (b"pika", "front", "", False, 96)
    female = items["back/shiny/female/25.gif"]
    assert (female.species, female.view, female.form, female.shiny) == ("pikachu", "back", "female", True)


def test_pokeapi_forms_stay_with_their_species_and_have_their_own_types(tmp_path: Path) -> None:
    items = by_path(plant(tmp_path / "checkout", POKEAPI))
    for path in ("479-heat.gif", "shiny/10008.gif"):
        item = items[path]
        assert (item.species, item.form, item.types) == ("rotom", "heat", ("electric", "fire"))


GAMES = {
    "sprites/pokemon/versions/generation-iv/platinum/25.png": b"1",
    "sprites/pokemon/versions/generation-v/black-white/back/shiny/female/25.png": b"2",
    "sprites/pokemon/versions/generation-vi/x-y/479-heat.png": b"3",
    "sprites/pokemon/versions/generation-vii/ultra-sun-ultra-moon/shiny/25.png": b"",
    "sprites/pokemon/versions/generation-vii/icons/25.png": b"an icon",
    "sprites/pokemon/versions/generation-iii/emerald/25.png": b"another style",
    "sprites/pokemon/25.png": b"of no game",
}


def test_the_games_of_generations_iv_to_vii_are_one_source(tmp_path: Path) -> None:
    items = by_path(plant(tmp_path / "checkout", GAMES))
    assert sorted(item.data for item in items.values()) == [b"", b"1", b"2", b"3"]
    assert {item.species for item in items.values()} == {"pikachu", "rotom"}
    female = items["generation-v/black-white/back/shiny/female/25.png"]
    assert (female.view, female.form, female.shiny) == ("back", "female", True)


def test_of_a_whole_checkout_the_games_are_taken_by_name(tmp_path: Path) -> None:
    place = plant(tmp_path / "checkout", GAMES | POKEAPI)
    assert open_source(place).name == "pokeapi"
    assert open_source(f"pokeapi-games:{place}").name == "pokeapi-games"


DEX = {
    "122": {"slug": {"eng": "mr-mime"}, "gen-8": {"forms": {"$": {}, "galar": {}}}},
    "555": {"slug": {"eng": "darmanitan"}, "gen-8": {"forms": {"galar": {}}}},
}
POKESPRITE = {
    "package/data/pokemon.json": json.dumps(DEX).encode(),
    "package/pokemon-gen8/regular/mr-mime.png": b"1",
    "package/pokemon-gen8/shiny/mr-mime-galar.png": b"2",
    "package/pokemon-gen8/regular/female/mr-mime.png": b"3",
    "package/pokemon-gen8/regular/darmanitan-galar.png": b"4",
    "package/items/ball/poke.png": b"no creature",
}


def test_pokesprite_reads_species_and_forms_from_the_packages_own_dex(tmp_path: Path) -> None:
    items = by_path(tar(tmp_path / "it.tgz", POKESPRITE))
    known = {path: (item.species, item.form, item.types, item.shiny) for path, item in items.items()}
    assert known == {
        "regular/mr-mime.png": ("mr-mime", "", ("psychic", "fairy"), False),
        "shiny/mr-mime-galar.png": ("mr-mime", "galar", ("ice", "psychic"), True),
        "regular/female/mr-mime.png": ("mr-mime", "female", ("psychic", "fairy"), False),
        "regular/darmanitan-galar.png": ("darmanitan", "galar", ("ice",), False),
    }
    assert {item.view for item in items.values()} == {"icon"}


@pytest.mark.parametrize("dex", [b"{", b"[1]", b'{"1": {"gen-8": {"forms": {"$": {}}}}}'])
def test_pokesprite_with_a_damaged_dex_says_so(dex: bytes, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"data/pokemon\.json is not"):
        open_source(tar(tmp_path / "it.tgz", POKESPRITE | {"package/data/pokemon.json": dex}))


ROCKY = '{"slug": "rocky", "types": ["earth", "fire"], "shape": "blob"}'
BATTLE = "tuxemon/mods/tuxemon/gfx/sprites/battle"
PO = """msgid ""
msgstr "Language: en\\n"

# a comment
msgid "rocky"
msgstr "Rocky"

msgid "rocky_description"
msgstr ""
"It says \\"hi\\"\\n"
"twice."
"""
TUXEMON = {
    f"{BATTLE}/rocky-front.png": b"f",
    f"{BATTLE}/rocky-back.png": b"b",
    f"{BATTLE}/rocky-menu01.png": b"m",
    f"{BATTLE}/torn-front.png": b"t",
    f"{BATTLE}/missing.png": b"?",
    "tuxemon/mods/tuxemon/db/monster/rocky.json": ROCKY.encode(),
    "tuxemon/mods/tuxemon/db/monster/torn.json": b'{"slug": ',
    "tuxemon/mods/tuxemon/l18n/en_US/LC_MESSAGES/base.po": PO.encode(),
}


def test_tuxemon_joins_pictures_with_monsters_and_texts(tmp_path: Path) -> None:
    items = by_path(tar(tmp_path / "it.tgz", TUXEMON))
    views = {
        "rocky-back.png": "back",
        "rocky-front.png": "front",
        "rocky-menu01.png": "icon",
        "torn-front.png": "front",
    }
    assert {path: item.view for path, item in items.items()} == views
    rocky = items["rocky-front.png"]
    assert (rocky.species, rocky.types, rocky.shape) == ("rocky", ("earth", "fire"), "blob")
    assert rocky.text == 'It says "hi" twice.'


def test_a_damaged_monster_leaves_a_picture_without_labels(tmp_path: Path) -> None:
    torn = by_path(plant(tmp_path, TUXEMON))["torn-front.png"]
    assert (torn.species, torn.types, torn.text, torn.data) == ("torn", (), "", b"t")


def test_messages_are_joined_and_unescaped() -> None:
    assert parse_messages(PO) == {
        "": "Language: en\n",
        "rocky": "Rocky",
        "rocky_description": 'It says "hi"\ntwice.',
    }


CRAWL = {
    "crawl/source/rltiles/mon/animals/worker_ant2.png": b"1",
    "crawl/source/rltiles/mon/animals/worker_ant.png": b"2",
    "crawl/source/rltiles/dngn/floor/item/mesh_0.png": b"3",
    "crawl/source/rltiles/item/ring/i-fire.png": b"4",
    "crawl/source/rltiles/mon/dc-mon.txt": b"text",
    "crawl/logo.png": b"no tile",
}


def test_crawl_takes_labels_from_paths(tmp_path: Path) -> None:
    items = by_path(tar(tmp_path / "it.tgz", CRAWL))
    assert {path: (item.species, item.text) for path, item in items.items()} == {
        "mon/animals/worker_ant2.png": ("worker_ant", "monster animals worker ant"),
        "mon/animals/worker_ant.png": ("worker_ant", "monster animals worker ant"),
        "dngn/floor/item/mesh_0.png": ("mesh", "dungeon floor item mesh"),
        "item/ring/i-fire.png": ("i-fire", "item ring i fire"),
    }


def test_a_prefix_takes_the_layout_as_said(tmp_path: Path) -> None:
    place = tar(tmp_path / "it.tgz", CRAWL)
    assert len(open_source(f"folder:{place}")) == 5
    with pytest.raises(SourceError, match="nothing in the layout of tuxemon"):
        open_source(f"tuxemon:{place}")


# A 2×2 square of color 1 with a hole, at row 3, column 5; and a bar of color 2 over its upper row.
SQUARE, BAR = "0x00" + "03070405" + "0301" + "0100", "0x00" + "03070305" + "0202"
NOTHING = "0x0000000000"


def part(name: str, code: str) -> dict[str, str]:
    return {"filename": name, "data": code}


PARTS = {
    "palette": ["", "ff0000", "00ff00"],
    "images": {
        "bodies": [part("body-red-square", SQUARE), part("body-bare", NOTHING)],
        "accessories": [part("accessory-none", NOTHING)],
        "heads": [part("head-bar", BAR), part("head-gone", NOTHING)],
        "glasses": [part("glasses-none", NOTHING)],
    },
}


def parts(tmp_path: Path) -> str:
    return tar(tmp_path / "nouns.tgz", {"package/dist/image-data.json": json.dumps(PARTS).encode()})


def test_a_part_decodes_to_its_rectangle() -> None:
    square = nouns.decode(SQUARE)
    assert square.shape == (32, 32)
    assert square[3:5, 5:7].tolist() == [[1, 1], [1, 0]]
    assert np.count_nonzero(square) == 3


def test_nouns_are_composed_from_the_bottom_up(tmp_path: Path) -> None:
    items = by_path(parts(tmp_path), n=4)
    assert {(item.species, item.text) for item in items.values()} == {
        (head, f"{head} head, none glasses, {body} body, none on it")
        for head in ("bar", "gone")
        for body in ("red square", "bare")
    }
    both = next(item for item in items.values() if "bar head" in item.text and "red square" in item.text)
    pixels = open_animation(both.data).frames[0].pixels
    red, green, clear = [255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 0, 0]
    assert pixels.shape == (32, 32, 4)
    assert pixels[3:5, 5:7].tolist() == [[green, green], [red, clear]]


def test_nouns_are_the_same_for_the_same_seed_and_never_twice(tmp_path: Path) -> None:
    place = parts(tmp_path)
    first, again = (list(open_source(place, n=3, seed=5).items()) for _ in range(2))
    assert first == again
    assert len({item.text for item in first}) == 3
    assert any(list(open_source(place, n=3, seed=seed).items()) != first for seed in range(9))


def test_more_nouns_than_the_parts_make_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="5 pictures requested, the parts make 4"):
        list(open_source(parts(tmp_path), n=5).items())


def test_damaged_parts_are_said(tmp_path: Path) -> None:
    place = tar(tmp_path / "nouns.tgz", {"package/dist/image-data.json": b'{"palette": []}'})
    with pytest.raises(SourceError, match=r"image-data\.json does not hold the parts of Nouns"):
        list(open_source(place).items())
