"""Brightness and contrasts: grey has no contrast, there and back is the identity, no byte is lost."""

from __future__ import annotations

import torch

from spriteloom.codecs.opponent import CHROMA, LUMA, from_opponent, to_opponent


def test_grey_is_brightness_alone():
    grey = torch.linspace(-1, 1, 5).view(1, 1, 1, 5).expand(1, 4, 1, 5)
    made = to_opponent(grey)
    assert torch.allclose(made[:, 0], LUMA * grey[:, 0], atol=1e-5)
    assert made[:, 1:3].abs().max() < CHROMA * 1e-6 and torch.equal(made[:, 3], grey[:, 3])


def test_contrasts_are_stretched_more_than_brightness():
    red, dark = torch.tensor([1.0, -1, -1, 1]), torch.full((4,), -1.0)
    made = to_opponent(torch.stack([red, dark]).view(2, 4, 1, 1))
    gap = (made[0] - made[1])[:, 0, 0]
    assert gap[2] > 3 * gap[0] > 0


def test_there_and_back_is_the_identity():
    images = torch.rand(3, 4, 8, 8) * 2 - 1
    assert torch.allclose(from_opponent(to_opponent(images)), images, atol=1e-5)
