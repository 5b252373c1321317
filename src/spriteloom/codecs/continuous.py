"""Pictures from a VAE or a DCGAN: bytes in, bytes out. Knows nothing of their training.

No two pictures share a result: a network is evaluated on groups of one fixed size, the last one filled up, so
that a picture's bytes depend on itself or its seed alone and not on what stands beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from spriteloom.baselines.dcgan import DCGAN
from spriteloom.baselines.vae import VAE
from spriteloom.data.tensors import Bytes, to_images, to_pictures

GROUP = 16


class PictureModel(Protocol):
    """What makes whole pictures without codes."""

    @property
    def size(self) -> int:
        """Side of a picture in pixels."""
        ...

    def sample(self, seeds: Sequence[int]) -> Bytes:
        """One picture per seed: uint8 (n, size, size, 3), each a function of the weights and its seed."""
        ...


class VAEModel:
    """A trained VAE in evaluation mode."""

    def __init__(self, network: VAE) -> None:
        self._network = network.eval()
        self.size = network.config.size

    def reconstruct(self, rgb: Bytes) -> Bytes:
        """uint8 (b, size, size, 3) → the same shape, decoded from the posterior's mean, without noise.

        Raises ValueError for pictures of another size.
        """
        if rgb.shape[1:] != (self.size, self.size, 3):
            raise ValueError(f"this VAE reads pictures ({self.size}, {self.size}, 3), not {rgb.shape[1:]}")
        return _mapped(self._again, self._network, to_images(rgb))

    def sample(self, seeds: Sequence[int]) -> Bytes:
        """Decoded from N(0, 1), the prior that the loss holds the posteriors to."""
        return _mapped(self._network.decode, self._network, _latents(seeds, self._network.config.latent))

    def _again(self, images: Tensor) -> Tensor:
        return self._network.decode(self._network.encode(images).mean)


class DCGANModel:
    """A trained DCGAN's generator in evaluation mode."""

    def __init__(self, network: DCGAN) -> None:
        self._network = network.eval()
        self.size = network.config.size

    def sample(self, seeds: Sequence[int]) -> Bytes:
        """What the generator makes of N(0, 1)."""
        return _mapped(self._picture, self._network, _latents(seeds, self._network.config.latent))

    def _picture(self, latents: Tensor) -> Tensor:
        return (self._network.generate(latents) + 1) / 2


def _latents(seeds: Sequence[int], width: int) -> Tensor:
    """N(0, 1) float32 (n, width), row i from seeds[i]; drawn on the CPU: every device then draws the same."""
    rows = [torch.randn(width, generator=torch.Generator().manual_seed(seed)) for seed in seeds]
    return torch.stack(rows) if rows else torch.empty(0, width)


@torch.no_grad()
def _mapped(function: Callable[[Tensor], Tensor], network: VAE | DCGAN, rows: Tensor) -> Bytes:
    """`function` on groups of `rows`, one as large as another: images in [0, 1], as pictures.

    In float32 whatever autocast says: bytes are finer than bf16.
    """
    assert not network.training
    device, size = next(network.parameters()).device, network.config.size
    made = np.empty((len(rows), size, size, 3), np.uint8)
    with torch.autocast(device.type, enabled=False):
        for start in range(0, len(rows), GROUP):
            some = rows[start : start + GROUP]
            filled = torch.cat([some, some[-1:].expand(GROUP - len(some), *some.shape[1:])])
            made[start : start + GROUP] = to_pictures(function(filled.to(device))[: len(some)])
    return made
