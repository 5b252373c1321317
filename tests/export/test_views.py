"""Views that are made of a front: sizes that games want, and no color that was not there."""

from __future__ import annotations

import numpy as np
import pytest

from spriteloom.errors import BadPicture
from spriteloom.export.views import mirrored, on_canvas, reduced, shiny
from spriteloom.pixels import Sprite
from spriteloom.pixels.geometry import trim

from .kit import sprites


def colors(sprite: Sprite) -> set[tuple[int, ...]]:
    return {tuple(c) for c in sprite.pixels[sprite.pixels[..., 3] > 0].tolist()}


def test_a_canvas_holds_every_pixel_of_the_foreground():
    one = sprites()[0]
    placed = on_canvas(one, 96)
    assert placed.pixels.shape == (96, 96, 4)
    assert np.array_equal(trim(placed).pixels, trim(one).pixels)
    with pytest.raises(BadPicture, match="larger than 8×8"):
        on_canvas(one, 8)


def test_a_reduced_foreground_stays_on_its_palette_and_in_its_cell():
    one = sprites()[0]
    small = reduced(one, 30, 40)
    assert small.pixels.shape == (30, 40, 4) and colors(small) <= colors(one) and small.pixels[29].any()
    tiny = Sprite(pixels=np.full((5, 4, 4), 255, np.uint8))
    assert np.array_equal(trim(reduced(tiny, 30, 40)).pixels, tiny.pixels)


def test_backs_and_shinies_have_the_same_shape():
    one = sprites()[0]
    assert np.array_equal(mirrored(mirrored(one)).pixels, one.pixels)
    assert np.array_equal(shiny(one).pixels[..., 3], one.pixels[..., 3])
    assert colors(shiny(one)) != colors(one)


def test_nothing_cannot_be_exported():
    with pytest.raises(BadPicture, match="shows nothing"):
        on_canvas(Sprite(pixels=np.zeros((4, 4, 4), np.uint8), name="empty"), 96)
