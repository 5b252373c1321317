"""The tables as Markdown."""

from __future__ import annotations

import re
from dataclasses import replace

from spriteloom.reproduce.chapters import chapters
from spriteloom.reproduce.in_words import markdown
from spriteloom.reproduce.orders import sentences

from .kit import HOSTILE, begun, results

BARE = re.compile(r"(?<!\\)\|")  # a pipe that parts cells


def rows(text: str) -> list[list[str]]:
    """The tables: for each, how many cells its lines have."""
    blocks = [[line for line in block.splitlines() if line.startswith("|")] for block in text.split("\n\n")]
    return [block for block in blocks if block]


def test_every_table_is_there_with_as_many_cells_in_each_line():
    text = markdown(results())
    tables = rows(text)
    grids = [grid for chapter in chapters(results()) for grid in chapter.grids]
    assert len(tables) == len(grids) + 2  # and two confusions
    for table in tables:
        assert len({len(BARE.findall(line)) for line in table}) == 1


def test_the_papers_figure_stands_in_brackets_and_the_best_is_bold():
    text = markdown(results())
    assert "| Pixel VQ-VAE HiRes | **0.00140** ± 0.00010 (0.00070) | 0.7297 ± 0.0020 (0.82967) |" in text
    assert "FID 98.575" in text and "| fire | 75 | 25 | 0 |" in text


def test_it_shows_no_picture():
    text = markdown(results())
    assert "![" not in text and "base64" not in text and "<img" not in text


def test_sentences_and_notes_are_lists():
    found = replace(results(), sentences=tuple(sentences(results())))
    text = markdown(found)
    assert all(f"- {one}" in text for one in found.sentences)
    assert "- The PixelCNN on RGB drew blank pictures." in text


def test_a_run_that_has_hardly_begun_says_what_is_missing():
    text = markdown(begun())
    assert "still to come (vae, dcgan)" in text and "not yet (0.01815)" in text
    assert "Bits per code, held-out pictures: nothing yet." in text


def test_hostile_names_break_no_table():
    bits = tuple(replace(one, label=HOSTILE + "\n|") for one in results().bits)
    odd = replace(results(), bits=bits)
    text = markdown(odd)
    assert "<script" not in text.replace("\\<script", "")
    for table in rows(text):
        assert len({len(BARE.findall(line)) for line in table}) == 1
