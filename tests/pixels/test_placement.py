import numpy as np
import pytest

from spriteloom.errors import DataError
from spriteloom.pixels import Box, Palette, Placement, Sprite, crop, fit, pad, pad_to_multiple, square_crop

STEPS = [
    lambda s: crop(s, Box(1, 2, 4, 5)),
    lambda s: crop(s, Box(-3, 2, 4, 30)),
    lambda s: crop(s, Box(40, 40, 42, 42)),
    lambda s: pad(s, 20, 19),
    lambda s: pad_to_multiple(s, 8),
    lambda s: fit(s, 4),
    lambda s: fit(s, 16),
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
    placed, placement = fit(Sprite(pixels=draw(5, 5)), 8)
    with pytest.raises(ValueError, match="window 8×8"):
        placement.undo(Sprite(pixels=draw(7, 8)))
    with pytest.raises(ValueError, match="canvas is 6×5"):
        placement.undo(placed, onto=Sprite(pixels=draw(5, 6)))


def test_a_palette_survives_only_where_it_holds_both_pictures(draw):
    pixels = draw(4, 4)
    sprite = Sprite(pixels=pixels, palette=Palette.of(pixels))
    placed, placement = fit(sprite, 8)
    assert placement.undo(placed, onto=sprite).palette == sprite.palette
    assert placement.undo(placed, onto=Sprite(pixels=pixels)).palette is None


def test_json_there_and_back():
    placement = Placement(height=5, width=6, top=-1, left=2, rows=8, columns=9)
    assert Placement.from_json(placement.to_json()) == placement


@pytest.mark.parametrize("text", ["", "[]", "3", "{}", '{"height": "x"}'])
def test_json_of_something_else_is_refused(text):
    with pytest.raises(DataError, match="no placement"):
        Placement.from_json(text)
