"""The count prior expects what it has counted, is a distribution everywhere, and draws from it."""

from __future__ import annotations

import numpy as np
import pytest

from spriteloom.errors import RunError
from spriteloom.priors import count_kernels
from spriteloom.priors.counts import CountPrior, CountPriorConfig
from spriteloom.priors.draw import Draw

K = 6


def chain(n: int, side: int = 16, seed: int = 0, k: int = K) -> np.ndarray:
    """Grids in which a code is, 9 times in 10, that of the left plus that above, modulo k."""
    chance = np.random.default_rng(seed)
    grids = chance.integers(0, k, (n, side, side))
    follows = chance.random(grids.shape) < 0.9
    for y in range(1, side):
        for x in range(1, side):
            sums = (grids[:, y, x - 1] + grids[:, y - 1, x]) % k
            grids[:, y, x] = np.where(follows[:, y, x], sums, grids[:, y, x])
    return grids


def probabilities(prior: CountPrior, codes: np.ndarray) -> np.ndarray:
    """The distribution of every cell given those before it, as `sample` draws from it: (n, gh, gw, k)."""
    out, path = np.empty((*codes.shape, prior.k)), np.empty(len(prior.steps) + 1, np.int64)
    for i, y, x in np.ndindex(codes.shape):
        count_kernels._spread(codes[i], y, x, prior._tree, prior.weights, path, out[i, y, x])
    return out


@pytest.fixture(scope="module")
def prior() -> CountPrior:
    return CountPrior.fit(chain(120), K)


def test_a_constant_grid_costs_next_to_nothing():
    flat = np.full((40, 12, 12), 3, np.uint8)
    assert CountPrior.fit(flat, 256).bits(flat[:5]).max() < 0.01


def test_noise_costs_log2_k():
    noise = np.random.default_rng(0).integers(0, 16, (200, 16, 16))
    found = CountPrior.fit(noise[:180], 16).bits(noise[180:]).mean()
    assert found == pytest.approx(4, abs=0.03)


def test_neighbours_tell_what_a_histogram_cannot(prior: CountPrior):
    held = chain(20, seed=1)
    alone = CountPrior.fit(chain(120), K, config=CountPriorConfig(steps=()))
    left = CountPrior.fit(chain(120), K, config=CountPriorConfig(steps=((0, -1),)))
    inside = 0.9 + 0.1 / K
    truth = -inside * np.log2(inside) - (1 - inside) * np.log2(0.1 / K)
    truth = (truth * 15 * 15 + np.log2(K) * 31) / 256  # the first row and column are noise
    assert alone.bits(held).mean() == pytest.approx(np.log2(K), abs=0.02)
    assert left.bits(held).mean() > 2.4
    assert prior.bits(held).mean() == pytest.approx(truth, abs=0.06)


@pytest.mark.parametrize("steps", [(), ((0, -1),), CountPriorConfig().steps])
def test_probabilities_sum_to_one_in_every_context(steps: tuple[tuple[int, int], ...]):
    fitted = CountPrior.fit(chain(30), K, config=CountPriorConfig(steps=steps, least=2))
    strange = np.random.default_rng(9).integers(0, K, (4, 11, 7))
    found = probabilities(fitted, strange)
    assert found.min() > 0
    assert found.sum(axis=-1) == pytest.approx(np.ones((4, 11, 7)), abs=1e-12)


def test_bits_are_those_of_the_probabilities(prior: CountPrior):
    grids = np.random.default_rng(3).integers(0, K, (5, 16, 16))
    chosen = np.take_along_axis(probabilities(prior, grids), grids[..., None], axis=-1)[..., 0]
    assert prior.bits(grids) == pytest.approx(-np.log2(chosen).mean(axis=(1, 2)))


def test_a_cell_is_expected_from_those_before_it_alone(prior: CountPrior):
    grids = chain(1)
    other = grids.copy()
    other[0, 7, 8] = (other[0, 7, 8] + 1) % K
    before, after = probabilities(prior, grids), probabilities(prior, other)
    changed = (before != after).any(axis=-1)[0]
    assert changed.any()
    assert not changed[:7].any() and not changed[7, :9].any()


def test_the_grid_may_have_any_size(prior: CountPrior):
    assert prior.bits(chain(3, side=5)).shape == (3,)
    assert prior.sample((3, 9), Draw(seeds=(1, 2))).shape == (2, 3, 9)


def test_samples_have_the_statistics_of_what_was_counted(prior: CountPrior):
    drawn = prior.sample((16, 16), Draw(seeds=tuple(range(200))))
    follows = drawn[:, 1:, 1:] == (drawn[:, 1:, :-1] + drawn[:, :-1, 1:]) % K
    assert drawn.dtype == np.int64
    assert follows.mean() == pytest.approx(0.9 + 0.1 / K, abs=0.03)
    assert np.bincount(drawn.ravel(), minlength=K) / drawn.size == pytest.approx(np.full(K, 1 / K), abs=0.03)
    assert prior.bits(drawn).mean() == pytest.approx(prior.bits(chain(50, seed=5)).mean(), abs=0.05)


