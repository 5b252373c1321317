"""A picture's own colors: all of them where they are few, the commonest exactly where they are many."""

from __future__ import annotations

import numpy as np

from spriteloom.codecs.own_palette import onto, own_palette


def picture(colors: int) -> np.ndarray:
    rgba = np.zeros((16, 16, 4), np.uint8)
    for i in range(colors):
        rgba[i // 16, i % 16] = (i, 255 - i, 7 * i % 256, 255)
    return rgba


def test_few_colors_come_back_as_they_are():
    rgba = picture(10)
    palette = own_palette(rgba, 16)
    assert len(palette) == 10 and np.array_equal(onto(rgba, palette), rgba)


def test_many_colors_become_no_more_than_asked_and_the_commonest_stay():
    rgba = picture(200)
    rgba[12:16] = (10, 20, 30, 255)
    palette = own_palette(rgba, 8)
    assert len(palette) <= 8 and [10, 20, 30] in palette.tolist()
    again = onto(rgba, palette)
    assert np.array_equal(again[12:16], rgba[12:16])
    assert len(np.unique(again[again[..., 3] > 0], axis=0)) <= 8


def test_nothing_has_no_colors():
    empty = np.zeros((4, 4, 4), np.uint8)
    assert own_palette(empty, 4).shape == (0, 3) and not onto(empty, own_palette(empty, 4)).any()
