"""The cheapest assignment is the cheapest there is."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from spriteloom.editing.assignment import cheapest


@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (4, 6), (6, 6)])
def test_no_other_is_cheaper(shape: tuple[int, int]) -> None:
    chance = np.random.default_rng(sum(shape))
    rows = np.arange(shape[0])
    for _ in range(20):
        cost = chance.integers(-9, 10, shape).astype(float)
        found = cheapest(cost)
        assert len(set(found.tolist())) == shape[0]
        assert cost[rows, found].sum() == min(
            cost[rows, list(p)].sum() for p in permutations(range(shape[1]), shape[0])
        )


def test_it_is_that_of_scipy_for_many() -> None:
    scipy = pytest.importorskip("scipy.optimize")
    cost = np.random.default_rng(1).random((60, 90))
    assert np.array_equal(cheapest(cost), scipy.linear_sum_assignment(cost)[1])


def test_greed_would_fail_here() -> None:
    assert cheapest(np.array([[0.0, 1.0], [1.0, 9.0]])).tolist() == [1, 0]


def test_no_rows_need_no_columns_and_too_many_are_refused() -> None:
    assert cheapest(np.zeros((0, 3))).tolist() == []
    with pytest.raises(ValueError, match="3 rows"):
        cheapest(np.zeros((3, 2)))
