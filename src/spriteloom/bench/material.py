"""What the benchmarks run on where the user names nothing: creatures, and networks begun on them.

Knows no clock.
"""

from __future__ import annotations

import numpy as np
import torch

from spriteloom.codecs.census import CensusSampler, take_census
from spriteloom.data.procedural import creatures
from spriteloom.models.pixel_vqvae.exact import NetworkCodec
from spriteloom.models.pixel_vqvae.network import PixelVQVAE, hires, lowres, medres
from spriteloom.models.pixel_vqvae.starts import PassThroughStart
from spriteloom.pixels import over
from spriteloom.pixels.alpha import WHITE
from spriteloom.pixels.arrays import Bytes


def pictures(n: int = 64, seed: int = 0) -> Bytes:
    """n creatures of 64×64 over white: (n, 64, 64, 3)."""
    return np.stack([over(sprite.pixels, WHITE) for sprite in creatures(n, seed=seed)])


def networks(seed: int = 0) -> dict[str, NetworkCodec]:
    """The three Pixel VQ-VAEs as they begin, on other creatures than `pictures` gives for the same seed."""
    found = {}
    learned = pictures(64, seed + 1)
    for name, config in (("hires", hires()), ("medres", medres()), ("lowres", lowres())):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            model = PixelVQVAE(config)
        generator = torch.Generator().manual_seed(seed)
        sampler = CensusSampler(take_census([learned], config.m), generator)
        start = PassThroughStart(sample=20_000, rounds=5)
        start.prepare(model, sampler.draw)
        start.settle(model, sampler.draw, generator)
        found[f"pixel-vqvae-{name}"] = NetworkCodec(model)
    return found
