"""A head on a body: every pixel of both is there, in the first one's colors, and the seam is marked."""

from __future__ import annotations

import numpy as np
import pytest

from spriteloom.data.procedural import creatures
from spriteloom.editing.join import join
from spriteloom.errors import BadPicture, ImpossibleModel
from spriteloom.pixels import Sprite, bounding_box, crop

A, B = creatures(2, seed=5)


def test_both_parts_are_there_and_the_seam_lies_between():
    made = join(A, B, cut=0.5)
    figure = crop(A, bounding_box(A.pixels))[0].pixels
    box = bounding_box(made.sprite.pixels)
    top = made.sprite.pixels[box.top : box.top + round(0.5 * len(figure))]
    seen = figure[: round(0.5 * len(figure))]
    assert (top[..., 3] > 0).sum() == (seen[..., 3] > 0).sum()
    rows = np.flatnonzero(made.seam.any(1))
    assert rows.min() < box.top + round(0.5 * len(figure)) <= rows.max()
    assert made.seam.shape == made.sprite.pixels.shape[:2]


def test_colors_are_those_of_the_head():
    def colors(sprite: Sprite) -> set[tuple[int, ...]]:
        return {tuple(c) for c in sprite.pixels[sprite.pixels[..., 3] > 0].tolist()}

    own = np.array(sorted(colors(A)), int)
    for color in colors(join(A, B).sprite):
        assert np.abs(own - np.array(color)).max(1).min() < 90


def test_what_cannot_be_joined_is_refused():
    with pytest.raises(ImpossibleModel, match="leaves one"):
        join(A, B, cut=0.0)
    with pytest.raises(BadPicture, match="shows nothing"):
        join(Sprite(pixels=np.zeros((4, 4, 4), np.uint8), name="empty"), B)