def test_a_first_code_is_drawn_as_often_as_it_is_probable(prior: CountPrior):
    drawn = prior.sample((1, 1), Draw(seeds=tuple(range(4000))))
    expected = probabilities(prior, np.zeros((1, 1, 1), np.int64))[0, 0, 0]
    assert np.bincount(drawn.ravel(), minlength=K) / 4000 == pytest.approx(expected, abs=0.03)


def test_a_sample_depends_on_its_own_seed_alone(prior: CountPrior):
    several = prior.sample((8, 8), Draw(seeds=(5, 6, 7)))
    assert np.array_equal(prior.sample((8, 8), Draw(seeds=(7, 5))), several[[2, 0]])
    assert not np.array_equal(several[0], several[1])


def test_a_low_temperature_keeps_to_the_probable(prior: CountPrior):
    cool, own, hot = (
        prior.bits(prior.sample((16, 16), Draw(seeds=tuple(range(50)), temperature=t))).mean()
        for t in (0.3, 1.0, 3.0)
    )
    assert cool < own - 0.2 < hot - 0.4


def test_temperature_is_a_power_of_the_probabilities():
    grids = (np.arange(40) % 4 == 0).astype(np.int64).reshape(40, 1, 1)
    fitted = CountPrior.fit(grids, 2, config=CountPriorConfig(steps=()))
    p = probabilities(fitted, grids[:1])[0, 0, 0] ** 2
    drawn = fitted.sample((1, 1), Draw(seeds=tuple(range(4000)), temperature=0.5))
    assert drawn.mean() == pytest.approx(p[1] / p.sum(), abs=0.02)


def test_held_grids_find_the_weights():
    """Contexts that never come again get no say, where the held grids show it."""
    noise = np.random.default_rng(0).integers(0, 4, (300, 8, 8))
    fitted = CountPrior.fit(noise[:200], 4, held=noise[200:250], config=CountPriorConfig(least=1))
    assert fitted.bits(noise[250:]).mean() == pytest.approx(2, abs=0.04)


def test_contexts_seen_too_seldom_are_dropped():
    few, all_ = (CountPrior.fit(chain(20), K, config=CountPriorConfig(least=least)) for least in (50, 1))
    none = CountPrior.fit(chain(20), K, config=CountPriorConfig(least=10**9))
    assert len(none.keys) == 1 < len(few.keys) < len(all_.keys) / 2
    assert none.bits(chain(3, seed=1)).mean() == pytest.approx(np.log2(K), abs=0.02)


def test_the_place_in_the_grid_is_a_context():
    half = np.zeros((60, 8, 8), np.uint8)
    half[:, 4:] = np.random.default_rng(0).integers(0, 2, (60, 4, 8))
    found = {
        steps: CountPrior.fit(half, 2, config=CountPriorConfig(steps=steps)).bits(half).mean()
        for steps in ((), ((2, 1),))
    }
    assert found[()] == pytest.approx(0.81, abs=0.03)
    assert found[((2, 1),)] == pytest.approx(0.5, abs=0.03)


def test_the_same_grids_give_the_same_prior_and_it_goes_through_arrays(prior: CountPrior):
    again = CountPrior.from_arrays(prior.to_arrays())
    twin = CountPrior.fit(chain(120), K)
    for name, array in prior.to_arrays().items():
        assert np.array_equal(array, twin.to_arrays()[name])
    held = chain(6, seed=8)
    assert np.array_equal(again.bits(held), prior.bits(held))
    seeds = Draw(seeds=(1, 2, 3))
    assert np.array_equal(again.sample((9, 9), seeds), prior.sample((9, 9), seeds))


@pytest.mark.parametrize("name", ["codes", "counts", "starts", "weights", "steps", "keys", "k"])
def test_damaged_arrays_are_refused(prior: CountPrior, name: str):
    arrays = prior.to_arrays()
    arrays[name] = arrays[name][:-1] if name != "k" else np.array([2])
    with pytest.raises(RunError, match="count prior"):
        CountPrior.from_arrays(arrays)
    del arrays[name]
    with pytest.raises(RunError, match="train it again"):
        CountPrior.from_arrays(arrays)


def test_runs_that_point_elsewhere_are_refused(prior: CountPrior):
    arrays = prior.to_arrays()
    arrays["starts"][1] = 10**9
    with pytest.raises(RunError, match="empty"):
        CountPrior.from_arrays(arrays)


def test_what_are_no_grids_is_refused(prior: CountPrior):
    with pytest.raises(ValueError, match="from 0 to 5"):
        prior.bits(np.full((1, 2, 2), K))
    with pytest.raises(ValueError, match="whole numbers"):
        prior.bits(np.zeros((1, 2, 2)))
    with pytest.raises(ValueError, match="held"):
        CountPrior.fit(np.zeros((1, 4, 4), np.uint8), 2)
    with pytest.raises(ValueError, match="comes after the code"):
        CountPriorConfig(steps=((0, 1),))
