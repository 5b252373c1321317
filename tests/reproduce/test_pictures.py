"""Pictures of a page: their bytes, their sizes."""

from __future__ import annotations

from base64 import b64decode

import numpy as np

from spriteloom.pixels import Sprite, open_animation
from spriteloom.reproduce.pictures import code_map, data_uri, evenly_spaced, gallery, opaque, picture, trimmed


def some(colors: int) -> Sprite:
    values = np.arange(24 * 20, dtype=np.uint32) % colors
    pixels = np.stack([values % 256, values // 2 % 256, values // 3 % 256, np.full_like(values, 255)], axis=1)
    pixels = pixels.astype(np.uint8).reshape(24, 20, 4)
    pixels[:3] = 0
    return Sprite(pixels=pixels, name="some")


def test_a_data_uri_holds_the_exact_pixels_indexed_or_not():
    for sprite in (some(9), some(400)):
        kind, _, data = data_uri(sprite).partition(",")
        again = open_animation(b64decode(data)).frames[0]
        assert kind == "data:image/png;base64" and np.array_equal(again.pixels, sprite.pixels)
    assert open_animation(b64decode(data_uri(some(9)).partition(",")[2])).frames[0].palette is not None


def test_a_picture_is_enlarged_by_a_whole_number_that_fits():
    large = opaque(np.zeros((90, 20, 3), np.uint8))
    assert (picture(some(4), "x").scale, picture(large, "x").scale, picture(large, "x", scale=5).scale) == (
        3,
        2,
        5,
    )
    rows = gallery("compared", "x", {"small": some(4).pixels[None], "large": large.pixels[None]}).rows
    assert [pictures[0].scale for _, pictures in rows] == [2, 1]


def test_trimming_takes_the_empty_margin_only():
    assert trimmed(some(4)).pixels.shape == (21, 20, 4)
    empty = Sprite(pixels=np.zeros((4, 5, 4), np.uint8))
    assert trimmed(empty) is empty


def test_codes_have_colors_of_their_own():
    grid = np.arange(256).reshape(16, 16)
    assert len(np.unique(code_map(grid, 256).pixels.reshape(-1, 4), axis=0)) > 240


def test_places_are_evenly_spread_and_no_more_than_there_are():
    assert evenly_spaced(9, 3) == [0, 3, 6] and evenly_spaced(2, 3) == [0, 1]
