"""The loss of a VAE: its two parts, on the scale of a picture, and what its noise is for."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.distributions import Normal, kl_divergence
from torch.nn import functional as F

from spriteloom.metrics.pictures import similarity_map
from spriteloom.models.vae.network import VAE, Posterior, VAEConfig
from spriteloom.nn.elbo import Elbo, divergence, elbo, squared, squared_and_structure, ssim


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


def two(h: int, w: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Flat blocks on white, the left half black, and a noisy copy."""
    chance = np.random.default_rng(h * 100 + w)
    truth = np.full((3, h, w, 3), 255, np.uint8)
    truth[:, h // 4 : h // 2 + 1] = chance.integers(0, 256, (3, 1, 1, 3))
    truth[:, :, : w // 2] = 0
    noise = chance.integers(-40, 41, truth.shape) * (chance.random((3, h, w, 1)) < 0.4)
    return truth, np.clip(truth + noise, 0, 255).astype(np.uint8)


def images(pictures: NDArray[np.uint8]) -> Tensor:
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255


@pytest.mark.parametrize("size", [(64, 64), (24, 40), (6, 9), (3, 2), (1, 12)])
def test_it_is_the_one_that_is_measured(size: tuple[int, int]):
    truth, guess = two(*size)
    measured = similarity_map(truth, guess).mean()
    assert measured < 0.999
    assert float(ssim(images(guess), images(truth))) == pytest.approx(measured, abs=1e-5)


def test_autocast_does_not_round_it():
    truth, guess = map(images, two(32, 32))
    exact = ssim(guess, truth)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(ssim(guess, truth), exact)
        assert ssim(guess.bfloat16(), truth).dtype == torch.float32


def test_equal_pictures_are_1_and_differ_by_nothing():
    truth = images(two(16, 16)[0]).requires_grad_()
    similarity = ssim(truth, truth.detach())
    assert float(similarity.detach()) == pytest.approx(1, abs=1e-6)
    similarity.backward()
    assert truth.grad is not None and float(truth.grad.abs().max()) < 1e-4


def test_its_gradient_is_that_of_small_changes():
    generator = torch.Generator().manual_seed(0)
    guess, truth = (torch.rand(1, 2, 6, 7, generator=generator, dtype=torch.double) for _ in range(2))
    assert torch.autograd.gradcheck(ssim, (guess.requires_grad_(), truth))
