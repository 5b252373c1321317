"""Pixels there and back as floats: every byte; moved pictures lose nothing but their rim."""

from __future__ import annotations

import numpy as np
import torch

from spriteloom.codecs.signed import (
    CHROMA,
    LUMA,
    as_rgba,
    from_opponent,
    from_signed,
    shift,
    to_opponent,
    to_signed,
)


def test_every_byte_comes_back():
    rgba = np.arange(256, dtype=np.uint8).repeat(4).reshape(4, 8, 8, 4)
    assert np.array_equal(from_signed(to_signed(torch.from_numpy(rgba))), rgba)


def test_pictures_are_moved_each_by_its_own():
    rgba = torch.zeros(2, 4, 4, 4, dtype=torch.uint8)
    rgba[:, 1, 1] = 9
    moved = shift(rgba, torch.tensor([2, -1]), torch.tensor([-1, 0]), 2)
    assert moved.shape == rgba.shape and moved[0, 3, 0, 0] == 9 and moved[1, 0, 1, 0] == 9
    assert int((moved > 0).sum()) == 8


def test_what_is_outside_has_no_color():
    rgb, inside = np.full((1, 2, 2, 3), 200, np.uint8), np.array([[[True, False], [False, True]]])
    rgba = as_rgba(rgb, inside)
    assert np.array_equal(rgba[0, 0, 0], [200, 200, 200, 255]) and not rgba[0, 0, 1].any()


def test_grey_is_brightness_alone():
    grey = torch.linspace(-1, 1, 5).view(1, 1, 1, 5).expand(1, 4, 1, 5)
    opponent = to_opponent(grey)
    assert torch.allclose(opponent[:, 0], LUMA * grey[:, 0], atol=1e-5)
    assert opponent[:, 1:3].abs().max() < CHROMA * 1e-6 and torch.equal(opponent[:, 3], grey[:, 3])


def test_contrasts_are_stretched_more_than_brightness():
    red, dark = torch.tensor([1.0, -1, -1, 1]), torch.full((4,), -1.0)
    opponent = to_opponent(torch.stack([red, dark]).view(2, 4, 1, 1))
    gap = (opponent[0] - opponent[1])[:, 0, 0]
    assert gap[2] > 3 * gap[0] > 0


def test_there_and_back_is_the_identity():
    images = torch.rand(3, 4, 8, 8) * 2 - 1
    assert torch.allclose(from_opponent(to_opponent(images)), images, atol=1e-5)
