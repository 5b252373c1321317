"""Two rankings, and how few words tell them apart."""

from __future__ import annotations

import math

from spriteloom.reproduce.ranking import Measure, Row, close, compared, disagreements

LESS = Measure(name="MSE", paper_name="MSE")
MORE = Measure(name="SSIM", paper_name="SSIM", sign=-1)


def rows(*ours: float, spread: float | None = None) -> list[Row]:
    """Rows that the paper has in that order, least first."""
    return [Row(name="abcdefgh"[i], ours=one, paper=i + 1.0, spread=spread) for i, one in enumerate(ours)]


def test_the_same_order_has_no_disagreement_whatever_the_figures():
    assert compared(rows(1, 20, 300), LESS) == (3, [])
    assert compared(rows(1, 20, 300), MORE) == (3, [])


def test_the_first_of_a_pair_is_the_one_that_the_paper_has_ahead():
    (pair,) = compared(rows(2, 1), LESS)[1]
    assert [row.name for row in pair] == ["a", "b"]
    (pair,) = compared(rows(2, 1), MORE)[1]
    assert [row.name for row in pair] == ["b", "a"]


def test_a_tie_is_no_order_and_what_is_not_finite_no_figure():
    assert compared(rows(1, 1), LESS) == (0, [])
    assert compared(rows(1, math.nan, 2), LESS)[0] == 1


def test_one_row_out_of_place_is_one_disagreement():
    (found,) = disagreements(compared(rows(9, 1, 2, 3, 4), LESS)[1])
    assert (found.row.name, found.behind) == ("a", 1)
    assert [row.name for row in found.others] == ["b", "c", "d", "e"]
    (found,) = disagreements(compared(rows(2, 3, 4, 5, 1), LESS)[1])
    assert (found.row.name, found.behind) == ("e", -1)


def test_every_pair_is_in_one_disagreement_and_never_as_many_as_pairs():
    pairs = compared(rows(8, 7, 6, 5, 4, 3), LESS)[1]
    found = disagreements(pairs)
    told = [tuple(sorted((one.row.name, other.name))) for one in found for other in one.others]
    assert sorted(told) == sorted(tuple(sorted((a.name, b.name))) for a, b in pairs)
    assert len(pairs) == 15 and len(found) == 5


def test_chance_may_account_for_what_is_within_both_spreads():
    a, b = rows(1, 2, spread=0.8)
    assert close(a, b) is True
    a, b = rows(1, 2, spread=0.6)
    assert close(a, b) is False
    a, b = rows(1, 2)
    assert close(a, b) is None
