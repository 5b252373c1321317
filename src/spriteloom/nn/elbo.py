"""What a VAE descends: how far its pictures are off, and how much its latents say.

Kingma and Welling 2014, arXiv:1312.6114, eq. 7 and appendix B. The paper names "MSE + KL-divergence" without
saying what is summed. Here both are sums over a picture, means over the batch. Of the readings it is the one
taken here, by argument and not yet by experiment: were the MSE a mean over pixels, a picture could save 0.22
at most (that is the test pictures' MSE against the mean picture) and would pay a sum over latents for it, so
that the latents would be left unused, at ten times the paper's error.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple, Protocol

import torch
from torch import Tensor
from torch.nn import functional as F

from spriteloom.nn.precision import upcast
from spriteloom.nn.ssim_loss import ssim

DistanceName = Literal["squared", "squared-and-structure"]
Distance = Callable[[Tensor, Tensor], Tensor]  # guess, truth (b, 3, h, w) → a mean over all values


class Posterior(NamedTuple):
    """A normal distribution over latents for each picture, each coordinate on its own: both (b, latent)."""

    mean: Tensor
    log_variance: Tensor


class Variational(Protocol):
    """A network with a posterior."""

    def encode(self, images: Tensor) -> Posterior: ...
    def decode(self, latents: Tensor) -> Tensor: ...


class Elbo(NamedTuple):
    """One forward pass: the loss to descend, and its parts for the log."""

    loss: Tensor
    mse: Tensor  # pictures in [0, 1], a mean over all values
    kl: Tensor  # nats per picture


def elbo(model: Variational, images: Tensor, noise: Tensor, *, distance: Distance, kl_weight: float) -> Elbo:
    """distance · (values per picture) + kl_weight · KL, both means over the batch.

    Images (b, 3, h, w) in [0, 1], noise N(0, 1) (b, latent): one draw of the posterior for each. Losses
    are float32, whatever autocast makes of the network.
    """
    posterior = model.encode(images)
    mean, log_variance = upcast(posterior.mean), upcast(posterior.log_variance)
    guess = upcast(model.decode(mean + torch.exp(0.5 * log_variance) * noise))
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


DISTANCES: dict[DistanceName, Distance] = {
    "squared": squared,
    "squared-and-structure": squared_and_structure,
}
