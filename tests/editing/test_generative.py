"""Edits by models: what stays, what changes, what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from diffusion_kit import run_of
from run_kit import small_set
from spriteloom.data.procedural.creature import creatures
from spriteloom.editing import generative
from spriteloom.editing.generative import join
from spriteloom.errors import BadPicture, ImpossibleModel
from spriteloom.models.base import Model
from spriteloom.models.load import load
from spriteloom.pixels import Sprite, open_palette
from spriteloom.pixels.geometry import bounding_box, crop, pad


@pytest.fixture(scope="module", params=["pixels", "latents"])
def generator(request: pytest.FixtureRequest) -> Model:
    run = (
        run_of("diffusion") if request.param == "pixels" else run_of("latent-diffusion", "latent", small=True)
    )
    return generative.with_sampler(load(run), num_steps=2)


@pytest.fixture(scope="module")
def sprites() -> list[Sprite]:
    return [pad(sprite, 40, 36)[0] for sprite in small_set().sprites("train", limit=2)]


def test_a_varied_sprite_has_its_size_and_hard_alpha(generator, sprites):
    made = generative.vary(generator, sprites[0], 2, strength=0.4, seed=7)
    assert [one.pixels.shape for one in made] == [(40, 36, 4)] * 2
    assert all(set(np.unique(one.pixels[..., 3])) <= {0, 255} for one in made)
    again = generative.vary(generator, sprites[0], 1, strength=0.4, seed=8)
    assert np.array_equal(again[0].pixels, made[1].pixels)


def test_little_strength_changes_less(generator, sprites):
    def varied(strength: float) -> np.ndarray:
        return generative.vary(generator, sprites[0], 1, strength=strength)[0].pixels.astype(int)

    # An autoencoder of two steps brings nothing back: what it gives for no noise stands for the sprite.
    start = sprites[0].pixels if generator.base is None else varied(1e-3)

    def gap(strength: float) -> float:
        return float(np.abs(varied(strength) - start).mean())

    assert gap(0.02) < gap(0.9)
    with pytest.raises(ImpossibleModel, match="strength"):
        gap(1.5)


def test_a_morph_begins_and_ends_with_its_ends(generator, sprites):
    made = generative.morph(generator, sprites[0], sprites[1], 4)
    assert len(made) == 4
    assert np.array_equal(made[0].pixels, sprites[0].pixels)
    assert np.array_equal(made[-1].pixels, sprites[1].pixels)
    assert {one.pixels.shape for one in made} == {(40, 36, 4)}
    with pytest.raises(BadPicture, match="crop or pad"):
        generative.morph(generator, sprites[0], pad(sprites[1], 50, 50)[0])
    with pytest.raises(ImpossibleModel, match="two ends"):
        generative.morph(generator, sprites[0], sprites[1], 1)


def test_inpainting_changes_the_mask_alone_and_stays_on_the_palette(generator, sprites):
    sprite = sprites[0]
    mask = np.zeros((40, 36), bool)
    mask[9:22, 10:21] = True
    own = {tuple(c) for c in sprite.pixels[sprite.pixels[..., 3] > 0]}
    for one in generative.inpaint(generator, sprite, mask, 3):
        assert np.array_equal(one.pixels[~mask], sprite.pixels[~mask])
        assert {tuple(c) for c in one.pixels[one.pixels[..., 3] > 0]} <= own
        assert set(np.unique(one.pixels[..., 3])) <= {0, 255}


def test_inpainting_keeps_partial_alpha_outside_the_mask(generator, sprites):
    """The network sees alpha 0 or 255, so these pixels do not come back from it as they were."""
    pixels = sprites[0].pixels.copy()
    rows, columns = np.nonzero(pixels[..., 3])
    pixels[rows[::3], columns[::3], 3] = 90
    pixels[rows[1::3], columns[1::3], 3] = 200
    mask = np.zeros((40, 36), bool)
    mask[9:22, 10:21] = True
    (painted,) = generative.inpaint(generator, sprites[0].with_pixels(pixels), mask, 1)
    assert np.array_equal(painted.pixels[~mask], pixels[~mask])


def test_what_is_painted_around_leaves_the_rest_and_stays_on_the_palette(generator, sprites):
    sprite = sprites[0]
    own = {tuple(c) for c in sprite.pixels[sprite.pixels[..., 3] > 0]}
    for one in generative.outpaint(generator, sprite, 2, top=3, left=5, bottom=1):
        assert one.pixels.shape == (44, 41, 4)
        assert np.array_equal(one.pixels[3:43, 5:], sprite.pixels)
        assert {tuple(c) for c in one.pixels[one.pixels[..., 3] > 0]} <= own
    for sides in ({}, {"top": -1, "left": 4}):
        with pytest.raises(BadPicture, match="1 pixel or more"):
            generative.outpaint(generator, sprite, **sides)


def test_a_fusion_keeps_both_but_for_the_seam(generator, sprites):
    joined = join(sprites[0], sprites[1])
    for one in generative.fuse(generator, sprites[0], sprites[1], 2):
        assert np.array_equal(one.pixels[~joined.seam], joined.sprite.pixels[~joined.seam])


def test_a_mask_that_fits_nothing_is_refused(generator, sprites):
    with pytest.raises(BadPicture, match="give a mask of its size"):
        generative.inpaint(generator, sprites[0], np.ones((3, 3), bool))
    with pytest.raises(BadPicture, match="is empty"):
        generative.inpaint(generator, sprites[0], np.zeros((40, 36), bool))


def test_figures_that_do_not_fit_are_refused(generator):
    large = Sprite(pixels=np.full((50, 50, 4), 255, np.uint8), name="large")
    with pytest.raises(BadPicture, match="larger than the network"):
        generative.vary(generator, large, 1)
    with pytest.raises(BadPicture, match="shows nothing"):
        generative.vary(generator, Sprite(pixels=np.zeros((8, 8, 4), np.uint8), name="empty"), 1)


def test_a_diffusion_of_resized_pictures_edits_no_pixels(sprites):
    latents = load(run_of("latent-diffusion", "latent"))
    with pytest.raises(ImpossibleModel, match="--preprocessing pixel"):
        generative.vary(latents, sprites[0], 1)


A, B = creatures(2, seed=5)


def test_both_parts_are_there_and_the_seam_lies_between():
    made = join(A, B, cut=0.5)
    figure = crop(A, bounding_box(A.pixels))[0].pixels
    box = bounding_box(made.sprite.pixels)
    top = made.sprite.pixels[box.top : box.top + round(0.5 * len(figure))]
    seen = figure[: round(0.5 * len(figure))]
    assert (top[..., 3] > 0).sum() == (seen[..., 3] > 0).sum()
    rows = np.flatnonzero(made.seam.any(1))
    assert rows.min() < box.top + round(0.5 * len(figure)) <= rows.max()
    assert made.seam.shape == made.sprite.pixels.shape[:2]


def test_colors_are_those_of_the_head():
    def colors(sprite: Sprite) -> set[tuple[int, ...]]:
        return {tuple(c) for c in sprite.pixels[sprite.pixels[..., 3] > 0].tolist()}

    own = np.array(sorted(colors(A)), int)
    for color in colors(join(A, B).sprite):
        assert np.abs(own - np.array(color)).max(1).min() < 90


def test_what_cannot_be_joined_is_refused():
    with pytest.raises(ImpossibleModel, match="leaves one"):
        join(A, B, cut=0.0)
    with pytest.raises(BadPicture, match="shows nothing"):
        join(Sprite(pixels=np.zeros((4, 4, 4), np.uint8), name="empty"), B)


def test_edits_for_a_palette_have_its_colors_where_they_are_new(generator, sprites):
    palette = open_palette("db16")
    inside = {tuple(color) for color in palette.colors.tolist()}

    def colors(pixels: np.ndarray) -> set[tuple[int, ...]]:
        return {tuple(color) for color in pixels.reshape(-1, 4).tolist() if color[3]}

    (varied,) = generative.vary(generator, sprites[0], 1, strength=0.6, palette=palette)
    (fused,) = generative.fuse(generator, sprites[0], sprites[1], 1, palette=palette)
    assert colors(varied.pixels) <= inside and colors(fused.pixels) <= inside
    mask = np.zeros((40, 36), bool)
    mask[9:22, 10:21] = True
    (painted,) = generative.inpaint(generator, sprites[0], mask, 1, palette=palette)
    assert np.array_equal(painted.pixels[~mask], sprites[0].pixels[~mask])
    assert colors(painted.pixels[mask]) <= inside
    (larger,) = generative.outpaint(generator, sprites[0], 1, bottom=4, palette=palette)
    assert np.array_equal(larger.pixels[:40], sprites[0].pixels) and colors(larger.pixels[40:]) <= inside
