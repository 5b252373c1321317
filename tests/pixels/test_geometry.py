import numpy as np
import pytest

from spriteloom.errors import BadPicture, DataError
from spriteloom.pixels import Palette, Sprite
from spriteloom.pixels.geometry import Box, Placement, bounding_box, crop, pad, scale, square_crop
from spriteloom.pixels.palette import index


def dot(h, w, *places):
    pixels = np.zeros((h, w, 4), np.uint8)
    for y, x in places:
        pixels[y, x] = 255
    return Sprite(pixels=pixels, name="dot")


@pytest.mark.parametrize("k", [1, 2, 3, 5])
def test_scaling_repeats_pixels(draw, k):
    sprite = Sprite(pixels=draw(4, 7))
    large = scale(sprite, k)
    assert large.pixels.shape == (4 * k, 7 * k, 4)
    assert np.array_equal(large.pixels[k - 1 :: k, k - 1 :: k], sprite.pixels)
    assert np.array_equal(large.pixels[::k, ::k], sprite.pixels)


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


def test_factors_below_one_are_refused():
    with pytest.raises(ValueError):
        scale(dot(2, 2), 0)


def test_a_box_without_pixels_is_refused():
    with pytest.raises(ValueError):
        Box(3, 0, 3, 5)


STEPS = [
    lambda s: crop(s, Box(1, 2, 4, 5)),
    lambda s: crop(s, Box(-3, 2, 4, 30)),
    lambda s: crop(s, Box(40, 40, 42, 42)),
    lambda s: pad(s, 20, 19),
    square_crop,
]


@pytest.mark.parametrize("step", STEPS)
def test_undoing_onto_the_original_gives_the_original(draw, step):
    sprite = Sprite(pixels=draw(7, 11), name="a", species="b")
    placed, placement = step(sprite)
    again = placement.undo(placed, onto=sprite)
    assert np.array_equal(again.pixels, sprite.pixels)
    assert (again.name, again.species) == ("a", "b")


@pytest.mark.parametrize("step", STEPS)
def test_undoing_gives_the_original_size_with_what_was_left_out_transparent(draw, step):
    sprite = Sprite(pixels=draw(7, 11))
    placed, placement = step(sprite)
    again = placement.undo(placed).pixels
    same = (again == sprite.pixels).all(axis=-1)
    assert again.shape == sprite.pixels.shape
    assert same.sum() >= (placed.pixels[..., 3] > 0).sum()
    assert not again[~same].any()


def test_undoing_carries_what_was_changed_in_the_window(draw):
    sprite = Sprite(pixels=draw(6, 6))
    placed, placement = crop(sprite, Box(1, 1, 3, 3))
    changed = placed.with_pixels(np.full((2, 2, 4), 255, np.uint8))
    again = placement.undo(changed, onto=sprite).pixels
    assert (again[1:3, 1:3] == 255).all()
    assert np.array_equal(again[3:], sprite.pixels[3:])


def test_a_picture_of_another_size_is_refused(draw):
    placed, placement = pad(Sprite(pixels=draw(5, 5)), 8, 8)
    with pytest.raises(ValueError, match="window 8×8"):
        placement.undo(Sprite(pixels=draw(7, 8)))
    with pytest.raises(ValueError, match="canvas is 6×5"):
        placement.undo(placed, onto=Sprite(pixels=draw(5, 6)))


def test_a_palette_survives_only_where_it_holds_both_pictures(draw):
    pixels = draw(4, 4)
    sprite = Sprite(pixels=pixels, palette=Palette.of(pixels))
    placed, placement = pad(sprite, 8, 8)
    assert placement.undo(placed, onto=sprite).palette == sprite.palette
    assert placement.undo(placed, onto=Sprite(pixels=pixels)).palette is None


def test_json_there_and_back():
    placement = Placement(height=5, width=6, top=-1, left=2, rows=8, columns=9)
    assert Placement.from_json(placement.to_json()) == placement


@pytest.mark.parametrize("text", ["", "[]", "3", "{}", '{"height": "x"}'])
def test_json_of_something_else_is_refused(text):
    with pytest.raises(DataError, match="not a sprite's placement"):
        Placement.from_json(text)
