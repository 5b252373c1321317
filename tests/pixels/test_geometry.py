import numpy as np
import pytest

from spriteloom.errors import BadPicture
from spriteloom.pixels import (
    Box,
    Palette,
    Sprite,
    bounding_box,
    crop,
    fit,
    index,
    pad,
    pad_to_multiple,
    scale,
    square_crop,
    unscale,
)


def dot(h, w, *places):
    pixels = np.zeros((h, w, 4), np.uint8)
    for y, x in places:
        pixels[y, x] = 255
    return Sprite(pixels=pixels, name="dot")


@pytest.mark.parametrize("k", [1, 2, 3, 5])
def test_scaling_repeats_pixels_and_unscaling_takes_them_back(draw, k):
    sprite = Sprite(pixels=draw(4, 7))
    large = scale(sprite, k)
    assert large.pixels.shape == (4 * k, 7 * k, 4)
    assert np.array_equal(large.pixels[k - 1 :: k, k - 1 :: k], sprite.pixels)
    assert np.array_equal(unscale(large, k).pixels, sprite.pixels)


def test_unscaling_what_was_not_scaled_is_refused(draw):
    with pytest.raises(BadPicture, match="not scaled by 2"):
        unscale(Sprite(pixels=draw(4, 4)), 2)
    with pytest.raises(BadPicture, match="not scaled by 3"):
        unscale(scale(Sprite(pixels=draw(2, 2)), 2), 3)


def test_the_bounding_box_holds_every_pixel_that_can_be_seen():
    sprite = dot(9, 8, (2, 5), (6, 3))
    assert bounding_box(sprite.pixels) == Box(2, 3, 7, 6)
    faint = sprite.pixels.copy()
    faint[8, 7] = (0, 0, 0, 1)
    assert bounding_box(faint) == Box(2, 3, 9, 8)
    assert bounding_box(dot(3, 3).pixels) is None


def test_a_crop_shows_its_box_and_nothing_beyond_the_canvas(draw):
    sprite = Sprite(pixels=draw(6, 5))
    inside, _ = crop(sprite, Box(1, 2, 4, 5))
    assert np.array_equal(inside.pixels, sprite.pixels[1:4, 2:5])
    beyond, _ = crop(sprite, Box(-2, -1, 7, 6))
    assert np.array_equal(beyond.pixels[2:8, 1:6], sprite.pixels)
    assert beyond.pixels.sum(dtype=int) == sprite.pixels.sum(dtype=int)
    nowhere, _ = crop(sprite, Box(20, 20, 22, 22))
    assert not nowhere.pixels.any()


def test_padding_centres_and_never_crops(draw):
    sprite = Sprite(pixels=draw(4, 5, alpha=(255,)))
    padded, _ = pad(sprite, 7, 8)
    assert np.array_equal(padded.pixels[2:6, 2:7], sprite.pixels)
    with pytest.raises(BadPicture, match="5×4"):
        pad(sprite, 3, 8)


def test_padding_to_a_multiple_keeps_the_upper_left(draw):
    sprite = Sprite(pixels=draw(5, 8))
    padded, _ = pad_to_multiple(sprite, 4)
    assert padded.pixels.shape == (8, 8, 4)
    assert np.array_equal(padded.pixels[:5], sprite.pixels)


@pytest.mark.parametrize(("h", "w", "size"), [(3, 9, 6), (9, 3, 6), (2, 2, 5), (8, 8, 5), (6, 6, 6)])
def test_fitting_keeps_the_middle(draw, h, w, size):
    sprite = Sprite(pixels=draw(h, w))
    fitted, placement = fit(sprite, size)
    assert fitted.pixels.shape == (size, size, 4)
    for y in range(size):
        for x in range(size):
            at = y + placement.top, x + placement.left
            inside = 0 <= at[0] < h and 0 <= at[1] < w
            assert fitted.pixels[y, x].tolist() == (sprite.pixels[at].tolist() if inside else [0] * 4)
    assert abs(2 * placement.top + size - h) <= 1
    assert abs(2 * placement.left + size - w) <= 1


def test_the_square_is_the_smallest_around_the_figure():
    square, placement = square_crop(dot(9, 8, (2, 5), (6, 3)))
    assert square.pixels.shape == (5, 5, 4)
    assert bounding_box(square.pixels) == Box(0, 1, 5, 4)
    assert (placement.top, placement.left) == (2, 2)


def test_a_wide_figure_stays_in_the_middle_of_its_square():
    square, placement = square_crop(dot(9, 8, (4, 1), (5, 6)))
    assert square.pixels.shape == (6, 6, 4)
    assert bounding_box(square.pixels) == Box(2, 0, 4, 6)
    assert (placement.top, placement.left) == (2, 1)


def test_the_square_may_leave_the_canvas():
    square, placement = square_crop(dot(9, 3, (0, 1), (8, 1)))
    assert square.pixels.shape == (9, 9, 4)
    assert placement.left == -3
    assert square.pixels[0, 4].any()
    assert square.pixels[8, 4].any()


def test_the_square_of_nothing_is_around_the_canvas():
    assert square_crop(dot(2, 6))[0].pixels.shape == (6, 6, 4)


def test_an_indexed_sprite_stays_on_its_palette_when_its_frame_grows():
    red = Sprite(pixels=np.full((2, 2, 4), 255, np.uint8), palette=Palette([(0, 0, 0), (255, 255, 255)]))
    padded, _ = pad(red, 4, 4)
    assert len(padded.palette) == 3
    assert index(padded.pixels, padded.palette)[1, 1] == 1


@pytest.mark.parametrize(
    "act", [lambda s: scale(s, 0), lambda s: unscale(s, 0), lambda s: pad_to_multiple(s, 0)]
)
def test_factors_below_one_are_refused(act):
    with pytest.raises(ValueError):
        act(dot(2, 2))


def test_a_box_without_pixels_is_refused():
    with pytest.raises(ValueError):
        Box(3, 0, 3, 5)
