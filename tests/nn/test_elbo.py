"""The loss of a VAE: its two parts, on the scale of a picture, and what its noise is for."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.distributions import Normal, kl_divergence
from torch.nn import functional as F

from spriteloom.models.vae.network import VAE, Posterior, VAEConfig
from spriteloom.nn.elbo import Elbo, divergence, elbo, squared, squared_and_structure
from spriteloom.nn.ssim_loss import ssim


def drawn(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.fixture
def model() -> VAE:
    torch.manual_seed(0)
    return VAE(VAEConfig(size=8, levels=2, width=8, latent=4)).eval()


def loss_of(model: VAE, images: Tensor, noise: Tensor, **changes) -> Elbo:
    return elbo(model, images, noise, **({"distance": squared, "kl_weight": 1.0} | changes))


def test_the_divergence_is_that_of_normal_distributions():
    posterior = Posterior(drawn(5, 7), drawn(5, 7, seed=1))
    truth = kl_divergence(Normal(posterior.mean, (posterior.log_variance / 2).exp()), Normal(0.0, 1.0))
    torch.testing.assert_close(divergence(posterior), truth.sum(1).mean())
    assert float(divergence(Posterior(torch.zeros(2, 3), torch.zeros(2, 3)))) == 0


@pytest.mark.parametrize("kl_weight", [0.1, 1.0])
def test_both_parts_are_sums_over_a_picture(model: VAE, kl_weight: float):
    images, noise = torch.rand(6, 3, 8, 8), drawn(6, 4)
    posterior = model.encode(images)
    guess = model.decode(posterior.mean + (posterior.log_variance / 2).exp() * noise)
    found = loss_of(model, images, noise, kl_weight=kl_weight)
    off = (guess - images).square().sum((1, 2, 3)).mean()
    torch.testing.assert_close(found.loss, off + kl_weight * divergence(posterior))
    torch.testing.assert_close(found.mse, F.mse_loss(guess, images))
    assert not found.mse.requires_grad and not found.kl.requires_grad


def test_structure_counts_beside_the_squares():
    guess, truth = torch.rand(2, 3, 12, 12), torch.rand(2, 3, 12, 12)
    expected = F.mse_loss(guess, truth) + 1 - ssim(guess, truth)
    torch.testing.assert_close(squared_and_structure(guess, truth), expected)


def test_the_noise_is_all_that_is_random(model: VAE):
    images = torch.rand(6, 3, 8, 8)
    first = loss_of(model, images, drawn(6, 4))
    assert torch.equal(loss_of(model, images, drawn(6, 4)).loss, first.loss)
    assert not torch.equal(loss_of(model, images, drawn(6, 4, seed=1)).loss, first.loss)


def test_autocast_leaves_the_loss_in_float32(model: VAE):
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = loss_of(model, torch.rand(6, 3, 8, 8), drawn(6, 4))
    assert {part.dtype for part in found} == {torch.float32}


def test_every_parameter_learns(model: VAE):
    loss_of(model.train(), torch.rand(6, 3, 8, 8), drawn(6, 4)).loss.backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())
