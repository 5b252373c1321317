"""Folders: labels from names, from metadata, and sheets cut by a grid."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from spriteloom.data.source import Item
from spriteloom.data.sources import open_source
from spriteloom.data.sources.folder import item_from_path
from spriteloom.errors import SourceError
from spriteloom.pixels.sprite import open_animation


def plant(place: Path, *paths: str) -> Path:
    for path in paths:
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(b"picture")
    return place


def by_path(place: Path, **options: tuple[int, int]) -> dict[str, Item]:
    source = open_source(str(place), **options)  # type: ignore[arg-type]
    items = {item.path: item for item in source.items()}
    assert len(items) == len(source)
    return items


@pytest.mark.parametrize(
    ("path", "species", "view", "form", "shiny"),
    [
        ("slime.png", "slime", "", "", False),
        ("slime-back_02.png", "slime", "back", "", False),
        ("slime-front-shiny.png", "slime", "front", "", True),
        ("green slime_menu01.png", "green slime", "icon", "", False),
        ("x/slime-female-frame3.gif", "slime", "", "female", False),
        ("slime/front.png", "slime", "front", "", False),
        ("slime/shiny/0001.png", "slime", "", "", True),
        ("slime/0001.png", "slime", "", "", False),
        ("0001.png", "0001", "", "", False),
        ("back/Shiny/0001.png", "0001", "back", "", True),
        ("shiny/slime.png", "slime", "", "", True),
        ("front.png", "mine", "front", "", False),
        ("porygon2.png", "porygon2", "", "", False),
        ("outback.png", "outback", "", "", False),
    ],
)
def test_a_name_without_metadata_says_what_it_can(
    path: str, species: str, view: str, form: str, shiny: bool
) -> None:
    item = item_from_path(path, default_species="mine")
    assert (item.species, item.view, item.form, item.shiny) == (species, view, form, shiny)


def test_only_pictures_count_and_hidden_ones_do_not(tmp_path: Path) -> None:
    plant(tmp_path, "a.png", "b.GIF", "deep/c.webp", "notes.txt", ".thumb.png", ".git/d.png")
    assert sorted(by_path(tmp_path)) == ["a.png", "b.GIF", "deep/c.webp"]


def test_metadata_csv_labels_what_it_names_and_ignores_other_columns(tmp_path: Path) -> None:
    plant(tmp_path, "a.png", "b-back.png", "c.png")
    (tmp_path / "metadata.csv").write_text(
        "file_name,species,types,shape,color,view,shiny,text,artist\n"
        'a.png,fox,"fire, ghost",legs,red,front,True,"a fox, on fire",me\n'
        "b-back.png,fox,water,,,,0,,\n"
    )
    items = by_path(tmp_path)
    fox = items["a.png"]
    assert (fox.species, fox.types, fox.shape, fox.color) == ("fox", ("fire", "ghost"), "legs", "red")
    assert (fox.view, fox.shiny, fox.text) == ("front", True, "a fox, on fire")
    assert (items["b-back.png"].types, items["b-back.png"].view, items["b-back.png"].shiny) == (
        ("water",),
        "back",
        False,
    )
    assert items["c.png"].species == "c"


@pytest.mark.parametrize("spelling", ["color", "colour"])
def test_both_spellings_of_the_color_column_are_read(spelling: str, tmp_path: Path) -> None:
    plant(tmp_path, "a.png", "b/c.png")
    (tmp_path / "metadata.csv").write_text(f"file_name,{spelling}\na.png,red\n")
    (tmp_path / "b/metadata.jsonl").write_text(json.dumps({"file_name": "c.png", spelling: "blue"}))
    assert {path: item.color for path, item in by_path(tmp_path).items()} == {
        "a.png": "red",
        "b/c.png": "blue",
    }


def test_metadata_jsonl_is_relative_to_its_own_folder(tmp_path: Path) -> None:
    plant(tmp_path, "train/a.png", "a.png")
    rows = [{"file_name": "a.png", "species": "fox", "types": ["fire"], "shiny": True, "id": 7}]
    (tmp_path / "train/metadata.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n\n")
    items = by_path(tmp_path)
    assert (items["train/a.png"].species, items["train/a.png"].types) == ("fox", ("fire",))
    assert items["a.png"].species == "a"


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        (
            "metadata.csv",
            "file_name,species\na.png,x\ngone.png,y\n",
            r"\.csv, line 3: there is no file gone\.png",
        ),
        ("metadata.csv", "name,species\na.png,x\n", r"metadata\.csv, line 2: there is no file_name"),
        ("metadata.csv", "file_name\na.png\na.png\n", r"metadata\.csv, line 3: a\.png has a row already"),
        ("metadata.jsonl", '{"file_name": "../etc/a.png"}\n', r"metadata\.jsonl, line 1: there is no file"),
        ("metadata.jsonl", '{"file_name": "a.png"}\n{oops\n', r"metadata\.jsonl, line 2: not JSON"),
        ("metadata.jsonl", "[1]\n", r"metadata\.jsonl, line 1: not an object"),
    ],
)
def test_metadata_that_does_not_fit_is_said_with_its_line(
    name: str, text: str, fault: str, tmp_path: Path
) -> None:
    plant(tmp_path, "a.png")
    (tmp_path / name).write_text(text)
    with pytest.raises(SourceError, match=fault):
        open_source(str(tmp_path))


def test_metadata_that_is_no_text_is_said(tmp_path: Path) -> None:
    plant(tmp_path, "a.png")
    (tmp_path / "metadata.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SourceError, match=r"metadata\.csv: not UTF-8"):
        open_source(str(tmp_path))


def test_the_licence_is_the_first_line_of_licence_txt(tmp_path: Path) -> None:
    plant(tmp_path, "a.png")
    assert "not known" in open_source(str(tmp_path)).licence
    (tmp_path / "LICENCE.txt").write_text("CC0\n\nand so on")
    assert open_source(str(tmp_path)).licence == "CC0"


def sheet(place: Path) -> Path:
    """2 rows, 3 columns of 4×5 cells and a rest: an empty cell, a flat one, four with something in."""
    pixels = np.zeros((11, 13, 4), np.uint8)
    for row, column in ((0, 0), (0, 2), (1, 0), (1, 1)):
        pixels[row * 5 + 1, column * 4 + 1] = (10 * row, 10 * column, 99, 255)
    pixels[5:10, 8:12] = (7, 7, 7, 255)
    pixels[0:5, 4:8, :3] = np.arange(20).reshape(5, 4, 1)  # color under alpha 0 is nothing to see
    place.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(place)
    return place


def test_a_sheet_is_cut_into_its_cells_that_are_not_empty(tmp_path: Path) -> None:
    sheet(tmp_path / "deep/hero.png")
    items = by_path(tmp_path, grid=(4, 5))
    names = ["deep/hero-r00c00", "deep/hero-r00c02", "deep/hero-r01c00", "deep/hero-r01c01"]
    assert list(items) == [f"{name}.png" for name in names]
    assert [item.species for item in items.values()] == names
    cell = open_animation(items["deep/hero-r01c01.png"].data).frames[0].pixels
    assert cell.shape == (5, 4, 4)
    assert cell[1, 1].tolist() == [10, 10, 99, 255]


def test_a_species_in_the_metadata_keeps_the_cells_of_a_sheet_together(tmp_path: Path) -> None:
    sheet(tmp_path / "hero.png")
    (tmp_path / "metadata.csv").write_text("file_name,species\nhero.png,knight\n")
    assert {item.species for item in by_path(tmp_path, grid=(4, 5)).values()} == {"knight"}


def test_a_sheet_that_is_no_picture_is_handed_on_and_stops_nothing(tmp_path: Path) -> None:
    sheet(tmp_path / "hero.png")
    (tmp_path / "bad.png").write_bytes(b"text")
    items = by_path(tmp_path, grid=(4, 5))
    assert len(items) == 5
    assert items["bad.png"].data == b"text"


def test_a_grid_that_cannot_be_is_refused(tmp_path: Path) -> None:
    sheet(tmp_path / "hero.png")
    with pytest.raises(SourceError, match="cells are at least 1×1"):
        open_source(str(tmp_path), grid=(0, 5))
    with pytest.raises(SourceError, match="a grid cuts sheets"):
        open_source("pokeapi", grid=(4, 5))
    with pytest.raises(SourceError, match="a grid cuts sheets"):
        open_source(f"crawl:{tmp_path}", grid=(4, 5))


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="there are no pictures in it"):
        open_source(str(tmp_path))


def test_a_name_that_is_almost_a_source_is_told_which(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        SourceError, match=r"sources are pokeapi, pokesprite, nouns, procedural; did you mean nouns\?"
    ):
        open_source("noun")
    with pytest.raises(SourceError, match=r"gone/sprites: no such folder"):
        open_source("gone/sprites")
