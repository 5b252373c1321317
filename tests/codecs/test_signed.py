"""Pixels there and back as floats: every byte; moved pictures lose nothing but their rim."""

from __future__ import annotations

import numpy as np
import torch

from spriteloom.codecs.signed import as_rgba, from_signed, moved, to_signed


def test_every_byte_comes_back():
    rgba = np.arange(256, dtype=np.uint8).repeat(4).reshape(4, 8, 8, 4)
    assert np.array_equal(from_signed(to_signed(torch.from_numpy(rgba))), rgba)


def test_pictures_are_moved_each_by_its_own():
    rgba = torch.zeros(2, 4, 4, 4, dtype=torch.uint8)
    rgba[:, 1, 1] = 9
    made = moved(rgba, torch.tensor([2, -1]), torch.tensor([-1, 0]))
    assert made.shape == rgba.shape and made[0, 3, 0, 0] == 9 and made[1, 0, 1, 0] == 9
    assert int((made > 0).sum()) == 8


def test_what_is_outside_has_no_color():
    rgb, inside = np.full((1, 2, 2, 3), 200, np.uint8), np.array([[[True, False], [False, True]]])
    rgba = as_rgba(rgb, inside)
    assert np.array_equal(rgba[0, 0, 0], [200, 200, 200, 255]) and not rgba[0, 0, 1].any()
