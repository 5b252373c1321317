from __future__ import annotations

import math

import pytest

from spriteloom.report import numbers


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.000178, "0.000178"), (0.00421, "0.00421"), (0.5, "0.500"), (123.4, "123"), (0.0, "0"), (None, "–")],
)
def test_a_small_figure_keeps_three_digits_and_has_no_exponent(value: float | None, words: str):
    assert numbers.small(value) == words


@pytest.mark.parametrize("value", [math.nan, math.inf, None])
def test_what_is_not_finite_is_a_dash(value: float | None):
    found = {write(value) for write in (numbers.small, numbers.share, numbers.fixed, numbers.times)}
    assert found == {numbers.DASH}


@pytest.mark.parametrize(
    ("seconds", "words"), [(3.21, "3.2 s"), (59.94, "59.9 s"), (60, "1 min 0 s"), (312, "5 min 12 s")]
)
def test_a_duration_reads_as_minutes_and_seconds(seconds: float, words: str):
    assert numbers.duration(seconds) == words


@pytest.mark.parametrize(("ratio", "words"), [(1.0449, "1.04×"), (12.4, "12×"), (3400.2, "3,400×")])
def test_a_ratio_has_digits_only_where_they_matter(ratio: float, words: str):
    assert numbers.times(ratio) == words
