"""The page: whole in one file, every part drawn, and nothing in it taken for markup that is not."""

from __future__ import annotations

import json
from base64 import b64decode
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from spriteloom.errors import RunError
from spriteloom.pixels import Sprite
from spriteloom.reproduce.charts import dots
from spriteloom.reproduce.page import Page, Part, write
from spriteloom.reproduce.pictures import Gallery, gallery, picture
from spriteloom.reproduce.tables import Matrix, cell, table

from .kit import HOSTILE, Reader

CHANCE = np.random.default_rng(0)
RGB = CHANCE.integers(0, 256, (3, 6, 6, 3), dtype=np.uint8)
PAIRS = CHANCE.integers(0, 256, (2, 2, 6, 6, 4), dtype=np.uint8)
SPRITE = Sprite(pixels=CHANCE.integers(0, 256, (5, 4, 4), dtype=np.uint8), name="a", species="a")


def page(name: str = "a & b", template: str = "pokemon-vae") -> Page:
    """A page of the second paper's template, every kind of part in it."""
    parts: dict[str, Part] = {
        "reconstruction": table(name, "model", [(name, name)], {name: lambda text: cell(text, text, text)}),
        "pixel_art": Matrix(title=name, labels=(name, "ice"), counts=((3, 1), (0, 2))),
        "steering": dots(name, {"row": {"ours": 0.1, "kmeans": 0.01}}, {"ours": name}),
        "figure1": gallery("compared", name, {name: RGB}),
        "samples": gallery("pairs", name, {name: PAIRS}, name),
        "between": gallery("heaps", name, {name: RGB}, name),
        "speed": Gallery(kind="shelf", title="four", rows=[("", [picture(SPRITE, name, name)])]),
        "generation": Gallery(kind="hero", rows=[("", [picture(SPRITE, name)])]),
        "models": Gallery(kind="steps", rows=[("", [picture(SPRITE, name), picture(SPRITE, name)])]),
    }
    machine = {"cores": 2, "processor": name, "precision": "32-true"}
    data = {"source": name, "licence": name, "instead_of": name, "species": {"train": 3, "test": 1}}
    return Page(
        name=template,
        figures={"a": 1},
        setting={"command": name, **machine, **data},
        parts=parts,
        sentences=[name],
    )


@pytest.fixture(scope="module")
def text() -> str:
    return page().html()


def test_every_tag_is_closed_in_order(text: str):
    assert Reader(text).open == [] and text.startswith("<!doctype html>")


def test_it_needs_no_other_file_and_no_script(text: str):
    tags = Reader(text).tags
    assert not {"script", "link", "iframe", "object"} & {tag for tag, _ in tags}
    sources = [attributes["src"] for _, attributes in tags if "src" in attributes]
    assert sources and all(source and source.startswith("data:image/png;base64,") for source in sources)
    assert [attributes["href"] for _, attributes in tags if "href" in attributes] == ["results.json"]
    assert "@import" not in text and "url(" not in text.replace("url(#", "")


def test_every_picture_is_there_exactly_and_has_words_and_a_whole_scale(text: str):
    shown = [attributes for tag, attributes in Reader(text).tags if tag == "img"]
    sprite = SPRITE.pixels
    rgba = [*RGB, sprite, *PAIRS.reshape(-1, 6, 6, 4), *RGB, sprite, sprite, sprite]
    assert len(shown) == len(rgba)
    for attributes, pixels in zip(shown, rgba, strict=True):
        data = b64decode((attributes["src"] or "").partition(",")[2])
        assert (
            np.asarray(Image.open(BytesIO(data)).convert("RGBA"))[..., : pixels.shape[-1]] == pixels
        ).all()
        style = dict(part.split(":") for part in (attributes["style"] or "").split(";"))
        assert attributes["alt"] and all(int(value) >= 1 for value in style.values())


def test_confusions_are_maps_of_shares(text: str):
    cells = [attributes for _, attributes in Reader(text).tags if "--v" in (attributes.get("style") or "")]
    assert [one["style"] for one in cells] == ["--v:0.750", "--v:0.250", "--v:0.000", "--v:1.000"]
    assert cells[1]["title"] == "a & b taken for ice: 25 %" and cells[0]["class"] == "hit"


def test_every_row_of_a_table_has_as_many_cells_as_its_head(text: str):
    tables = text.split('class="beside">')[1:]
    assert len(tables) == 1
    rows = tables[0].partition("</table>")[0].split("<tr>")[1:]
    assert len(rows) == 2 and len({row.count("<th ") + row.count("<td>") for row in rows}) == 1


def test_hostile_names_stay_words():
    text = page(HOSTILE).html()
    read = Reader(text)
    assert read.open == [] and "<script" not in text
    assert sum(HOSTILE in words for words in read.words) >= 15
    assert any((attributes.get("alt") or "").startswith(HOSTILE) for _, attributes in read.tags)


def test_the_text_has_words_and_tables_and_no_picture():
    text = page("name").markdown()
    assert (
        "- name\n" in text
        and "- machine: 2 cores, name; 32-true" in text
        and "| name | name name (name) |" in text
        and "| name | 75 | 25 |" in text
    )
    assert "![" not in text and "base64" not in text and "<img" not in text


def test_three_files_are_written_whole(tmp_path: Path):
    write(page(), tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"index.html", "results.json", "results.md"}
    assert (tmp_path / "index.html").read_text(encoding="utf-8") == page().html()
    assert json.loads((tmp_path / "results.json").read_text(encoding="utf-8")) == {"a": 1}


def test_a_folder_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(RunError, match="nowhere"):
        write(page(), tmp_path / "nowhere")
