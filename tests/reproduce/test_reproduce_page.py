"""The page: whole in one file, every table and picture on it, and nothing taken for markup that is not."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from spriteloom.errors import RunError
from spriteloom.reproduce.chapters import chapters
from spriteloom.reproduce.orders import sentences
from spriteloom.reproduce.page import PAGE, RESULTS, page, write
from spriteloom.reproduce.results import Confusion, Plates, Results

from .kit import HOSTILE, Reader, begun, conditioning, plates, results


def whole() -> Results:
    return replace(results(), sentences=tuple(sentences(results())))


@pytest.fixture(scope="module")
def text() -> str:
    return page(whole(), plates())


def test_every_tag_is_closed_in_order(text: str):
    assert Reader(text).open == []


def test_it_needs_no_other_file_and_no_script(text: str):
    tags = Reader(text).tags
    assert not {"script", "link", "iframe", "object"} & {tag for tag, _ in tags}
    sources = [attributes["src"] for _, attributes in tags if "src" in attributes]
    assert sources and all(source and source.startswith("data:image/png;base64,") for source in sources)
    assert [attributes["href"] for _, attributes in tags if "href" in attributes] == [RESULTS]
    assert "url(" not in text and "@import" not in text


def test_every_table_and_every_cell_is_on_it(text: str):
    words = set(Reader(text).words)
    for chapter in chapters(whole()):
        assert chapter.title in words
        for grid in chapter.grids:
            assert grid is not None and grid.title in words
            for name, cells in grid.rows:
                assert name in words
                for one in cells:
                    assert one.ours in words or not one.ours
                    assert not one.paper or f"paper {one.paper}" in words
                    assert not one.note or one.note in words


def test_tables_1_to_8_and_figure_2_are_named(text: str):
    words = " ".join(Reader(text).words)
    assert all(f"Table {n}." in words for n in range(1, 9)) and "Figure 2." in words


def test_every_row_of_a_table_has_as_many_cells_as_its_head(text: str):
    tables = text.split('class="beside">')[1:]
    assert len(tables) == 12
    for table in tables:
        rows = table.partition("</table>")[0].split("<tr>")[1:]
        assert len({row.count("<th ") + row.count("<td>") for row in rows}) == 1


def test_every_picture_is_there_exactly_and_has_words(text: str):
    shown = [attributes for tag, attributes in Reader(text).tags if tag == "img"]
    found = plates()
    groups = [found.table1, found.table7, found.table4, found.figure2, found.neighbours, found.table6]
    given = [
        one.reshape(-1, *one.shape[-3:])[i]
        for group in groups
        for one in group.values()
        for i in range(int(np.prod(one.shape[:-3])))
    ]
    assert len(shown) == len(given)
    for attributes, pixels in zip(shown, given, strict=True):
        assert attributes["alt"]
        data = b64decode((attributes["src"] or "").partition(",")[2])
        again = np.asarray(Image.open(BytesIO(data)).convert("RGBA"))[..., : pixels.shape[-1]]
        assert (again == pixels).all()


def test_confusions_are_maps_of_shares(text: str):
    warm = [attributes for tag, attributes in Reader(text).tags if "--v" in (attributes.get("style") or "")]
    assert len(warm) == 9 + 4
    assert warm[0]["style"] == "--v:0.750" and warm[0]["title"] == "fire taken for fire: 75 %"


def test_labels_that_no_set_names_have_no_map():
    odd = replace(conditioning(), confusion_shapes=Confusion(labels=(), counts=()))
    words = Reader(page(replace(whole(), conditioning=(odd,)), plates())).words
    assert "Types, our masked U-Net" in words and "Shapes, our masked U-Net" not in words


def test_what_was_said_and_noted_is_on_it(text: str):
    words = Reader(text).words
    assert sentences(results()) and set(sentences(results())) <= set(words)
    assert results().notes[0] in words and results().command in words


def test_a_run_that_has_hardly_begun_shows_what_is_there_and_what_is_not():
    read = Reader(page(begun(), Plates()))
    words = " ".join(read.words)
    assert read.open == [] and "0.0215" in words
    assert "not finished: 2 trainings still to come (vae, dcgan)" in words
    assert words.count("not yet") > 20
    for title in ("Table 1.", "Table 4.", "Table 6.", "Table 7.", "Figure 2."):
        assert any(one.startswith(title) and one.endswith("no pictures yet.") for one in read.words)
    assert "Bits per code, held-out pictures: nothing yet." in words


def test_hostile_names_stay_words():
    odd = whole()
    odd = replace(
        odd,
        command=HOSTILE,
        data=replace(odd.data, source=HOSTILE, licence=HOSTILE),
        sentences=(HOSTILE,),
        notes=(HOSTILE,),
        bits=tuple(replace(one, label=HOSTILE, note=HOSTILE) for one in odd.bits),
        conditioning=(replace(conditioning(), label=HOSTILE),),
    )
    shown = plates()
    text = page(odd, replace(shown, figure2={HOSTILE: shown.figure2["VAE"]}, table4_choice=HOSTILE))
    read = Reader(text)
    assert read.open == [] and "<script" not in text
    assert HOSTILE in read.words
    assert any((attributes.get("alt") or "").startswith(HOSTILE) for _, attributes in read.tags)


def test_both_files_are_written_whole(tmp_path: Path):
    folder = tmp_path / "new" / "folder"
    write(whole(), plates(), folder)
    assert {path.name for path in folder.iterdir()} == {PAGE, RESULTS}
    assert (folder / PAGE).read_text(encoding="utf-8") == page(whole(), plates())
    found = json.loads((folder / RESULTS).read_text(encoding="utf-8"))
    assert Results.from_json(found) == whole()


def test_a_folder_that_cannot_be_is_named(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="file"):
        write(whole(), plates(), tmp_path / "file")
