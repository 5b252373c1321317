import numpy as np
import pytest

from spriteloom.errors import BadPalette
from spriteloom.pixels import Palette
from spriteloom.pixels.palette import counts, index

RED, GREEN, BLUE, CLEAR = (255, 0, 0, 255), (0, 255, 0, 255), (0, 0, 255, 255), (0, 0, 0, 0)


def row(*colors):
    return np.array([colors], np.uint8)


def test_colors_come_transparent_first_then_by_count_then_by_value():
    palette, number = counts(row(GREEN, BLUE, BLUE, RED, CLEAR, BLUE))
    assert palette == Palette([CLEAR, BLUE, GREEN, RED])
    assert number.tolist() == [1, 3, 1, 1]
    assert number.dtype == np.int64


def test_counts_agree_with_counting_one_by_one(draw):
    pixels = draw(20, 30, colors=40, alpha=(255, 90))
    palette, number = counts(pixels)
    for color, n in zip(palette.colors, number, strict=True):
        assert (pixels == color).all(axis=-1).sum() == n
    assert number.sum() == 600


def test_hidden_colors_are_one_color():
    assert len(Palette.of(row((1, 2, 3, 0), (9, 9, 9, 0)))) == 1
    assert Palette([(1, 2, 3, 0)]) == Palette([CLEAR])
    assert index(row((5, 5, 5, 0)), Palette([RED, CLEAR])).tolist() == [[1]]


def test_indices_lead_back_to_the_colors_in_any_order(draw):
    pixels = draw(17, 13, colors=256, alpha=(255, 3))
    found = Palette.of(pixels)
    palette = Palette(found.colors[::-1])
    places = index(pixels, palette)
    assert places.dtype == np.uint8
    assert np.array_equal(palette.colors[places], pixels)
    assert np.array_equal(places, len(found) - 1 - index(pixels, found))


def test_a_color_that_stands_twice_takes_its_first_place():
    assert index(row(RED, GREEN), Palette([GREEN, RED, RED, GREEN])).tolist() == [[1, 0]]


def test_the_first_pixel_off_the_palette_is_named():
    with pytest.raises(BadPalette, match=r"#0000ffff at x=2, y=0"):
        index(row(RED, RED, BLUE), Palette([RED]))
    with pytest.raises(BadPalette, match="#ffffffff"):  # beyond the greatest known value
        index(row((255, 255, 255, 255)), Palette([RED]))


def test_a_palette_too_long_for_a_byte_indexes_nothing():
    palette = Palette(np.arange(257 * 3).reshape(257, 3) % 256)
    with pytest.raises(BadPalette, match="257"):
        index(palette.colors[None], palette)


def test_a_palette_is_a_value_and_cannot_be_written():
    palette = Palette([(255, 0, 0), (0, 255, 0)])
    assert palette == Palette([RED, GREEN])
    assert hash(palette) == hash(Palette([RED, GREEN]))
    assert palette != Palette([GREEN, RED])
    with pytest.raises(ValueError):
        palette.colors[0, 0] = 1


def test_transparent_is_the_first_clear_index():
    assert Palette([RED, CLEAR, CLEAR]).transparent == 1
    assert Palette([RED]).transparent is None


def test_a_transparent_color_is_added_at_the_end_only_where_it_is_needed():
    palette = Palette([RED, GREEN])
    assert palette.with_transparent_for(row(RED)) == palette
    assert palette.with_transparent_for(row(RED, CLEAR)) == Palette([RED, GREEN, CLEAR])
    full = Palette(np.arange(256 * 3).reshape(256, 3) % 256)
    assert full.with_transparent_for(row(CLEAR)) is None


@pytest.mark.parametrize("colors", [[], [(1, 2)], [(1, 2, 300)], [(-1, 0, 0)], [(0.5, 0, 0)]])
def test_what_is_no_list_of_colors_is_no_palette(colors):
    with pytest.raises(ValueError):
        Palette(colors)
