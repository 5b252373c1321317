"""Samples drawn for a palette: on it exactly, decided while they are sampled, in every space and family."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest
import torch

from spriteloom.models.capabilities import Samples, need
from spriteloom.models.diffusion.model import PALETTE_SIGMA, DiffusionModel
from spriteloom.models.load import load
from spriteloom.pixels import Palette, open_palette
from spriteloom.priors.draw import Draw
from tiny_families import tiny_run

FOUR = open_palette("game-boy")


def colors_of(pixels: np.ndarray) -> set[bytes]:
    return {bytes(color) for color in pixels.reshape(-1, 4) if color[3]}


@pytest.fixture(scope="module")
def model() -> DiffusionModel:
    return cast(DiffusionModel, load(tiny_run("tiles")).with_sampler(num_steps=8))


@pytest.mark.parametrize(
    "family", ["tiles", "diffusion", "latent-diffusion", "pixelcnn", "vae", "pokemon-mlp"]
)
def test_every_sprite_has_the_colors_of_the_palette_alone(family: str):
    sampling = need(load(tiny_run(family)), Samples)
    sprites = sampling.generate(2, palette=FOUR)
    assert all(colors_of(sprite.pixels) <= colors_of(FOUR.colors) for sprite in sprites)
    assert all(set(np.unique(sprite.pixels[..., 3])) <= {0, 255} for sprite in sprites)


def test_what_the_network_paints_is_on_the_palette_before_it_is_finished(model: DiffusionModel):
    conditions = np.tile(model.condition(), (2, 1))
    painted = model.paint(conditions, Draw(seeds=(0, 1), palette=FOUR))
    assert colors_of(painted) <= colors_of(FOUR.colors)
    free = model.paint(conditions, Draw(seeds=(0, 1)))
    assert not colors_of(free) <= colors_of(FOUR.colors)


def test_predictions_are_mapped_at_low_noise_alone(model: DiffusionModel):
    pull = model._pull(FOUR)
    assert pull is not None
    clean = torch.randn(2, *model.space.shape, generator=torch.Generator().manual_seed(0)) / 2
    assert pull(clean, PALETTE_SIGMA + 0.01) is clean
    mapped = pull(clean, PALETTE_SIGMA)
    assert colors_of(model.space.decode(mapped)) <= colors_of(FOUR.colors)


def test_without_a_palette_predictions_become_flat_where_the_sampler_says_so(model: DiffusionModel):
    clean = torch.randn(2, *model.space.shape, generator=torch.Generator().manual_seed(0)) / 2
    pull = model._pull(None)
    assert pull is not None and pull(clean, 0.61) is clean
    pictures = model.space.decode(pull(clean, 0.6))
    assert all(len(colors_of(picture)) <= 16 for picture in pictures)
    assert not set(np.unique(pictures[..., 3])) - {0, 255}
    assert cast(DiffusionModel, load(tiny_run("diffusion")))._pull(None) is None


def test_a_sample_depends_on_its_own_seed(model: DiffusionModel):
    both, alone = model.generate(2, seed=3, palette=FOUR), model.generate(1, seed=4, palette=FOUR)
    assert np.array_equal(both[1].pixels, alone[0].pixels)


def test_a_palette_that_holds_every_color_of_a_sample_changes_little(model: DiffusionModel):
    """Nothing but the smoothing of neighbors is left to change it."""
    (free,) = model.generate(1, seed=1)
    own = Palette.of(free.pixels[free.pixels[..., 3] > 0])
    (drawn,) = model.generate(1, seed=1, palette=own)
    (other,) = model.generate(1, seed=1, palette=FOUR)
    gaps = [np.abs(sprite.pixels.astype(int) - free.pixels).mean() for sprite in (drawn, other)]
    assert gaps[0] < gaps[1]
