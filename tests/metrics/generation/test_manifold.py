"""Precision and recall of sets: right by hand, and each blind to what the other sees."""

from __future__ import annotations

import numpy as np
import pytest

from spriteloom.metrics.generation.manifold import compare_manifolds


def test_by_hand_on_a_line() -> None:
    reference = np.array([[0.0], [1.0], [3.0], [7.0]])  # radii to the nearest: 1, 1, 2, 4
    samples = np.array([[2.5], [20.0], [21.5]])  # radii 17.5, 1.5, 1.5
    found = compare_manifolds(samples, reference, k=1)
    assert found.precision == 1 / 3  # 2.5 alone, in the balls of 3 and (at 4.5 > 4) not of 7
    assert found.density == 1 / 3
    assert found.coverage == 1 / 4
    assert found.recall == 1  # the wide ball of 2.5 holds all


def test_a_set_is_its_own_manifold() -> None:
    x = np.random.default_rng(0).normal(size=(60, 5))
    found = compare_manifolds(x, x)
    assert found.precision == found.recall == found.coverage == 1


def test_one_mode_of_two_is_precise_and_recalls_half() -> None:
    chance = np.random.default_rng(0)
    near, far = chance.normal(size=(400, 4)), chance.normal(size=(400, 4)) + 50
    one = compare_manifolds(chance.normal(size=(400, 4)), np.vstack([near, far]))
    assert one.precision > 0.8
    assert 0.35 < one.recall < 0.5
    assert 0.3 < one.coverage < 0.5


def test_what_is_elsewhere_has_neither() -> None:
    x = np.random.default_rng(0).normal(size=(50, 4))
    found = compare_manifolds(x + 100, x)
    assert (found.precision, found.recall, found.density, found.coverage) == (0, 0, 0, 0)


def test_far_from_zero_is_no_matter() -> None:
    chance = np.random.default_rng(0)
    x, y = chance.normal(size=(80, 4)), chance.normal(size=(70, 4))
    assert compare_manifolds(x + 1e6, y + 1e6) == compare_manifolds(x, y)


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(0)
    x, y = chance.normal(size=(80, 4)), chance.normal(size=(70, 4))
    whole = compare_manifolds(x, y)
    monkeypatch.setattr("spriteloom.metrics.generation.manifold.BLOCK", 17)
    assert compare_manifolds(x, y) == whole


def test_too_few_are_refused() -> None:
    with pytest.raises(ValueError, match="more than 3"):
        compare_manifolds(np.zeros((3, 2)), np.zeros((9, 2)))
