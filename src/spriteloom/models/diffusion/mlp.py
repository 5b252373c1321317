"""The second paper's denoiser: four dense layers over a latent vector and the embedding of a step.

Kennedy, Kuo, Garcia & Jarski, "Pokémon Variational Autoencoder for Latent Diffusion", "Latent Diffusion" and
figure 4: swish after each layer but the last. The paper gives neither widths nor the size of the embedding;
ours are as wide as what they read.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn


@dataclass(frozen=True, kw_only=True)
class LatentMLPConfig:
    """`latent` is the length of the vectors; `steps` is how many steps of noise it knows."""

    latent: int = 512
    width: int = 1024
    steps: int = 1000


class LatentMLP(nn.Module):
    """x (b, latent) at step t (b,) → the noise in it, (b, latent)."""

    def __init__(self, config: LatentMLPConfig) -> None:
        super().__init__()
        self.config = config
        self.time = nn.Embedding(config.steps, config.latent)
        widths = (2 * config.latent, config.width, config.width, config.width)
        layers: list[nn.Module] = []
        for a, b in pairwise(widths):
            layers += [nn.Linear(a, b), nn.SiLU()]
        self.layers = nn.Sequential(*layers, nn.Linear(config.width, config.latent))

    def forward(self, x: Tensor, t: Tensor, conditions: Tensor) -> Tensor:  # noqa: ARG002
        """It cannot be asked for anything: `conditions` are not read."""
        return self.layers(torch.cat([x, self.time(t)], 1))  # type: ignore[no-any-return]
