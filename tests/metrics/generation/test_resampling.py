"""The bootstrap of groups: groups are drawn whole, and an interval stands around the figure."""

from __future__ import annotations

import numpy as np
import pytest

from spriteloom.metrics.generation.resampling import around, draws, membership


def test_without_groups_each_is_its_own_and_labels_are_numbered() -> None:
    assert membership(None, 3).tolist() == [0, 1, 2]
    assert membership(["b", "a", "b"], 3).tolist() == [1, 0, 1]
    with pytest.raises(ValueError, match="3 vectors need as many"):
        membership(["b", "a"], 3)


def test_as_many_groups_are_drawn_as_there_are() -> None:
    drawn = draws(7, 500, np.random.default_rng(0))
    assert drawn.shape == (500, 7)
    assert (drawn.sum(1) == 7).all()
    assert drawn.mean(0) == pytest.approx(np.ones(7), abs=0.2)


def test_the_interval_stands_around_the_figure_whatever_resampling_adds_to_it() -> None:
    resampled = np.arange(1001.0)  # 95 % of them: 25 to 975, about their mean of 500
    found = around(7.0, resampled)
    assert (found.low, found.high) == pytest.approx((7 - 475, 7 + 475))
    assert found.to_json() == [found.low, found.high]
