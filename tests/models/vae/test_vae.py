"""The VAE is the paper's in number of parameters, and its latents are what they say."""

from __future__ import annotations

import pytest
import torch

from spriteloom.errors import ImpossibleModel
from spriteloom.models.base import count
from spriteloom.models.vae.network import VAE, VAEConfig


def test_it_has_as_many_parameters_as_the_papers():
    assert count(VAE(VAEConfig())) == 7_680_774


def test_pixel_sight_adds_two_blocks_of_1x1():
    """3→32 with bias and BatchNorm and 32→3 with bias; 32→64 and 64→32 for 3→64 and 64→3, without."""
    added = (3 * 32 + 32) + 2 * 32 + (32 * 3 + 3) + 2 * 32
    swapped = 2 * 4 * 64 * (32 - 3)
    assert count(VAE(VAEConfig(pixel_sight=True))) == 7_680_774 + added + swapped


@pytest.mark.parametrize("pixel_sight", [False, True])
def test_shapes_and_ranges(pixel_sight: bool):
    config = VAEConfig(size=16, levels=3, width=16, latent=5, pixel_sight=pixel_sight)
    assert config.widths == ([2, 4, 8, 16] if pixel_sight else [4, 8, 16])
    model = VAE(config)
    posterior = model.encode(torch.rand(4, 3, 16, 16))
    assert posterior.mean.shape == posterior.log_variance.shape == (4, 5)
    images = model.decode(posterior.mean * 100)
    assert images.shape == (4, 3, 16, 16)
    assert images.min() >= 0 and images.max() <= 1


def test_pictures_that_are_kept_in_other_orders_in_memory_are_the_same_pictures():
    """Between grid and latents the order of the values counts."""
    model = VAE(VAEConfig(size=8, levels=2, width=8, latent=4)).eval()
    images = torch.rand(2, 3, 8, 8)
    first = model.encode(images).mean
    again = model.to(memory_format=torch.channels_last).encode(images.to(memory_format=torch.channels_last))
    torch.testing.assert_close(again.mean, first)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"size": 40}, "multiple of 16"),
        ({"size": 0}, "multiple of 16"),
        ({"width": 4}, "cannot be halved"),
        ({"levels": 0}, "too small"),
        ({"latent": 0}, "too small"),
    ],
)
def test_what_cannot_exist_says_why(changes: dict[str, int], why: str):
    with pytest.raises(ImpossibleModel, match=why):
        VAEConfig(**changes)
