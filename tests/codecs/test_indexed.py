"""Sprites on their own palettes: exact where colors are few, in an order that means the same everywhere."""

from __future__ import annotations

import numpy as np
import pytest

from spriteloom.codecs.indexed import (
    centered_grids,
    extract_palette,
    from_indexed,
    map_to_palette,
    to_indexed,
)
from spriteloom.data.procedural.creature import ProceduralSource
from spriteloom.errors import ImpossibleModel
from spriteloom.pixels import Sprite, open_animation
from spriteloom.pixels.oklab import oklab


def creatures(n: int = 20) -> list[Sprite]:
    items = list(ProceduralSource(n=n, seed=1, size=32).items())[:n]
    return [open_animation(item.data, name=item.path).frames[0] for item in items]


def test_every_byte_of_pixel_art_comes_back():
    for sprite in creatures():
        found = to_indexed(sprite)
        assert found.exact and np.array_equal(from_indexed(found).pixels, sprite.pixels)
        again = to_indexed(from_indexed(found))
        assert np.array_equal(again.grid, found.grid) and np.array_equal(again.colors, found.colors)


def test_the_order_is_from_dark_to_light():
    for sprite in creatures(4):
        light = oklab(to_indexed(sprite).colors)[:, 0]
        assert (np.diff(light) >= 0).all()


def test_many_colors_become_few_and_say_so():
    chance = np.random.default_rng(0)
    motley = Sprite(pixels=chance.integers(0, 256, (16, 16, 4), dtype=np.uint8))
    found = to_indexed(motley, 8)
    assert not found.exact and len(found.colors) <= 8
    assert set(np.unique(from_indexed(found).pixels[..., 3])) <= {0, 255}


def test_nothing_is_nothing():
    empty = Sprite(pixels=np.zeros((3, 4, 4), np.uint8))
    assert to_indexed(empty).exact and not from_indexed(to_indexed(empty)).pixels.any()


def test_grids_stand_in_the_middle():
    some = [to_indexed(sprite) for sprite in creatures(3)]
    whole = centered_grids(some, 40)
    assert whole.shape == (3, 40, 40)
    assert np.array_equal(whole[0, 4:36, 4:36], some[0].grid) and not whole[:, :4].any()
    with pytest.raises(ImpossibleModel, match="larger than 16×16"):
        centered_grids(some, 16)
    with pytest.raises(ImpossibleModel, match="1 to 255"):
        to_indexed(creatures(1)[0], 0)


def picture(colors: int) -> np.ndarray:
    rgba = np.zeros((16, 16, 4), np.uint8)
    for i in range(colors):
        rgba[i // 16, i % 16] = (i, 255 - i, 7 * i % 256, 255)
    return rgba


def test_few_colors_come_back_as_they_are():
    rgba = picture(10)
    palette = extract_palette(rgba, 16)
    assert len(palette) == 10 and np.array_equal(map_to_palette(rgba, palette), rgba)


def test_many_colors_become_no_more_than_asked_and_the_commonest_stay():
    rgba = picture(200)
    rgba[12:16] = (10, 20, 30, 255)
    palette = extract_palette(rgba, 8)
    assert len(palette) <= 8 and [10, 20, 30] in palette.tolist()
    again = map_to_palette(rgba, palette)
    assert np.array_equal(again[12:16], rgba[12:16])
    assert len(np.unique(again[again[..., 3] > 0], axis=0)) <= 8


def test_nothing_has_no_colors():
    empty = np.zeros((4, 4, 4), np.uint8)
    assert (
        extract_palette(empty, 4).shape == (0, 3)
        and not map_to_palette(empty, extract_palette(empty, 4)).any()
    )
