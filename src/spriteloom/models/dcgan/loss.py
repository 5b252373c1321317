"""What a GAN descends, as one loss with one backward pass.

Goodfellow et al. 2014 (arXiv:1406.2661) with the non-saturating loss of the generator. The sum of the two
players' losses would have each descend the other's, too. So the discriminator sees fakes that carry no
gradient to the generator, and the generator sees a discriminator whose parameters carry none: the gradients
are then those of two backward passes, and one optimizer makes both players' steps at the same time.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional as F

from spriteloom.models.dcgan.network import DCGAN
from spriteloom.nn.devices import upcast


class Game(NamedTuple):
    """One forward pass: the loss to descend, and how the players stand, for the log."""

    loss: Tensor
    discriminator: Tensor  # its loss, nats: 2 ln 2 where it can only guess
    generator: Tensor  # its loss, nats
    real: Tensor  # how probably real the discriminator takes real pictures to be, on average
    fake: Tensor  # the same of fakes


def simultaneous(model: DCGAN, images: Tensor, latents: Tensor) -> Game:
    """Images (b, 3, h, w) in [-1, 1], latents N(0, 1) (b, latent) → the players' losses, summed, float32.

    Real pictures and fakes pass through the discriminator apart, each with batch statistics of their own, as
    Radford et al. have it.
    """
    fakes = model.generate(latents)
    real, fake = upcast(model.judge(images)), upcast(model.judge(fakes.detach()))
    discriminator = F.softplus(-real).mean() + F.softplus(fake).mean()
    generator = F.softplus(-upcast(_frozen(model.discriminator, fakes))).mean()
    with torch.no_grad():
        believed = real.sigmoid().mean(), fake.sigmoid().mean()
    return Game(discriminator + generator, discriminator.detach(), generator.detach(), *believed)


def _frozen(network: nn.Module, x: Tensor) -> Tensor:
    """The network's output, with a gradient to `x` alone, and its running statistics left as they are.

    They have seen these fakes already.
    """
    parameters = {name: value.detach() for name, value in network.named_parameters()}
    buffers = {name: value.clone() for name, value in network.named_buffers()}
    return functional_call(network, parameters | buffers, (x,))  # type: ignore[no-any-return]
