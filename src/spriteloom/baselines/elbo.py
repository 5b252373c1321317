"""What a VAE descends: how far its pictures are off, and how much its latents say. Knows no training loop.

Kingma and Welling 2014, arXiv:1312.6114, eq. 7 and appendix B. The paper names "MSE + KL-divergence" without
saying what is summed. Here both are sums over a picture, means over the batch. Of the readings it is the one
taken here, by argument and not yet by experiment: were the MSE a mean over pixels, a picture could save 0.22
at most (that is the test pictures' MSE against the mean picture) and would pay a sum over latents for it, so
that the latents would be left unused, at ten times the paper's error.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from spriteloom.baselines.sprite_autoencoder import SpriteVAE
from spriteloom.baselines.ssim_loss import ssim
from spriteloom.baselines.vae import VAE, Posterior
from spriteloom.nn.precision import wide

Distance = Callable[[Tensor, Tensor], Tensor]  # guess, truth (b, 3, h, w) → a mean over all values


class Elbo(NamedTuple):
    """One forward pass: the loss to descend, and its parts for the log."""

    loss: Tensor
    mse: Tensor  # pictures in [0, 1], a mean over all values
    kl: Tensor  # nats per picture


def elbo(
    model: VAE | SpriteVAE, images: Tensor, noise: Tensor, *, distance: Distance, kl_weight: float
) -> Elbo:
    """distance · (values per picture) + kl_weight · KL, both means over the batch.

    Images (b, 3, h, w) in [0, 1], noise N(0, 1) (b, latent): one draw of the posterior for each. Losses
    are float32, whatever autocast makes of the network.
    """
    posterior = model.encode(images)
    mean, log_variance = wide(posterior.mean), wide(posterior.log_variance)
    guess = wide(model.decode(mean + torch.exp(0.5 * log_variance) * noise))
    kl = divergence(Posterior(mean, log_variance))
    loss = distance(guess, images) * images[0].numel() + kl_weight * kl
    return Elbo(loss=loss, mse=squared(guess.detach(), images), kl=kl.detach())


def divergence(posterior: Posterior) -> Tensor:
    """KL divergence from N(0, 1) in nats, summed over latents, a mean over the batch."""
    mean, log_variance = posterior
    return -0.5 * (1 + log_variance - mean.square() - log_variance.exp()).sum(1).mean()


def squared(guess: Tensor, truth: Tensor) -> Tensor:
    """Mean squared error."""
    return F.mse_loss(guess, truth)


def squared_and_structure(guess: Tensor, truth: Tensor) -> Tensor:
    """MSE + (1 − SSIM), means both, as the appendix writes it: most of it is structure."""
    return squared(guess, truth) + (1 - ssim(guess, truth))
