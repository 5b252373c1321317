"""Known damage is known: deterministic, each picture by itself, and more of it at each strength."""

from __future__ import annotations

import numpy as np
import pytest

from common import pictures
from spriteloom.editing.damages import DAMAGES, STRENGTHS, damaged, jitter, palette_noise


@pytest.fixture(scope="module")
def clean() -> np.ndarray:
    return pictures(6, seed=4)


@pytest.mark.parametrize("kind", DAMAGES)
def test_each_kind_has_five_strengths_that_take_the_picture_further_away(kind: str, clean: np.ndarray):
    worse = [damaged(clean, damage) for damage in DAMAGES[kind]]
    away = [np.abs(rung.astype(int) - clean).mean() for rung in worse]
    assert len(worse) == STRENGTHS
    assert away[0] > 0 and away == sorted(away)
    assert all(rung.shape == clean.shape and rung.dtype == np.uint8 for rung in worse)


@pytest.mark.parametrize("kind", DAMAGES)
def test_a_picture_is_damaged_the_same_whatever_stands_after_it(kind: str, clean: np.ndarray):
    damage = DAMAGES[kind][3]
    assert np.array_equal(damaged(clean, damage)[:2], damaged(clean[:2], damage))


@pytest.mark.parametrize("kind", ["palette noise", "jitter"])
def test_another_seed_damages_otherwise(kind: str, clean: np.ndarray):
    damage = DAMAGES[kind][3]
    assert not np.array_equal(damaged(clean, damage, seed=1), damaged(clean, damage, seed=2))


def test_jitter_brings_in_no_color(clean: np.ndarray):
    moved = jitter(clean[0], np.random.default_rng(0), share=0.5)
    assert set(map(tuple, moved.reshape(-1, 3))) <= set(map(tuple, clean[0].reshape(-1, 3)))


def test_palette_noise_leaves_the_ground_and_touches_the_share_it_says(clean: np.ndarray):
    noisy = palette_noise(clean[0], np.random.default_rng(0), share=0.5)
    ground = (clean[0] == clean[0][0, 0]).all(axis=-1)
    changed = (noisy != clean[0]).any(axis=-1)
    assert not changed[ground].any()
    assert changed[~ground].mean() == pytest.approx(0.5, abs=0.06)


def test_two_pictures_of_a_set_are_not_damaged_in_the_same_places():
    flat = np.full((2, 32, 32, 3), 90, np.uint8)
    flat[:, 0, 0] = 255
    first, second = damaged(flat, DAMAGES["palette noise"][4])
    assert not np.array_equal(first, second)
