"""Weighted k-means (Lloyd 1982), seeded by squared distance (Arthur and Vassilvitskii 2007, "k-means++")."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from spriteloom.codecs.census import Census
from spriteloom.codecs.tables import NearestTable
from spriteloom.pixels.arrays import Bytes, Doubles, Mask
from spriteloom.progress import tracked

_SEEDING_SAMPLE = 40_000
_CANDIDATES = 8  # for each seed; the best is taken (greedy k-means++), so results vary less by chance


def sample_census(census: Census, draws: int, rng: np.random.Generator) -> Census:
    """A census of `draws` patches drawn from this census."""
    if census.total <= draws:
        return census
    drawn = rng.multinomial(draws, census.counts / census.total)
    rows = np.flatnonzero(drawn)
    return Census(m=census.m, patches=census.patches[rows], counts=drawn[rows])


def _sample_of(census: Census, draws: int, k: int, rng: np.random.Generator) -> Census:
    small = sample_census(census, draws, rng)
    return small if len(small) > k else census


def fit_table(
    census: Census, k: int, *, rng: np.random.Generator, draws: int = 1_000_000, rounds: int = 30
) -> Bytes:
    """k patches (k, 3·m²) uint8 by Lloyd's `rounds` on a sample of `draws`, and three more on the whole census."""
    small = _sample_of(census, draws, k, rng)
    if len(small) <= k:
        return np.concatenate([small.patches, np.repeat(small.patches[:1], k - len(small), axis=0)])
    centers = _seed(small, k, rng)
    for _ in tracked(range(rounds), "k-means"):
        centers = lloyd_round(small, centers, rng)
    for _ in tracked(range(3 if small is not census else 0), "k-means"):
        centers = lloyd_round(census, centers, rng)
    return _to_bytes(centers)


def lloyd_round(census: Census, centers: Doubles, rng: np.random.Generator) -> Doubles:
    """Each patch to its nearest center, each center to their mean; an empty one to a patch drawn by its error."""
    codes, errors = NearestTable(_to_bytes(centers)).find(census.patches)
    moved, filled = weighted_means(census, codes, len(centers))
    moved[~filled] = centers[~filled]
    loss = census.counts * errors.astype(np.float64)
    empty = np.flatnonzero(~filled)[: np.count_nonzero(loss)]
    if len(empty):
        moved[empty] = census.patches[rng.choice(len(loss), len(empty), replace=False, p=loss / loss.sum())]
    return moved


def weighted_means(census: Census, codes: NDArray[np.int32], k: int) -> tuple[Doubles, Mask]:
    """The count-weighted mean patch (k, 3·m²) of each code, and whether a code (k,) has any patch."""
    counts = np.bincount(codes, census.counts, k)
    sums = np.stack([np.bincount(codes, census.counts * column, k) for column in census.patches.T], axis=1)
    return sums / np.maximum(counts, 1)[:, None], counts > 0


def _seed(census: Census, k: int, rng: np.random.Generator) -> Doubles:
    small = _sample_of(census, _SEEDING_SAMPLE, k, rng)
    points, counts = small.patches.astype(np.float32), small.counts
    centers = [points[rng.choice(len(points), p=counts / counts.sum())]]
    errors = np.square(points - centers[0]).sum(1, dtype=np.float64)
    norms = np.square(points).sum(1)
    for _ in range(k - 1):
        loss = counts * errors
        candidates = points[rng.choice(len(points), _CANDIDATES, p=loss / loss.sum())]
        gaps = (
            norms + np.square(candidates).sum(1)[:, None] - 2 * (candidates @ points.T)
        )  # exact: whole numbers
        remaining = np.minimum(errors, gaps)
        best = int((remaining @ counts).argmin())
        centers.append(candidates[best])
        errors = remaining[best]
    return np.stack(centers).astype(np.float64)


def _to_bytes(centers: Doubles) -> Bytes:
    return np.rint(centers).clip(0, 255).astype(np.uint8)


@torch.no_grad()
def fit_codebook(
    z: Tensor, weights: Tensor, k: int, *, generator: torch.Generator, rounds: int = 20
) -> tuple[Tensor, Tensor]:
    """k centers (k, d) of embeddings z (n, d) with weights (n,), and the weight (k,) of each cluster."""
    centers = _seed_embeddings(z, weights, k, generator)
    weight = weights.new_zeros(k)
    for _ in range(rounds):
        codes = torch.addmm(centers.square().sum(1), z, centers.T, alpha=-2).argmin(1)
        weight = weights.new_zeros(k).index_add_(0, codes, weights)
        sums = torch.zeros_like(centers).index_add_(0, codes, z * weights[:, None])
        errors = (z - centers[codes]).square().sum(1) * weights
        centers = torch.where(weight[:, None] > 0, sums / weight.clamp(min=1e-12)[:, None], centers)
        empty = (weight == 0).nonzero().ravel()[: int((errors > 0).sum())]
        if len(empty):
            centers[empty] = z[torch.multinomial(errors.double(), len(empty), generator=generator)]
    return centers, weight


def _seed_embeddings(z: Tensor, weights: Tensor, k: int, generator: torch.Generator) -> Tensor:
    drawn = torch.multinomial(weights, _SEEDING_SAMPLE, replacement=True, generator=generator)
    counts = torch.bincount(drawn)
    rows = counts.nonzero().ravel()
    points, counts = z[rows], counts[rows]
    centers = [z[drawn[0]]]
    errors = (points - centers[0]).square().sum(1)
    for _ in range(k - 1):
        spread = counts * errors if float(errors.sum()) > 0 else counts.to(errors.dtype)
        candidates = points[torch.multinomial(spread, _CANDIDATES, replacement=True, generator=generator)]
        remaining = torch.minimum(errors, torch.cdist(candidates, points).square())
        best = int((remaining @ counts.to(remaining.dtype)).argmin())
        centers.append(candidates[best])
        errors = remaining[best]
    return torch.stack(centers)
