"""A finished sprite has hard alpha, few colors and no loose part, whatever a network painted."""

from __future__ import annotations

import numpy as np
import pytest

from spriteloom.errors import ImpossibleModel
from spriteloom.models.finishing import (
    BACKGROUND_TOLERANCE,
    Finish,
    cut_out,
    finish,
    onto_palette,
    reduce_colors,
)
from spriteloom.pixels import Palette, Sprite, open_palette


def painted(noise: int = 12) -> np.ndarray:
    """Two flat halves and an outline, with a painter's unsteady hand, soft alpha and a crumb."""
    chance = np.random.default_rng(0)
    rgba = np.zeros((24, 24, 4), int)
    rgba[4:20, 4:20] = (20, 20, 30, 250)
    rgba[5:12, 5:19] = (200, 60, 60, 230)
    rgba[12:19, 5:19] = (60, 80, 210, 255)
    rgba[1, 1] = (90, 200, 90, 255)
    rgba[..., :3] += chance.integers(-noise, noise + 1, (24, 24, 3))
    rgba[22] = (90, 90, 90, 60)
    return rgba.clip(0, 255).astype(np.uint8)


def test_alpha_is_hard_crumbs_are_gone_and_colors_are_few():
    pixels = finish(painted(), "a").pixels
    assert set(np.unique(pixels[..., 3])) == {0, 255} and not pixels[1, 1].any() and not pixels[22].any()
    assert len(np.unique(pixels[pixels[..., 3] > 0], axis=0)) <= 16


def test_a_region_becomes_one_color_and_edges_stay():
    pixels = finish(painted(), "a").pixels
    for part in (pixels[5:12, 5:19], pixels[12:19, 5:19]):
        colors, counts = np.unique(part.reshape(-1, 4), axis=0, return_counts=True)
        assert counts.max() / counts.sum() > 0.95, colors
    assert (np.abs(pixels[4, 4:20, :3].astype(int) - (20, 20, 30)) < 20).all()


def test_neighbours_that_need_not_agree_do_not():
    alone = finish(painted(30), "a", Finish(smoothness=0.0)).pixels
    together = finish(painted(30), "a").pixels

    def borders(pixels):
        return int((pixels[5:19, 6:19] != pixels[5:19, 5:18]).any(-1).sum())

    assert borders(together) < borders(alone)


def test_as_few_colors_as_asked():
    pixels = finish(painted(), "a", Finish(colors=2)).pixels
    assert len(np.unique(pixels[pixels[..., 3] > 0], axis=0)) <= 2
    with pytest.raises(ImpossibleModel):
        finish(painted(), "a", Finish(colors=0))


def test_exact_pixel_art_comes_back_as_it_was():
    rgba = np.zeros((12, 12, 4), np.uint8)
    rgba[2:10, 2:10] = (16, 16, 32, 255)
    rgba[3:9, 3:9] = (222, 90, 60, 255)
    assert np.abs(finish(rgba, "a").pixels.astype(int) - rgba).max() <= 1


def test_nothing_stays_nothing():
    assert not finish(np.zeros((4, 4, 4), np.uint8), "a").pixels.any()


def test_a_palette_takes_the_place_of_the_centers():
    palette = open_palette("pico-8")
    pixels = finish(painted(), "a", Finish(palette=palette)).pixels
    colors = {bytes(color) for color in pixels[pixels[..., 3] > 0]}
    assert colors <= {bytes(color) for color in palette.colors}
    assert bytes.fromhex("ff004dff") in colors or bytes.fromhex("ab5236ff") in colors  # a red
    assert not pixels[1, 1].any() and not pixels[22].any()  # crumbs go


def test_a_lone_pixel_of_a_near_color_joins_its_neighbors_and_one_of_a_far_color_stays():
    near, far = np.array([[60, 60, 60], [75, 75, 75]], np.uint8), np.array([[60, 60, 60], [250, 240, 60]])
    for colors, lone in ((near, 0), (far.astype(np.uint8), 1)):
        rgba = np.full((7, 7, 4), 255, np.uint8)
        rgba[..., :3] = colors[0]
        rgba[3, 3, :3] = colors[1]
        assert (onto_palette(rgba, colors)[3, 3, :3] == colors[lone]).all()


def test_no_more_colors_of_a_palette_than_asked():
    palette = Palette(np.random.default_rng(0).integers(0, 256, (200, 3)))
    finished = [finish(painted(40), "a", Finish(palette=palette, colors=most)).pixels for most in (3, 16)]
    few, many = (len(np.unique(pixels[pixels[..., 3] > 0], axis=0)) for pixels in finished)
    assert few == 3 < many <= 16


GROUNDS = {"white": (255, 255, 255), "black": (0, 0, 0), "green": (20, 200, 40)}
RED = (200, 60, 90)


def ring(ground: tuple[int, int, int]) -> np.ndarray:
    """12×12: a red square from 3 to 9 with a hole of the ground's color from 5 to 7."""
    rgb = np.full((12, 12, 3), ground, np.uint8)
    rgb[3:9, 3:9] = RED
    rgb[5:7, 5:7] = ground
    return rgb


