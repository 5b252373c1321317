"""The page: well formed, whole in one file, and nothing in it is taken for markup that is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from spriteloom.report.demo import PAGE
from spriteloom.report.page import page

from .kit import HOSTILE, Made, Reader


@pytest.fixture(scope="module")
def text(made: Made) -> str:
    return (made.out / PAGE).read_text(encoding="utf-8")


def test_every_tag_is_closed_in_order(text: str):
    assert Reader(text).open == []
    assert text.startswith("<!doctype html>")


def test_it_needs_no_other_file_and_no_script(text: str):
    tags = Reader(text).tags
    assert not {"script", "link", "iframe", "object"} & {tag for tag, _ in tags}
    sources = [attributes["src"] for _, attributes in tags if "src" in attributes]
    assert sources and all(source and source.startswith("data:image/png;base64,") for source in sources)
    assert [attributes["href"] for _, attributes in tags if "href" in attributes] == ["results.json"]
    assert "url(" not in text and "@import" not in text


def test_every_picture_has_words_and_a_whole_scale(text: str):
    for tag, attributes in Reader(text).tags:
        if tag == "img":
            style = dict(part.split(":") for part in (attributes["style"] or "").split(";"))
            assert attributes["alt"] and all(int(value) >= 1 for value in style.values())


def test_every_row_of_a_table_has_as_many_cells_as_its_head(text: str):
    tables = text.split("<table>")[1:]
    assert len(tables) == 6
    for table in tables:
        rows = table.partition("</table>")[0].split("<tr>")[1:]
        assert len({row.count("<th ") + row.count("<td>") for row in rows}) == 1


def test_it_says_whose_art_it_shows_and_why_it_is_not_what_was_asked_for(text: str, made: Made):
    words = " ".join(Reader(text).words)
    assert made.figures.setting.licence in words and HOSTILE in words


def test_it_shows_what_was_run_and_how_little_of_the_papers_epochs(text: str, made: Made):
    words = " ".join(Reader(text).words)
    assert made.figures.setting.command in words
    assert words.count("of its 25") == 3


def test_hostile_names_stay_words(made: Made):
    name = '"><script>alert(1)</script>&amp;'
    shown = [replace(one, sprite=replace(one.sprite, species=name, name=name)) for one in made.gallery.shown]
    front = [replace(sprite, name=name) for sprite in made.gallery.front]
    setting = replace(made.figures.setting, source=name, licence=name, command=name, processor=name)
    hostile = page(
        replace(made.figures, setting=setting), replace(made.gallery, shown=tuple(shown), front=tuple(front))
    )
    read = Reader(hostile)
    assert read.open == [] and "<script" not in hostile
    assert any(attributes.get("alt") == name for _, attributes in read.tags)
    assert any(name in words for words in read.words)
