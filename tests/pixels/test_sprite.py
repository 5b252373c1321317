import numpy as np
import pytest

from spriteloom.pixels import Animation, Sprite, save_animation


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