@pytest.mark.parametrize("ground", GROUNDS.values(), ids=GROUNDS)
def test_the_ground_goes_and_a_hole_of_its_color_stays(ground: tuple[int, int, int]):
    rgb = ring(ground)
    sprite = cut_out(rgb, "ring")
    expected = np.zeros((12, 12), np.uint8)
    expected[3:9, 3:9] = 255
    assert sprite.name == "ring" and (sprite.pixels[..., 3] == expected).all()
    inside = expected > 0
    assert (sprite.pixels[inside, :3] == rgb[inside]).all() and not sprite.pixels[~inside].any()


def test_the_ground_passes_a_gap_but_not_a_corner():
    rgb = ring(GROUNDS["white"])
    rgb[4, 4] = 255  # touches the hole by its corner alone
    assert cut_out(rgb, "").pixels[4:7, 4:7, 3].all()
    rgb[3:5, 5] = 255
    alpha = cut_out(rgb, "").pixels[..., 3]
    assert not alpha[3:5, 5].any() and not alpha[5:7, 5:7].any() and alpha[6, 4]


def test_the_ground_winds():
    """A spiral is followed to its end, however long."""
    rgb = np.full((21, 21, 3), RED, np.uint8)
    rgb[[0, -1]] = rgb[:, [0, -1]] = 255
    for row in range(2, 19, 2):
        rgb[row, 2:19] = 255
        rgb[row - 1, 18 if row % 4 else 2] = 255
    alpha = cut_out(rgb, "").pixels[..., 3]
    assert (alpha == np.where((rgb == 255).all(-1), 0, 255)).all()


def test_a_ground_that_a_codec_made_uneven_goes_too():
    rgb = ring(GROUNDS["white"])
    noise = np.random.default_rng(0).integers(0, BACKGROUND_TOLERANCE + 1, rgb.shape, dtype=np.uint8)
    rgb = np.where((rgb == 255), rgb - noise, rgb)
    rgb[0] = rgb[-1] = 255  # the commonest
    assert (cut_out(rgb, "").pixels[..., 3] == cut_out(ring(GROUNDS["white"]), "").pixels[..., 3]).all()
    rgb[0, 0] = 255 - BACKGROUND_TOLERANCE - 1
    assert cut_out(rgb, "").pixels[0, 0, 3] == 255


def test_alpha_is_hard_whatever_the_picture():
    rgb = np.random.default_rng(0).integers(0, 256, (16, 9, 3), dtype=np.uint8)
    assert set(np.unique(cut_out(rgb, "").pixels[..., 3])) <= {0, 255}


@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (4, 2), (8, 8)])
def test_a_picture_that_is_all_ground_is_all_transparent(shape: tuple[int, int]):
    sprite = cut_out(np.full((*shape, 3), 7, np.uint8), "")
    assert not sprite.pixels.any() and sprite.pixels.shape == (*shape, 4)
    assert reduce_colors(sprite, 1) is sprite


def colorful(seed: int = 0) -> Sprite:
    """16×16, transparent on the left, over a hundred colors on the right."""
    pixels = np.random.default_rng(seed).integers(0, 256, (16, 16, 4), dtype=np.uint8)
    pixels[..., 3] = np.where(np.arange(16) < 8, 0, 255)
    pixels[:, :8] = 0
    return Sprite(pixels=pixels, name="many", species="test", labels={"shape": "wings"})


def opaque(sprite: Sprite) -> np.ndarray:
    return np.unique(sprite.pixels[sprite.pixels[..., 3] > 0], axis=0)


@pytest.mark.parametrize("colors", [1, 5])
def test_at_most_so_many_colors(colors: int):
    before = colorful()
    after = reduce_colors(before, colors)
    assert 1 <= len(opaque(after)) <= colors < len(opaque(before))
    assert (after.pixels[..., 3] == before.pixels[..., 3]).all() and not after.pixels[:, :8].any()
    assert (after.name, after.species, after.labels) == (before.name, before.species, before.labels)
    assert (reduce_colors(before, colors).pixels == after.pixels).all()


def test_more_colors_are_nearer():
    before = colorful()
    errors = [np.abs(reduce_colors(before, n).pixels.astype(int) - before.pixels).mean() for n in (2, 16)]
    assert errors[1] < 0.7 * errors[0]


def test_two_families_of_colors_become_their_means():
    """What is transparent takes no color from them."""
    pixels = np.full((3, 4, 4), 255, np.uint8)
    pixels[2] = 0
    pixels[0, :, :3] = np.array([10, 10, 14, 14])[:, None]
    pixels[1, :, :3] = np.array([200, 200, 204, 204])[:, None]
    after = reduce_colors(Sprite(pixels=pixels), 2).pixels
    assert after[..., 0].tolist() == [[12] * 4, [202] * 4, [0] * 4]


def test_a_sprite_of_fewer_colors_is_untouched():
    sprite = cut_out(ring(GROUNDS["white"]), "ring")
    assert reduce_colors(sprite, 2) is sprite and reduce_colors(sprite, 9) is sprite


@pytest.mark.parametrize("colors", [0, -3])
def test_no_colors_are_refused(colors: int):
    with pytest.raises(ImpossibleModel, match=f"cannot have {colors} colors"):
        reduce_colors(colorful(), colors)
