"""The kernel distance: the textbook's sums over pairs, without bias, with intervals that groups widen."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from spriteloom.metrics.generation.kid import kernel_estimate


def kernel_distance(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    return kernel_estimate(x, y).value


def some(n: int, d: int = 5, seed: int = 0, shift: float = 0.0) -> NDArray[np.float64]:
    return np.random.default_rng(seed).normal(size=(n, d)) + shift


def textbook(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    def kernel(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
        return float((a @ b / len(a) + 1) ** 3)

    def within(side: NDArray[np.float64]) -> float:
        return float(
            np.mean([kernel(a, b) for i, a in enumerate(side) for j, b in enumerate(side) if i != j])
        )

    return within(x) + within(y) - 2 * float(np.mean([kernel(a, b) for a in x for b in y]))


def test_it_is_the_textbook_s() -> None:
    x, y = some(12), some(9, seed=1, shift=0.4)
    assert kernel_distance(x, y) == pytest.approx(textbook(x, y), rel=1e-12)
    assert kernel_distance(y, x) == pytest.approx(textbook(x, y), rel=1e-12)


def test_groups_in_any_order_leave_the_figure_as_it_is() -> None:
    x, y = some(12), some(9, seed=1, shift=0.4)
    found = kernel_estimate(x, y, x_groups=list("cabcabcabcab"), y_groups=[8, 1, 2, 8, 1, 2, 0, 0, 5])
    assert found.value == pytest.approx(textbook(x, y), rel=1e-12)


def test_the_order_of_vectors_is_no_matter() -> None:
    x, y = some(40) * np.repeat([1, 3], 20)[:, None], some(30, seed=1)
    groups, order = np.repeat(np.arange(10), 4), np.random.default_rng(0).permutation(40)
    sorted_, shuffled = (kernel_estimate(x[of], y, x_groups=groups[of]) for of in (np.arange(40), order))
    assert shuffled.interval.low == pytest.approx(sorted_.interval.low, rel=1e-9)
    assert shuffled.interval.high == pytest.approx(sorted_.interval.high, rel=1e-9)


def test_few_samples_of_one_thing_are_apart_by_chance_only() -> None:
    found = [kernel_distance(some(10, seed=2 * i), some(10, seed=2 * i + 1)) for i in range(400)]
    assert abs(np.mean(found)) < 3 * np.std(found) / np.sqrt(len(found))
    assert min(found) < 0 < max(found)


def spread(low: float, high: float) -> float:
    return (high - low) / (2 * 1.96)


def test_the_interval_is_as_wide_as_new_samples_make_it() -> None:
    found = [kernel_estimate(some(80, seed=2 * i), some(60, seed=2 * i + 1, shift=0.5)) for i in range(60)]
    said = np.mean([spread(**vars(one.interval)) for one in found])
    assert said == pytest.approx(np.std([one.value for one in found]), rel=0.25)
    assert all(spread(**vars(one.given_reference)) < spread(**vars(one.interval)) for one in found)


def test_copies_of_a_vector_in_one_group_do_not_make_us_surer() -> None:
    x, y = some(60), some(50, seed=1, shift=0.5)
    alone = kernel_estimate(x, y).given_reference
    copies = np.repeat(x, 9, axis=0)
    grouped = kernel_estimate(copies, y, x_groups=np.repeat(np.arange(60), 9)).given_reference
    fooled = kernel_estimate(copies, y).given_reference
    assert spread(**vars(grouped)) == pytest.approx(spread(**vars(alone)), rel=0.2)
    assert spread(**vars(fooled)) < spread(**vars(alone)) / 2


def test_the_same_seed_gives_the_same_interval() -> None:
    x, y = some(20), some(20, seed=1)
    assert kernel_estimate(x, y, seed=3) == kernel_estimate(x, y, seed=3)
    assert kernel_estimate(x, y, seed=3) != kernel_estimate(x, y, seed=4)


def test_what_has_no_distance_is_refused() -> None:
    with pytest.raises(ValueError, match="two or more"):
        kernel_distance(some(1), some(5))
    with pytest.raises(ValueError, match="no distance"):
        kernel_distance(some(5, d=3), some(5, d=4))
