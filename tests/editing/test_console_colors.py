"""Five bits a channel, as bytes."""

from __future__ import annotations

import numpy as np

from spriteloom.editing.console_colors import WAYS, nearest


def test_every_way_has_the_32_levels_of_five_bits_in_order():
    for levels in WAYS:
        assert len(np.unique(levels)) == 32 and (np.diff(levels.astype(int)) > 0).all() and levels[0] == 0
    assert [int(levels[-1]) for levels in WAYS] == [255, 255, 248, 255]


def test_the_nearest_color_is_on_the_levels_and_within_half_a_step():
    colors = np.random.default_rng(0).integers(0, 249, (50, 3)).astype(np.float64)
    for levels in WAYS:
        near = nearest(colors, levels)
        assert np.isin(near, levels).all() and np.abs(near - colors).max() <= 5
