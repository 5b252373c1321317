"""Weighted k-means, twice: exact on bytes, and on embeddings. Knows nothing of what the clusters are for.

Source: Lloyd 1982; seeding by squared distance, Arthur and Vassilvitskii 2007 ("k-means++").
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from spriteloom.codecs.census import Census
from spriteloom.codecs.nearest import NearestTable
from spriteloom.pixels.arrays import Bytes

_SEEDING_SAMPLE = 40_000
_CANDIDATES = 8  # of which each seed is the best: the greedy variant, which spreads far less with the seed


def sample_census(census: Census, draws: int, rng: np.random.Generator) -> Census:
    """`draws` patches drawn from the pictures the census counts, as a census of its own."""
    if census.total <= draws:
        return census
    drawn = rng.multinomial(draws, census.counts / census.total)
    kept = np.flatnonzero(drawn)
    return Census(m=census.m, patches=census.patches[kept], counts=drawn[kept])


def fit_table(
    census: Census, k: int, *, rng: np.random.Generator, draws: int = 1_000_000, rounds: int = 30
) -> Bytes:
    """k patches (k, 3·m²) uint8 that the census's patches lie near to, in squared error.

    `rounds` of Lloyd on a sample of `draws` patches, three more on the whole census. With fewer than k
    distinct patches the rest of the table repeats the commonest one.
    """
    small = sample_census(census, draws, rng)
    if len(small) <= k:
        small = census
    if len(small) <= k:
        return np.concatenate([small.patches, np.repeat(small.patches[:1], k - len(small), axis=0)])
    centres = _seed(small, k, rng)
    for _ in range(rounds):
        centres = lloyd_round(small, centres, rng)
    for _ in range(3 if small is not census else 0):
        centres = lloyd_round(census, centres, rng)
    return _whole(centres)


def lloyd_round(
    census: Census, centres: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """One round: each patch to its nearest centre (rounded to bytes), each centre to the mean of its patches.

    A centre without patches moves to one drawn by its share of the error.
    """
    codes, errors = NearestTable(_whole(centres)).find(census.patches)
    moved, filled = weighted_means(census, codes, len(centres))
    moved[~filled] = centres[~filled]
    loss = census.counts * errors.astype(np.float64)
    empty = np.flatnonzero(~filled)[: np.count_nonzero(loss)]
    if len(empty):
        moved[empty] = census.patches[rng.choice(len(loss), len(empty), replace=False, p=loss / loss.sum())]
    return moved


def weighted_means(
    census: Census, codes: NDArray[np.int32], k: int
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The count-weighted mean patch (k, 3·m²) of each code, and which codes (k,) have any."""
    counts = np.bincount(codes, census.counts, k)
    sums = np.stack([np.bincount(codes, census.counts * column, k) for column in census.patches.T], axis=1)
    return sums / np.maximum(counts, 1)[:, None], counts > 0


def _seed(census: Census, k: int, rng: np.random.Generator) -> NDArray[np.float64]:
    small = sample_census(census, _SEEDING_SAMPLE, rng)
    if len(small) <= k:
        small = census
    points, counts = small.patches.astype(np.float32), small.counts
    centres = [points[rng.choice(len(points), p=counts / counts.sum())]]
    errors = np.square(points - centres[0]).sum(1, dtype=np.float64)
    norms = np.square(points).sum(1)
    for _ in range(k - 1):
        loss = counts * errors
        tried = points[rng.choice(len(points), _CANDIDATES, p=loss / loss.sum())]
        left = norms + np.square(tried).sum(1)[:, None] - 2 * (tried @ points.T)  # whole numbers: exact
        left = np.minimum(errors, left)
        best = int((left @ counts).argmin())
        centres.append(tried[best])
        errors = left[best]
    return np.stack(centres).astype(np.float64)


def _whole(centres: NDArray[np.float64]) -> Bytes:
    return np.rint(centres).clip(0, 255).astype(np.uint8)


@torch.no_grad()
def fit_codebook(
    z: Tensor, weights: Tensor, k: int, *, generator: torch.Generator, rounds: int = 20
) -> tuple[Tensor, Tensor]:
    """k centres (k, d) of embeddings z (n, d) with counts (n,), and how much weight (k,) each holds."""
    centres = _seed_embeddings(z, weights, k, generator)
    held = weights.new_zeros(k)
    for _ in range(rounds):
        codes = torch.addmm(centres.square().sum(1), z, centres.T, alpha=-2).argmin(1)
        held = weights.new_zeros(k).index_add_(0, codes, weights)
        sums = torch.zeros_like(centres).index_add_(0, codes, z * weights[:, None])
        errors = (z - centres[codes]).square().sum(1) * weights
        centres = torch.where(held[:, None] > 0, sums / held.clamp(min=1e-12)[:, None], centres)
        empty = (held == 0).nonzero().ravel()[: int((errors > 0).sum())]
        if len(empty):
            centres[empty] = z[torch.multinomial(errors.double(), len(empty), generator=generator)]
    return centres, held


def _seed_embeddings(z: Tensor, weights: Tensor, k: int, generator: torch.Generator) -> Tensor:
    drawn = torch.multinomial(weights, _SEEDING_SAMPLE, replacement=True, generator=generator)
    counts = torch.bincount(drawn)
    some = counts.nonzero().ravel()
    points, counts = z[some], counts[some]
    centres = [z[drawn[0]]]
    errors = (points - centres[0]).square().sum(1)
    for _ in range(k - 1):
        spread = counts * errors if float(errors.sum()) > 0 else counts.to(errors.dtype)
        tried = points[torch.multinomial(spread, _CANDIDATES, replacement=True, generator=generator)]
        left = torch.minimum(errors, torch.cdist(tried, points).square())
        best = int((left @ counts.to(left.dtype)).argmin())
        centres.append(tried[best])
        errors = left[best]
    return torch.stack(centres)
