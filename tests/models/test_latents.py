"""Latent spaces: pictures become grids of the promised shape and pictures again."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch

from run_kit import run_config
from spriteloom.errors import ImpossibleModel
from spriteloom.models.autoencoder import AutoencoderModel
from spriteloom.models.diffusion.presets import FoldedPixels
from spriteloom.models.spatial_autoencoder.family import SpatialLatents, latent
from spriteloom.models.spatial_autoencoder.network import (
    SpatialAutoencoder,
    spatial_loss,
)
from spriteloom.models.sprite_autoencoder.family import VectorLatents
from spriteloom.models.sprite_autoencoder.network import SpriteAutoencoder, SpriteAutoencoderConfig, SpriteVAE

SMALL = SpriteAutoencoderConfig(size=16, latent=8, widths=(4, 8))


def spaces():
    torch.manual_seed(0)
    return {
        "pixels": FoldedPixels(size=16, m=2),
        "opponent": FoldedPixels(size=16, m=2, opponent=True),
        "spatial": SpatialLatents(
            network=SpatialAutoencoder(replace(latent(), channels=3, widths=(8, 8), blocks=1), 16).eval()
        ),
        "plain": VectorLatents(network=SpriteAutoencoder(SMALL).eval()),
        "variational": VectorLatents(network=SpriteVAE(SMALL).eval()),
    }


def sprites(n: int = 3) -> np.ndarray:
    rgba = np.zeros((n, 16, 16, 4), np.uint8)
    rgba[:, 4:12, 4:12] = (200, 40, 90, 255)
    rgba[1, 6, 6] = (0, 0, 255, 255)
    return rgba


@pytest.mark.parametrize("name", ["pixels", "opponent", "spatial", "plain", "variational"])
def test_grids_have_their_shape_and_pictures_theirs(name):
    space = spaces()[name]
    grids = space.encode(sprites())
    assert grids.shape == (3, *space.shape) and grids.dtype == torch.float32
    made = space.decode(grids)
    assert made.dtype == np.uint8 and made.shape[:3] == (3, 16, 16)
    assert len(space.decode(grids[:0])) == 0


@pytest.mark.parametrize("opponent", [False, True])
@pytest.mark.parametrize("m", [1, 2, 4])
def test_pixels_come_back_exactly(m, opponent):
    space = FoldedPixels(size=16, m=m, opponent=opponent)
    rgba = np.random.default_rng(0).integers(0, 256, (40, 16, 16, 4), np.uint8)
    assert np.array_equal(space.decode(space.encode(rgba)), rgba)


def test_a_fold_puts_a_block_into_channels():
    rgba = np.zeros((1, 4, 4, 4), np.uint8)
    rgba[0, 2, 3] = 255  # in the block at (1, 1)
    grid = FoldedPixels(size=4, m=2).encode(rgba)
    assert grid.shape == (1, 16, 2, 2)
    assert (grid[0, :, 1, 1] == 1).sum() == 4 and (grid == 1).sum() == 4


def test_a_scale_is_undone():
    space = spaces()["spatial"]
    before = space.decode(space.encode(sprites()))
    space.network.mean.fill_(0.3)
    space.network.deviation.fill_(2.0)
    assert np.array_equal(space.decode(space.encode(sprites())), before)


def test_a_reconstruction_is_on_the_pictures_own_palette():
    rgb = np.full((2, 16, 16, 3), 255, np.uint8)
    rgb[:, 4:12, 4:12] = (200, 40, 90)
    space = spaces()["spatial"]
    torch.nn.init.constant_(space.network.decoder[-2].bias, 9.0)  # everything is figure
    made = AutoencoderModel(run_config(), space.network, space).reconstruct(rgb)
    assert (made == (200, 40, 90)).all()


def test_pictures_of_another_size_are_refused():
    with pytest.raises(ValueError, match="reads pictures"):
        AutoencoderModel(run_config(), spaces()["spatial"].network, spaces()["spatial"]).reconstruct(
            np.zeros((1, 8, 8, 3), np.uint8)
        )
    with pytest.raises(ImpossibleModel, match="multiple of 8"):
        SpatialAutoencoder(latent(), 20)
    with pytest.raises(ImpossibleModel):
        SpriteAutoencoderConfig(size=100)


def test_the_loss_of_a_spatial_autoencoder_sees_color_and_alpha():
    model = spaces()["spatial"].network
    rgba = torch.full((2, 4, 16, 16), -1.0)
    plain = partial(spatial_loss, model, noise=torch.zeros(2, 3, 4, 4), blur=0.0, hold=0.0)
    seen = plain(rgba, coarse=0.0)
    assert float(seen.mse) == 0 and float(seen.loss.detach()) == pytest.approx(float(seen.alpha))
    rgba[:, :, 4:8, 4:8] = 1.0
    assert float(plain(rgba, coarse=0.0).mse) > 0


def test_half_a_picture_counts_by_its_shares_of_figure():
    model = spaces()["spatial"].network
    plain = partial(spatial_loss, model, noise=torch.zeros(2, 3, 4, 4), blur=0.0, hold=0.0)
    torch.nn.init.constant_(model.decoder[-2].bias, 1.0)  # white figure everywhere, at half the size too
    torch.nn.init.zeros_(model.decoder[-2].weight)
    rgba = torch.ones(2, 4, 16, 16)
    white = plain(rgba, coarse=1.0).loss - plain(rgba, coarse=0.0).loss
    rgba[:, :, ::2] = -1.0  # of every other row nothing is seen: at half the size, half transparent white
    striped = plain(rgba, coarse=1.0).loss - plain(rgba, coarse=0.0).loss
    assert float(white.detach()) == pytest.approx(np.log1p(np.exp(-1)), abs=1e-5)
    assert float(striped.detach()) == pytest.approx(np.log1p(np.exp(-1)) + 0.5, abs=1e-5)
