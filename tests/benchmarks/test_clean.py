"""Sprites are damaged as it says, and what comes back is held against what they were."""

from __future__ import annotations

import numpy as np

import clean as script
from clean import bench_cleaning, damaged
from spriteloom.data.procedural.creature import creatures
from spriteloom.editing.clean import clean
from spriteloom.pixels import over

SPRITE = next(iter(creatures(1, seed=5)))


def test_damage_is_the_same_for_a_seed_and_tells_what_should_come_back():
    whole = np.asarray(over(SPRITE.pixels, (255, 255, 255)))
    for i in range(12):
        given, again = (damaged(SPRITE, 100, (0, i)) for _ in range(2))
        assert np.array_equal(given.sprite.pixels, again.sprite.pixels)
        h, w = given.original.shape[:2]
        assert 63 <= h <= 64 and 63 <= w <= 64 and given.foreground.shape == (h, w)
        assert np.array_equal(given.original, whole[64 - h :, 64 - w :])
        last = given.sprite.pixels[-given.times :, -given.times :, :3]
        assert np.abs(last.mean((0, 1)) - whole[-1, -1]).max() < 8


def test_a_row_for_each_quality():
    rows = bench_cleaning([SPRITE], [95, 70])
    assert [row.quality for row in rows] == [95, 70]
    for row in rows:
        assert row.scale == 1 and 0.4 < row.exact <= row.near <= 1 and row.near > 0.95 and row.seconds > 0


def test_what_was_not_brought_back_is_not_counted(monkeypatch):
    monkeypatch.setattr(script, "clean", lambda sprite: clean(sprite, size=1))
    (small,) = creatures(1, seed=5, size=32)
    (row,) = bench_cleaning([small], [95])
    assert row.scale == row.exact == row.near == row.figure == 0
