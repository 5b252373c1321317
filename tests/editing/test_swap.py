"""A sprite's codes take the place of another's, by rank of use, through a codec."""

from __future__ import annotations

import numpy as np
import pytest

from spriteloom.codecs.codec import Codec
from spriteloom.editing.swap import swap_palette, swap_palettes
from spriteloom.pixels import Sprite

COLORS = np.array([(255, 255, 255), (200, 0, 0), (0, 200, 0), (0, 0, 200), (90, 90, 90)], np.uint8)


def codec(m: int = 1) -> Codec:
    """Five flat patches."""
    return Codec(m=m, table=np.tile(COLORS, m * m))


def sprite(rows: list[str]) -> Sprite:
    """Digits are colors, a dot is transparent."""
    pixels = np.zeros((len(rows), len(rows[0]), 4), np.uint8)
    for y, row in enumerate(rows):
        for x, letter in enumerate(row):
            if letter != ".":
                pixels[y, x] = (*COLORS[int(letter)], 255)
    return Sprite(pixels=pixels, name="a", species="slime")


def rows(picture: Sprite) -> list[str]:
    def letter(pixel: np.ndarray) -> str:
        return str(int((pixel[:3] == COLORS).all(1).argmax())) if pixel[3] else "."

    return ["".join(letter(pixel) for pixel in row) for row in picture.pixels]


def test_the_commonest_code_takes_the_place_of_the_commonest():
    assert rows(swap_palette(codec(), sprite(["111.", "122."]), sprite(["4443", "..3."]))) == ["444.", "433."]


def test_it_is_one_permutation_that_swaps_no_pixel_twice():
    assert rows(swap_palette(codec(), sprite(["1112"]), sprite(["2221"]))) == ["2221"]
    assert rows(swap_palette(codec(), sprite(["111223"]), sprite(["222331"]))) == ["222331"]


def test_what_is_transparent_takes_no_part():
    """Under alpha 0 a picture is white, the commonest code of both, were it counted."""
    a, b = sprite(["......", "112..."]), sprite([".......", "3330..."])
    assert rows(swap_palette(codec(), a, b)) == ["......", "330..."]


def test_patches_that_show_a_part_of_the_figure_do():
    a, b = sprite(["11..", "1...", "22..", "22.."]), sprite(["33....", "3...44"])
    swapped = swap_palette(codec(2), a, b)
    assert np.array_equal(swapped.pixels[..., 3], a.pixels[..., 3])


def test_a_sprite_stays_itself_but_for_its_colors():
    swapped = swap_palette(codec(), sprite(["12."]), sprite(["34"]))
    assert (swapped.name, swapped.species) == ("a", "slime")
    assert swapped.palette is not None and len(swapped.palette) == 3


def test_sizes_need_not_be_multiples_of_a_patch():
    assert swap_palette(codec(2), sprite(["111", "111", "222"]), sprite(["3"])).pixels.shape == (3, 3, 4)


def test_frames_share_one_permutation_and_one_palette():
    frames = swap_palettes(codec(), [sprite(["1112"]), sprite(["2..."])], [sprite(["3334"])])
    assert [rows(frame) for frame in frames] == [["3334"], ["4..."]]
    assert frames[0].palette is frames[1].palette


def test_more_colors_than_an_indexed_file_holds_need_no_palette():
    table = np.array([(i % 256, i // 256, 7) for i in range(300)], np.uint8)
    pixels = np.dstack([table.reshape(1, 300, 3), np.full((1, 300), 255, np.uint8)])
    many = Sprite(pixels=pixels)
    assert swap_palette(Codec(m=1, table=table), many, many).palette is None


@pytest.mark.parametrize("empty", ["....", "0000"])
def test_a_picture_of_nothing_changes_nothing(empty: str):
    a = sprite(["112."])
    like = sprite([empty])
    assert rows(swap_palette(codec(), a, like))[0].count(".") == 1
