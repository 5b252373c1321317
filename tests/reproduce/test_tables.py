"""Tables as values and as Markdown, and figures as text."""

from __future__ import annotations

import math
import re

import pytest

from spriteloom.reproduce import texts
from spriteloom.reproduce.page import to_json
from spriteloom.reproduce.tables import Matrix, Table, cell, figure, select, table

from .kit import HOSTILE

BARE = re.compile(r"(?<!\\)\|")  # a pipe that parts cells


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.000178, "0.000178"), (0.00421, "0.00421"), (0.5, "0.500"), (123.4, "123"), (0.0, "0"), (None, "–")],
)
def test_a_small_figure_keeps_three_digits_and_has_no_exponent(value: float | None, words: str):
    assert texts.small(value) == words


@pytest.mark.parametrize("value", [math.nan, math.inf, None])
def test_what_is_not_finite_is_a_dash(value: float | None):
    written = {write(value) for write in (texts.small, texts.share, texts.fixed, texts.times)}
    assert written == {texts.DASH}


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(3.21, "3.2 s"), (59.94, "59.9 s"), (60, "1 min 0 s"), (312, "5 min 12 s"), (None, "–")],
)
def test_a_duration_reads_as_minutes_and_seconds(seconds: float | None, words: str):
    assert texts.duration(seconds) == words


@pytest.mark.parametrize(("ratio", "words"), [(1.0449, "1.04×"), (12.4, "12×"), (3400.2, "3,400×")])
def test_a_ratio_has_digits_only_where_they_matter(ratio: float, words: str):
    assert texts.times(ratio) == words


def test_an_interval_has_two_ends():
    assert texts.interval([0.0812, 0.1491]) == "0.0812 to 0.149"
    assert texts.interval([1.0, 1012.4], 0) == "1 to 1,012"
    assert texts.interval(None) == ""


def test_a_table_as_markdown_has_the_papers_figure_in_brackets_and_the_best_in_bold():
    columns = {"MSE": lambda row: cell(row["mse"], row["paper"], row["note"]), "SSIM": figure("ssim")}
    rows = [
        ("a", {"mse": "0.1", "paper": "0.2", "note": "± 0.03", "ssim": 0.9}),
        ("b", {"mse": "0.3", "paper": "", "note": ""}),
    ]
    drawn = table("Scores", "model", rows, columns).with_best([(1, "a"), (2, "b")])
    assert drawn.markdown().splitlines() == [
        "Scores:",
        "",
        "| model | MSE | SSIM |",
        "| --- | ---: | ---: |",
        "| a | **0.1** ± 0.03 (0.2) | 0.9 |",
        "| b | 0.3 | **–** |",
    ]


def test_a_figure_is_found_at_its_path_with_its_interval_beside_it():
    fd = figure("fd", "{:.1f}".format, texts.interval)
    assert fd({"fd": 2, "fd_interval": [1, 3]}) == cell("2.0", note="1.00 to 3.00")
    assert fd({"fd": None, "fd_interval": None}) == fd({}) == cell(texts.DASH)
    foreground = figure("foreground.mse")
    assert [foreground(row).text for row in ({"foreground": {"mse": 1}}, {"foreground": None}, {})] == [
        "1",
        texts.DASH,
        texts.DASH,
    ]


def test_columns_are_selected_in_order_and_pairs_may_repeat_a_head():
    columns = {"a": figure("a"), "b": figure("b"), "c": figure("c")}
    assert list(select(columns, "c | a")) == ["c", "a"]
    repeated = table("x", "", [("row", {"a": 1, "b": 2})], [("n", figure("a")), ("n", figure("b"))])
    assert "| row | 1 | 2 |" in repeated.markdown() and repeated.columns == ("", "n", "n")


def test_a_row_of_another_length_than_the_columns_is_a_mistake():
    with pytest.raises(AssertionError, match="Scores"):
        Table(title="Scores", columns=("model", "MSE"), rows=(("a", (cell("0.1"), cell("0.2"))),))


def test_confusions_are_shares_of_each_row():
    matrix = Matrix(title="Types", labels=("fire", "ice"), counts=((3, 1), (0, 0)))
    assert matrix.shares() == [("fire", [0.75, 0.25]), ("ice", [0.0, 0.0])]
    assert "| fire | 75 | 25 |" in matrix.markdown()


def test_hostile_names_break_no_table():
    text = table(HOSTILE, "model", [(HOSTILE + "\n| x |", HOSTILE)], {"MSE": str}).markdown()
    assert "<script" not in text.replace("\\<script", "")
    assert {len(BARE.findall(line)) for line in text.splitlines() if line.startswith("|")} == {3}


def test_json_has_null_for_what_is_not_finite_and_lists_for_tuples():
    assert to_json({1: (math.nan, 2.0, {"a": math.inf})}) == {"1": [None, 2.0, {"a": None}]}
