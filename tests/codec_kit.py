"""Pictures, patches and networks for the tests of codecs: real-ish pixels, weights of every kind."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import product

import numpy as np
import torch
from torch import Tensor, nn

from spriteloom.codecs.census import Census, take_census
from spriteloom.data.procedural.creature import creatures
from spriteloom.data.tensors import to_unit
from spriteloom.models.pixel_vqvae import objectives
from spriteloom.models.pixel_vqvae.network import (
    End,
    PixelVQVAE,
    PixelVQVAEConfig,
    embedded,
    hires,
    lowres,
    medres,
)
from spriteloom.models.pixel_vqvae.starts import PassThroughStart
from spriteloom.pixels import over
from spriteloom.pixels.arrays import Bytes

PRESETS: dict[str, Callable[..., PixelVQVAEConfig]] = {"hires": hires, "medres": medres, "lowres": lowres}
ENDS: tuple[End, ...] = ("batchnorm-sigmoid", "scale-clip")
_GROUNDS = ((255, 255, 255), (0, 0, 0), (90, 140, 60))


def ablations() -> list[PixelVQVAEConfig]:
    """Every row of the paper's Table 3 that can exist, with both ends."""
    return [
        preset(pixel_sight=pixel_sight, adapter=adapter, end=end)
        for preset in PRESETS.values()
        for pixel_sight, adapter in product((True, False), (True, False))
        for end in ENDS
        if pixel_sight or preset is not hires
    ]


def name_of(config: PixelVQVAEConfig) -> str:
    parts = [f"L{config.levels}", "sight" * config.pixel_sight, "adapter" * config.adapter, config.end]
    return "-".join(part for part in parts if part)


def pictures(n: int = 4, seed: int = 1, size: int = 64) -> Bytes:
    """(n, size, size, 3): the middles of creatures over white, black and green."""
    cut = slice((64 - size) // 2, (64 + size) // 2)
    return _creatures_on_grounds(n, seed)[:, cut, cut].copy()


@cache
def _creatures_on_grounds(n: int, seed: int) -> Bytes:
    return np.stack([over(s.pixels, _GROUNDS[i % 3]) for i, s in enumerate(creatures(n, seed=seed))])


def noise(n: int, d: int, seed: int = 0) -> Bytes:
    """Any bytes (n, d)."""
    return np.random.default_rng(seed).integers(0, 256, (n, d), np.uint8)


def as_patches(patches: Bytes, dtype: torch.dtype = torch.float32) -> Tensor:
    """(n, 3·m²) bytes → (n, m², 3) in [0, 1]."""
    return to_unit(patches, dtype).reshape(len(patches), -1, 3)


def draw_from(census: Census, seed: int = 0) -> Callable[[int], tuple[Tensor, Tensor]]:
    """Draws as a start or a polish wants them."""
    rng = np.random.default_rng(seed)

    def draw(n: int) -> tuple[Tensor, Tensor]:
        drawn = rng.multinomial(n, census.counts / census.total)
        kept = np.flatnonzero(drawn)
        return as_patches(census.patches[kept]), torch.from_numpy(drawn[kept]).float()

    return draw


def randomised(config: PixelVQVAEConfig, seed: int = 0) -> PixelVQVAE:
    """Random weights and BatchNorm statistics, a codebook among the embeddings of real and random patches."""
    generator = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = PixelVQVAE(config)
    with torch.no_grad():
        for norm in (layer for layer in model.modules() if isinstance(layer, nn.BatchNorm2d)):
            norm.weight.uniform_(0.5, 1.5, generator=generator)
            norm.bias.normal_(0.3, 0.2, generator=generator)
            if norm.eps:  # the last norm of the end "scale-clip" has no statistics of its own
                assert norm.running_mean is not None and norm.running_var is not None
                norm.running_mean.normal_(0, 0.3, generator=generator)
                norm.running_var.uniform_(0.2, 2, generator=generator)
    census = take_census([pictures(4, seed=100)], config.m)
    some = np.concatenate([census.patches[: config.codes // 2], noise(config.codes, census.patches.shape[1])])
    model.quantizer.codebook.copy_(embedded(model, as_patches(some[: config.codes])))
    model.quantizer.sums.copy_(model.quantizer.codebook)
    return model.eval()


def trained(config: PixelVQVAEConfig, census: Census, steps: int = 8, seed: int = 0) -> PixelVQVAE:
    """A few steps of our own training; left in training mode."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = PixelVQVAE(config)
    draw, start = draw_from(census, seed), PassThroughStart(sample=4096, rounds=4)
    start.prepare(model, draw)
    start.settle(model, draw, torch.Generator().manual_seed(seed))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)
    for _ in range(steps):
        optimizer.zero_grad()
        objectives.aligned_on_patches(model, *draw(512)).loss.backward()
        optimizer.step()
    return model
