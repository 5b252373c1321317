"""A finished sprite has hard alpha, one figure and few colors, whatever a network painted."""

from __future__ import annotations

import numpy as np
import pytest

from spriteloom.errors import ImpossibleModel
from spriteloom.generation.finishing import Finish, finish


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
    alone = finish(painted(30), "a", Finish(agree=0.0)).pixels
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
