"""A contact sheet holds every sprite whole, in order, in cells of one size."""

from __future__ import annotations

import numpy as np
import pytest

from spriteloom.generation.sheet import contact_sheet
from spriteloom.pixels import Sprite


def plain(h: int, w: int, value: int = 9) -> Sprite:
    return Sprite(pixels=np.full((h, w, 4), value, np.uint8))


@pytest.mark.parametrize(
    ("n", "rows", "columns"), [(1, 1, 1), (2, 1, 2), (3, 2, 2), (4, 2, 2), (5, 2, 3), (7, 3, 3), (10, 3, 4)]
)
def test_about_as_wide_as_high(n: int, rows: int, columns: int):
    sheet = contact_sheet([plain(5, 3)] * n, gap=2)
    assert (sheet.height, sheet.width) == (rows * 7 + 2, columns * 5 + 2)
    assert (sheet.pixels[..., 3] > 0).sum() == n * 15


def test_each_stands_in_its_cell_in_order():
    sheet = contact_sheet([plain(2, 2, value) for value in (1, 2, 3)], gap=1).pixels[..., 0]
    assert sheet.tolist() == [
        [0, 0, 0, 0, 0, 0, 0],
        [0, 1, 1, 0, 2, 2, 0],
        [0, 1, 1, 0, 2, 2, 0],
        [0, 0, 0, 0, 0, 0, 0],
        [0, 3, 3, 0, 0, 0, 0],
        [0, 3, 3, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0],
    ]


def test_a_smaller_sprite_stands_in_the_middle():
    sheet = contact_sheet([plain(6, 8, 1), plain(2, 4, 2)], gap=2)
    rows, columns = np.nonzero(sheet.pixels[..., 0] == 2)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (4, 5, 14, 17)
    assert (sheet.height, sheet.width) == (10, 22)
