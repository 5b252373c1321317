"""Agreement with an artist: counted by hand, and with intervals over species."""

from __future__ import annotations

import numpy as np
import pytest

from spriteloom.errors import DataError
from spriteloom.metrics.recoloring import NEAR, Agreement, agreement, mean_agreement
from spriteloom.pixels.oklab import to_rgb


def greys(*values: int) -> np.ndarray:
    """One row of RGB greys, (1, n, 3)."""
    return np.repeat(np.array(values, np.uint8)[None, :, None], 3, axis=2)


def of(value: float) -> Agreement:
    return Agreement(exact=value, near=value, error=1 - value)


def test_by_hand() -> None:
    truth, guess = greys(0, 255, 128, 7), greys(0, 0, 129, 200)
    found = agreement(guess, truth, np.array([[True, True, True, False]]))
    assert found.exact == pytest.approx(1 / 3) and found.near == pytest.approx(2 / 3)
    assert found.error == pytest.approx((0 + 1 + 0.003) / 3, abs=1e-3)


def test_near_ends_at_its_distance() -> None:
    grey = to_rgb(np.array([[[0.5, 0.0, 0.0]]]))
    for factor, near in ((0.9, 1.0), (1.1, 0.0)):
        moved = to_rgb(np.array([[[0.5 + NEAR * factor, 0.0, 0.0]]]))
        assert agreement(moved, grey, np.ones((1, 1), bool)).near == near


def test_alpha_is_not_color() -> None:
    a = np.array([[[1, 2, 3, 255]]], np.uint8)
    assert agreement(a, a[..., :3], np.ones((1, 1), bool)) == Agreement(exact=1, near=1, error=0)


def test_a_species_of_many_forms_is_one_vote() -> None:
    found = mean_agreement([of(1), of(1), of(1), of(0)], ["unown"] * 3 + ["mew"])
    assert found.exact.value == 0.5 and found.error.value == 0.5
    assert found.exact.low == 0 and found.exact.high == 1  # two species say little


def test_the_interval_is_that_of_a_mean() -> None:
    values = np.random.default_rng(0).uniform(0, 1, 100)
    found = mean_agreement([of(v) for v in values], [str(i) for i in range(100)]).exact
    half = 1.96 * values.std() / 10
    assert (found.high - found.low) / 2 == pytest.approx(half, rel=0.05)
    assert (found.low + found.high) / 2 == pytest.approx(values.mean(), abs=0.005)


def test_what_cannot_be_measured_is_said() -> None:
    with pytest.raises(DataError, match="no pixel to compare"):
        agreement(greys(1), greys(1), np.zeros((1, 1), bool))
    with pytest.raises(ValueError, match="differ in size"):
        agreement(greys(1), greys(1, 2), np.ones((1, 2), bool))
    with pytest.raises(DataError, match="nothing to take the mean of"):
        mean_agreement([], [])
    with pytest.raises(ValueError, match="as many groups"):
        mean_agreement([of(1)], [])
