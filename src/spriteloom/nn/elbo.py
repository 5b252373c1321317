"""The loss of a VAE: the error of its pictures, MSE or MSE with SSIM, and the KL divergence of its latents.

Kingma and Welling 2014, arXiv:1312.6114, eq. 7 and appendix B. The seed paper names "MSE + KL-divergence" without
saying what is summed. Here both are sums over a picture and means over the batch. This reading is an argument,
not yet an experiment: with the MSE a mean over pixels, a picture could save 0.22 at most (the MSE of the mean
picture on the test pictures) and would pay a sum over latents for it, so the latents would stay unused, at ten
times the paper's error.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Literal, NamedTuple, Protocol

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from spriteloom.nn.devices import upcast

WINDOW, SIGMA = 11, 1.5  # of SSIM's Gaussian
C1, C2 = 0.01**2, 0.03**2

DistanceName = Literal["squared", "squared-and-structure"]
Distance = Callable[[Tensor, Tensor], Tensor]  # guess, truth (b, 3, h, w) → a mean over all values


class Posterior(NamedTuple):
    """A normal distribution over latents for each picture, with independent coordinates: both (b, latent)."""

    mean: Tensor
    log_variance: Tensor


class Variational(Protocol):
    """A network with a posterior."""

    def encode(self, images: Tensor) -> Posterior: ...
    def decode(self, latents: Tensor) -> Tensor: ...


class Elbo(NamedTuple):
    """One forward pass: the loss, and its parts for the log."""

    loss: Tensor
    mse: Tensor  # pictures in [0, 1], a mean over all values
    kl: Tensor  # nats per picture


def elbo(model: Variational, images: Tensor, noise: Tensor, *, distance: Distance, kl_weight: float) -> Elbo:
    """distance · (values per picture) + kl_weight · KL, both means over the batch.

    Images (b, 3, h, w) in [0, 1], noise N(0, 1) (b, latent): one draw of each posterior. Losses are float32,
    even under autocast.
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


squared: Distance = F.mse_loss


def squared_and_structure(guess: Tensor, truth: Tensor) -> Tensor:
    """MSE + (1 − SSIM), both means, as in the seed paper's appendix; most of it is the second part."""
    return squared(guess, truth) + (1 - ssim(guess, truth))


DISTANCES: dict[DistanceName, Distance] = {
    "squared": squared,
    "squared-and-structure": squared_and_structure,
}


def ssim(guess: Tensor, truth: Tensor) -> Tensor:
    """Mean SSIM over pictures, channels and pixels, with gradients: two (b, c, h, w) in [0, 1] → (-1, 1].

    The same definition and results as `metrics.similarity_map`. In float32 or more, even under autocast:
    variances are small differences of large numbers.
    """
    with torch.autocast(guess.device.type, enabled=False):
        x, y = (upcast(pictures).contiguous() for pictures in (guess, truth))  # blurs read whole rows
        mean_x, mean_y, squares, product = _blur(torch.stack([x, y, x * x + y * y, x * y]))
        means, mean_squares = mean_x * mean_y, mean_x * mean_x + mean_y * mean_y
        covariance, variances = product - means, squares - mean_squares
        numerator = (2 * means + C1) * (2 * covariance + C2)
        return torch.mean(numerator / ((mean_squares + C1) * (variances + C2)))


def _blur(planes: Tensor) -> Tensor:
    rows, columns = (_window(side).to(planes) for side in planes.shape[-2:])
    return rows @ (planes @ columns.T)


@lru_cache(maxsize=16)
def _window(side: int) -> Tensor:
    """(side, side) float64: row i has the weights of the pixels around i, mirrored at the border."""
    reach = WINDOW // 2
    taps = torch.arange(-reach, reach + 1, dtype=torch.float64)
    weights = torch.softmax(-0.5 * (taps / SIGMA) ** 2, 0)
    mirrored = np.pad(np.eye(side), ((reach, reach), (0, 0)), "reflect")
    return torch.from_numpy(
        sum(weight * mirrored[tap : tap + side] for tap, weight in enumerate(weights.numpy()))
    )
