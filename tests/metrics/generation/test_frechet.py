"""The Fréchet distance: the textbook's, stable where that is not; its interval is what resampling finds."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.linalg import sqrtm

from spriteloom.metrics.generation.frechet import Moments, frechet_distance, frechet_estimate


def some(n: int, d: int, seed: int = 0, shift: float = 0.0) -> NDArray[np.float64]:
    chance = np.random.default_rng(seed)
    return chance.normal(size=(n, d)) @ chance.normal(size=(d, d)) + shift


def distance(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    return frechet_distance(Moments.of(x), Moments.of(y))


def textbook(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    of_x, of_y = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    apart = x.mean(0) - y.mean(0)
    return float(apart @ apart + np.trace(of_x + of_y - 2 * sqrtm(of_x @ of_y).real))


@pytest.mark.parametrize(("n", "m"), [(300, 200), (50, 300), (300, 50)])
def test_it_is_the_textbook_s(n: int, m: int) -> None:
    x, y = some(n, 12), some(m, 12, seed=1, shift=0.3)
    assert distance(x, y) == pytest.approx(textbook(x, y), rel=1e-9)


@pytest.mark.parametrize(("n", "m"), [(20, 30), (30, 20), (20, 200), (200, 20)])
def test_fewer_vectors_than_numbers_are_no_special_case(n: int, m: int) -> None:
    x, y = some(n, 64), some(m, 64, seed=1)
    rows = [(side - side.mean(0)) / np.sqrt(len(side) - 1) for side in (x, y)]
    nuclear = np.linalg.svd(rows[0] @ rows[1].T, compute_uv=False).sum()
    total = sum((side**2).sum() for side in rows)
    truth = ((x.mean(0) - y.mean(0)) ** 2).sum() + total - 2 * nuclear
    assert distance(x, y) == pytest.approx(truth, rel=1e-6)


def test_a_set_is_no_distance_from_itself_and_a_shift_is_its_square() -> None:
    x = some(100, 8)
    assert distance(x, x) == pytest.approx(0, abs=1e-9)
    assert distance(x, x + 2) == pytest.approx(8 * 4, rel=1e-9)


def test_both_ways_are_one() -> None:
    x, y = some(40, 16), some(90, 16, seed=3)
    assert distance(x, y) == pytest.approx(distance(y, x), rel=1e-9)


def test_few_samples_of_one_thing_are_further_apart_than_many() -> None:
    x = np.random.default_rng(0).normal(size=(4000, 32))
    assert distance(x[:50], x[2000:2050]) > 5 * distance(x[:2000], x[2000:])


def spread(low: float, high: float) -> float:
    return (high - low) / (2 * 1.96)


def test_the_interval_is_as_wide_as_resampling_makes_it() -> None:
    x, y = some(400, 4), some(300, 4, seed=1, shift=0.5)
    found, chance = frechet_estimate(Moments.of(x), Moments.of(y)), np.random.default_rng(2)

    def again(side: NDArray[np.float64]) -> NDArray[np.float64]:
        return side[chance.integers(0, len(side), len(side))]

    both = np.std([distance(again(x), again(y)) for _ in range(400)])
    one = np.std([distance(again(x), y) for _ in range(400)])
    assert spread(**vars(found.interval)) == pytest.approx(both, rel=0.12)
    assert spread(**vars(found.given_reference)) == pytest.approx(one, rel=0.12)
    assert found.value == pytest.approx(distance(x, y))


def test_both_sides_move_it_each_as_if_it_were_the_samples() -> None:
    x, y = Moments.of(some(90, 4)), Moments.of(some(60, 4, seed=1, shift=2))
    there, back = frechet_estimate(x, y), frechet_estimate(y, x)
    sides = [spread(**vars(one.given_reference)) for one in (there, back)]
    assert min(sides) > 0.3 * max(sides)
    for one in (there, back):
        assert spread(**vars(one.interval)) == pytest.approx(np.hypot(*sides), rel=0.04)


def test_copies_of_a_vector_in_one_group_do_not_make_us_surer() -> None:
    x, y = some(120, 4), Moments.of(some(100, 4, seed=1, shift=0.5))
    alone = frechet_estimate(Moments.of(x), y).given_reference
    copies = Moments.of(np.repeat(x, 9, axis=0))
    grouped = frechet_estimate(copies, y, x_groups=np.repeat(np.arange(120), 9)).given_reference
    fooled = frechet_estimate(copies, y).given_reference
    assert spread(**vars(grouped)) == pytest.approx(spread(**vars(alone)), rel=0.05)
    assert spread(**vars(fooled)) == pytest.approx(spread(**vars(alone)) / 3, rel=0.05)


def test_the_same_seed_gives_the_same_interval() -> None:
    x, y = Moments.of(some(50, 4)), Moments.of(some(50, 4, seed=1))
    assert frechet_estimate(x, y, seed=3) == frechet_estimate(x, y, seed=3)
    assert frechet_estimate(x, y, seed=3) != frechet_estimate(x, y, seed=4)


@pytest.mark.parametrize("wrong", [np.zeros((1, 4)), np.zeros(4), np.full((5, 2), np.nan)])
def test_what_has_no_distance_is_refused(wrong: NDArray[np.float64]) -> None:
    with pytest.raises(ValueError, match=r"vectors|finite"):
        Moments.of(wrong)


def test_groups_are_one_label_each() -> None:
    x = Moments.of(some(20, 3))
    with pytest.raises(ValueError, match="20 vectors need as many"):
        frechet_estimate(x, x, x_groups=["a"])
