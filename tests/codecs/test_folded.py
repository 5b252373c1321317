"""Pixels there and back as floats: every byte, every fold; moved pictures lose nothing but their rim."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from spriteloom.codecs.folded import as_rgba, fold, moved, unfold


@pytest.mark.parametrize("m", [1, 2, 4])
def test_every_byte_comes_back(m):
    rgba = np.arange(256, dtype=np.uint8).repeat(4).reshape(4, 8, 8, 4)
    assert np.array_equal(unfold(fold(torch.from_numpy(rgba), m), m), rgba)


def test_a_fold_puts_a_block_into_channels():
    rgba = np.zeros((1, 4, 4, 4), np.uint8)
    rgba[0, 2, 3] = 255  # in the block at (1, 1)
    grid = fold(torch.from_numpy(rgba), 2)
    assert grid.shape == (1, 16, 2, 2)
    assert (grid[0, :, 1, 1] == 1).sum() == 4 and (grid == 1).sum() == 4


def test_pictures_are_moved_each_by_its_own():
    rgba = torch.zeros(2, 4, 4, 4, dtype=torch.uint8)
    rgba[:, 1, 1] = 9
    made = moved(rgba, torch.tensor([2, -1]), torch.tensor([-1, 0]))
    assert made.shape == rgba.shape and made[0, 3, 0, 0] == 9 and made[1, 0, 1, 0] == 9
    assert int((made > 0).sum()) == 8


def test_what_is_outside_has_no_colour():
    rgb, inside = np.full((1, 2, 2, 3), 200, np.uint8), np.array([[[True, False], [False, True]]])
    rgba = as_rgba(rgb, inside)
    assert np.array_equal(rgba[0, 0, 0], [200, 200, 200, 255]) and not rgba[0, 0, 1].any()
