"""Tables as values and as Markdown, and figures as text."""

from __future__ import annotations

import math
import re

import pytest

from spriteloom.reproduce import tables
from spriteloom.reproduce.page import to_json
from spriteloom.reproduce.tables import Matrix, cell, mark_best, table

from .kit import HOSTILE

BARE = re.compile(r"(?<!\\)\|")  # a pipe that parts cells


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.000178, "0.000178"), (0.00421, "0.00421"), (0.5, "0.500"), (123.4, "123"), (0.0, "0"), (None, "–")],
)
def test_a_small_figure_keeps_three_digits_and_has_no_exponent(value: float | None, words: str):
    assert tables.small(value) == words


@pytest.mark.parametrize("value", [math.nan, math.inf, None])
def test_what_is_not_finite_is_a_dash(value: float | None):
    texts = {write(value) for write in (tables.small, tables.share, tables.fixed, tables.times)}
    assert texts == {tables.DASH}


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(3.21, "3.2 s"), (59.94, "59.9 s"), (60, "1 min 0 s"), (312, "5 min 12 s"), (None, "–")],
)
def test_a_duration_reads_as_minutes_and_seconds(seconds: float | None, words: str):
    assert tables.duration(seconds) == words


@pytest.mark.parametrize(("ratio", "words"), [(1.0449, "1.04×"), (12.4, "12×"), (3400.2, "3,400×")])
def test_a_ratio_has_digits_only_where_they_matter(ratio: float, words: str):
    assert tables.times(ratio) == words


def test_an_interval_has_two_ends():
    assert tables.interval([0.0812, 0.1491]) == "0.0812 to 0.149"
    assert tables.interval([1.0, 1012.4], 0) == "1 to 1,012"
    assert tables.interval(None) == ""


def test_a_table_as_markdown_has_the_papers_figure_in_brackets_and_the_best_in_bold():
    drawn = table(
        "Scores", ["model", "MSE", "SSIM"], [("a", [cell("0.1", "0.2", "± 0.03"), "0.9"]), ("b", ["0.3", ""])]
    )
    assert mark_best(drawn, [(1, "a"), (2, "b")]).markdown().splitlines() == [
        "Scores:",
        "",
        "| model | MSE | SSIM |",
        "| --- | ---: | ---: |",
        "| a | **0.1** ± 0.03 (0.2) | 0.9 |",
        "| b | 0.3 | **–** |",
    ]


def test_a_row_of_another_length_than_the_columns_is_a_mistake():
    with pytest.raises(AssertionError, match="Scores"):
        table("Scores", ["model", "MSE"], [("a", ["0.1", "0.2"])])


def test_confusions_are_shares_of_each_row():
    matrix = Matrix(title="Types", labels=("fire", "ice"), counts=((3, 1), (0, 0)))
    assert matrix.shares() == [("fire", [0.75, 0.25]), ("ice", [0.0, 0.0])]
    assert "| fire | 75 | 25 |" in matrix.markdown()


def test_hostile_names_break_no_table():
    text = table(HOSTILE, ["model", "MSE"], [(HOSTILE + "\n| x |", [HOSTILE])]).markdown()
    assert "<script" not in text.replace("\\<script", "")
    assert {len(BARE.findall(line)) for line in text.splitlines() if line.startswith("|")} == {3}


def test_json_has_null_for_what_is_not_finite_and_lists_for_tuples():
    assert to_json({1: (math.nan, 2.0, {"a": math.inf})}) == {"1": [None, 2.0, {"a": None}]}
