"""Colors are counted one picture at a time, and what is invisible is none."""

from __future__ import annotations

import numpy as np
import pytest

from spriteloom.metrics import colors_per_sprite


def test_it_is_what_unique_finds() -> None:
    chance = np.random.default_rng(3)
    rgb = chance.integers(0, 3, (6, 5, 7, 3), dtype=np.uint8) * 100
    expected = [len(np.unique(picture.reshape(-1, 3), axis=0)) for picture in rgb]
    assert colors_per_sprite(rgb).tolist() == expected


def test_what_is_transparent_has_no_color_and_partial_alpha_has_one() -> None:
    rgba = np.zeros((3, 2, 2, 4), np.uint8)
    rgba[0, 0] = [[9, 9, 9, 0], [8, 8, 8, 0]]  # hidden colors
    rgba[1, :] = [[0, 0, 0, 255], [0, 0, 0, 128]]  # black, and black glass
    rgba[2, 0, 0] = [0, 0, 0, 255]
    assert colors_per_sprite(rgba).tolist() == [0, 2, 1]


def test_black_is_a_color_without_alpha() -> None:
    assert colors_per_sprite(np.zeros((2, 1, 1, 3), np.uint8)).tolist() == [1, 1]


def test_no_picture_is_no_count() -> None:
    assert colors_per_sprite(np.zeros((0, 4, 4, 4), np.uint8)).shape == (0,)


def test_a_single_picture_is_no_set() -> None:
    with pytest.raises(ValueError, match="uint8"):
        colors_per_sprite(np.zeros((4, 4, 4), np.uint8))
