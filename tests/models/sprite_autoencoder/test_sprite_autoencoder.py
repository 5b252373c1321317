"""The second paper's autoencoders begin with a signal that comes through, and have the shapes it names."""

from __future__ import annotations

import pytest
import torch

from spriteloom.errors import ImpossibleModel
from spriteloom.models.sprite_autoencoder.network import SpriteAutoencoder, SpriteAutoencoderConfig, SpriteVAE


def pictures(n: int = 8, size: int = 64) -> torch.Tensor:
    """Each a disc of another size and color, over white."""
    y, x = torch.meshgrid(torch.arange(size), torch.arange(size), indexing="ij")
    radius = torch.linspace(6, 28, n)[:, None, None]
    inside = ((y - size / 2) ** 2 + (x - size / 2) ** 2 < radius**2)[:, None].float()
    colors = torch.rand(n, 3, 1, 1, generator=torch.Generator().manual_seed(0))
    return 1 - inside * (1 - colors)


@torch.no_grad()
def test_other_pictures_come_out_otherwise_from_the_first_step():
    """From PyTorch's own start the spread is 10,000 times less: training ends at the mean picture."""
    torch.manual_seed(0)
    model = SpriteAutoencoder(SpriteAutoencoderConfig(size=64, latent=64, widths=(16, 32, 64, 128)))
    latents = model.encode(pictures())
    assert latents.shape == (8, 64) and float(latents.abs().max()) < 1
    made = model.decode(latents)
    assert made.shape == (8, 3, 64, 64)
    assert float(made.std(0).mean()) > 1e-3


@torch.no_grad()
def test_the_variational_one_has_a_distribution_for_each_picture():
    model = SpriteVAE(SpriteAutoencoderConfig(size=64, latent=16, widths=(8, 8, 8, 8)))
    found = model.encode(pictures())
    assert found.mean.shape == found.log_variance.shape == (8, 16)
    assert model.decode(found.mean).shape == (8, 3, 64, 64)


def test_sides_must_halve():
    with pytest.raises(ImpossibleModel, match="multiple of 16"):
        SpriteAutoencoderConfig(size=100)
