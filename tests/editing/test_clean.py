"""Enlarged, shifted, compressed pixel art comes back to its grid; with its palette, pixel for pixel."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageFilter

from spriteloom.data.procedural.creature import creatures
from spriteloom.editing.clean import clean
from spriteloom.editing.grids import find_grid
from spriteloom.errors import BadPicture
from spriteloom.pixels import Palette, Sprite, over
from spriteloom.pixels.alpha import WHITE

SPRITES = list(creatures(3, seed=3, size=32))


def small(sprite: Sprite) -> np.ndarray:
    return np.asarray(over(sprite.pixels, WHITE))


def spoiled(sprite: Sprite, times: int, quality: int | None, top: int = 0, left: int = 0) -> Sprite:
    big = small(sprite).repeat(times, 0).repeat(times, 1)[top:, left:]
    if quality is not None:
        file = io.BytesIO()
        Image.fromarray(big).save(file, "JPEG", quality=quality)
        big = np.array(Image.open(file))
    rgba = np.dstack([big, np.full(big.shape[:2], 255, np.uint8)])
    return Sprite(pixels=rgba, name="big")


@pytest.mark.parametrize("times", [2, 3, 5, 8])
@pytest.mark.parametrize("quality", [None, 95, 60])
def test_the_grid_is_found(times, quality):
    for sprite in SPRITES:
        found = find_grid(spoiled(sprite, times, quality, top=1, left=times - 1).pixels)
        assert (found.size, found.top, found.left) == (times, times - 1, 1)


@pytest.mark.parametrize("times", [2, 4, 7])
def test_what_was_only_enlarged_comes_back(times):
    for sprite in SPRITES:
        made = clean(spoiled(sprite, times, None)).sprite.pixels
        assert made.shape == sprite.pixels.shape
        assert (made[..., :3] == small(sprite)).all(-1).mean() > 0.99


@pytest.mark.parametrize(
    ("times", "quality"),
    [(3, 90), *(pytest.param(*pair, marks=pytest.mark.slow) for pair in ((2, 95), (4, 75), (8, 60)))],
)
def test_compressed_art_comes_back_within_two_bytes_and_exactly_with_its_palette(times, quality):
    (sprite,) = creatures(1, seed=3)
    damaged = spoiled(sprite, times, quality, top=1)
    made = clean(damaged)
    assert made.explained
    gap = np.abs(made.sprite.pixels[..., :3].astype(int) - small(sprite)).max(-1)
    assert (gap <= 2).mean() > 0.97
    own = Palette(np.unique(small(sprite).reshape(-1, 3), axis=0))
    exact = clean(damaged, palette=own).sprite.pixels[..., :3]
    assert (exact == small(sprite)).all(-1).mean() > 0.98


def test_what_no_compression_explains_is_still_cleaned():
    sprite = SPRITES[0]
    big = Image.fromarray(small(sprite)).resize((sprite.width * 6, sprite.height * 6), Image.Resampling.BOX)
    soft = np.array(big.filter(ImageFilter.GaussianBlur(0.8)))
    made = clean(Sprite(pixels=np.dstack([soft, np.full(soft.shape[:2], 255, np.uint8)])))
    assert made.grid.size == 6 and not made.explained
    gap = np.abs(made.sprite.pixels[..., :3].astype(int) - small(sprite)).max(-1)
    assert (gap <= 8).mean() > 0.95


def test_compressed_art_takes_no_more_colors_than_asked_for():
    made = clean(spoiled(SPRITES[0], 4, 90), colors=3)
    assert made.explained and len(np.unique(made.sprite.pixels.reshape(-1, 4), axis=0)) <= 3


def test_pixel_art_as_it_is_stays_as_it_is():
    sprite = SPRITES[0]
    made = clean(sprite)
    assert made.grid.size == 1 and np.abs(made.sprite.pixels.astype(int) - sprite.pixels).max() <= 1


def test_soft_alpha_becomes_hard_and_colors_as_few_as_asked():
    soft = SPRITES[0].pixels.copy()
    soft[::3, :, 3] //= 3
    made = clean(Sprite(pixels=soft), colors=4).sprite.pixels
    assert set(np.unique(made[..., 3])) <= {0, 255}
    assert len(np.unique(made[made[..., 3] > 0], axis=0)) <= 4


def test_a_size_that_does_not_fit_is_refused():
    with pytest.raises(BadPicture, match="cells cannot be 999"):
        clean(SPRITES[0], size=999)
