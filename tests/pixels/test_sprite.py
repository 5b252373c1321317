"""Pictures that are no pixel art yet are opened for cleaning, or refused in one line."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from spriteloom.errors import BadPicture
from spriteloom.pixels import Animation, Sprite, save_animation
from spriteloom.pixels.sprite import open_picture


def test_a_sprite_keeps_its_own_copy_that_cannot_be_written(draw):
    pixels = draw(3, 4)
    sprite = Sprite(pixels=pixels)
    pixels[:] = 9
    assert not (sprite.pixels == 9).all()
    with pytest.raises(ValueError):
        sprite.pixels[0, 0, 0] = 1


@pytest.mark.parametrize(
    "pixels", [np.zeros((2, 2, 3), np.uint8), np.zeros((2, 2, 4)), np.zeros((0, 2, 4), np.uint8)]
)
def test_what_is_no_picture_is_no_sprite(pixels):
    with pytest.raises(ValueError):
        Sprite(pixels=pixels)


def test_opening_a_sprite_takes_the_first_frame_and_the_files_name(draw, tmp_path):
    frames = tuple(Sprite(pixels=draw(5, 5)) for _ in range(3))
    save_animation(Animation(frames, (10, 10, 10)), tmp_path / "slime.gif")
    sprite = Sprite.open(tmp_path / "slime.gif")
    assert sprite.name == "slime"
    assert np.array_equal(sprite.pixels, frames[0].pixels)


def test_saving_a_sprite_and_opening_it_again_changes_nothing(draw, tmp_path):
    sprite = Sprite(pixels=draw(5, 7))
    sprite.save(tmp_path / "a.png")
    assert np.array_equal(Sprite.open(str(tmp_path / "a.png")).pixels, sprite.pixels)


def sprite(h=2, w=2):
    return Sprite(pixels=np.zeros((h, w, 4), np.uint8))


@pytest.mark.parametrize(
    ("frames", "durations", "loop"),
    [
        ((), (), 0),
        ((sprite(),), (1, 2), 0),
        ((sprite(),), (-1,), 0),
        ((sprite(),), (1,), -1),
        ((sprite(), sprite(3)), (1, 2), 0),
    ],
)
def test_an_animation_that_cannot_be_shown_is_refused(frames, durations, loop):
    with pytest.raises(ValueError):
        Animation(frames, durations, loop)


def test_jpeg_bmp_and_png_are_opened(tmp_path):
    rgb = np.full((6, 8, 3), (200, 60, 50), np.uint8)
    for name in ("a.jpg", "a.bmp", "a.png"):
        Image.fromarray(rgb).save(tmp_path / name)
        found = open_picture(tmp_path / name)
        assert found.name == "a" and found.pixels.shape == (6, 8, 4) and (found.pixels[..., 3] == 255).all()
        assert np.abs(found.pixels[..., :3].astype(int) - rgb).max() <= 2


def test_what_is_damaged_or_foreign_is_refused(tmp_path):
    Sprite(pixels=np.full((40, 40, 4), 255, np.uint8)).save(tmp_path / "a.png")
    Image.fromarray(np.zeros((40, 40, 3), np.uint8)).save(tmp_path / "a.jpg")
    (tmp_path / "cut.jpg").write_bytes((tmp_path / "a.jpg").read_bytes()[:200])
    (tmp_path / "text.jpg").write_text("once")
    for name in ("cut.jpg", "text.jpg", "none.jpg"):
        with pytest.raises(BadPicture) as reason:
            open_picture(tmp_path / name)
        assert "\n" not in str(reason.value) and str(reason.value).count(name) == 1
