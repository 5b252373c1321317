"""Memorization: the nearest training sprite of each picture, and whether it is too near.

The distance is the RMSE over pixels and channels of pictures in [0, 1], the smaller of the picture's and its
mirror image's. d1 is that of the nearest training picture, d2 that of the nearest of another species.

    close    the share of pictures with d1 < 0.05
    alone    the share with d1 < ⅔ d2: much nearer to one species than to any other
    nearest  the share with a smaller d1 than the nearest 1 % of held-out sprites

Held-out real sprites have such neighbors too, so compare with their shares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from spriteloom.pixels.arrays import Bytes, Doubles

Queries = tuple[Bytes, Bytes]  # pictures and their mirror images, (n, h·w·3)

CLOSE = 0.05
ALONE = 2 / 3
NEAREST = 0.01
QUERIES, TRAINED = 1024, 2048  # pictures in a block: 400 MB at 64 × 64 and 18,000 training pictures
RIVALS = 8  # nearest in float32, then compared in whole numbers
GRAY = 128.0  # subtracted from both, so that products stay small


@dataclass(frozen=True, eq=False, kw_only=True)
class Neighbors:
    """Of n pictures. `nearest` and `other` are training rows; distances are RMSE, 0 to 1."""

    nearest: NDArray[np.int64]  # (n,)
    distance: Doubles  # d1 (n,)
    other: NDArray[np.int64]  # (n,), the nearest of another species than `nearest` is
    other_distance: Doubles  # d2 (n,)


@dataclass(frozen=True, kw_only=True)
class Memorized:
    """How near n pictures are to training sprites: shares 0 to 1, and the median d1."""

    close: float
    alone: float
    nearest: float
    median: float
    n: int


class TrainingPictures:
    """Training pictures, uint8 (t, h, w, 3), with a species each, of two species or more."""

    def __init__(self, pictures: Bytes, species: Sequence[str] | NDArray[np.str_]) -> None:
        if len(species) != len(pictures):
            raise ValueError(f"{len(pictures)} training pictures have {len(species)} species")
        self._shape = pictures.shape[1:]
        self._rows = _flat(pictures)
        self._species = np.unique(np.asarray(species), return_inverse=True)[1]
        if not len(pictures) or self._species.max() < 1:
            raise ValueError("a nearest sprite of another species needs two species: give the train split")

    @torch.inference_mode()
    def neighbors(self, pictures: Bytes) -> Neighbors:
        """The neighbors of uint8 (n, h, w, 3), n ≥ 1. Raises ValueError for another shape or type."""
        if pictures.dtype != np.uint8 or pictures.shape[1:] != self._shape or not len(pictures):
            shape = ("n ≥ 1", *self._shape)
            raise ValueError(f"pictures are uint8 {shape}, not {pictures.dtype} {pictures.shape}")
        starts = range(0, len(pictures), QUERIES)
        blocks = [self._search(pictures[start : start + QUERIES]) for start in starts]
        nearest, first, other, second = (np.concatenate(part) for part in zip(*blocks, strict=True))
        return Neighbors(nearest=nearest, distance=first, other=other, other_distance=second)

    def _search(self, pictures: Bytes) -> tuple[NDArray[np.int64], Doubles, NDArray[np.int64], Doubles]:
        queries = _flat(pictures), _flat(pictures[:, :, ::-1])
        scores = self._scores(queries)
        nearest, first = self._nearest(scores, queries)
        same = torch.from_numpy(self._species[nearest][:, None] == self._species)
        other, second = self._nearest(scores.masked_fill_(same, torch.inf), queries)
        return nearest, first, other, second

    def _scores(self, queries: Queries) -> torch.Tensor:
        """Squared distances to the training set without the query's own square, in float32: (q, t)."""
        query = torch.from_numpy(np.concatenate(queries)).float().sub_(GRAY)  # (2q, h·w·3)
        scores = torch.empty(len(queries[0]), len(self._rows))
        for start in range(0, len(self._rows), TRAINED):
            block = torch.from_numpy(self._rows[start : start + TRAINED]).float().sub_(GRAY)
            product = torch.maximum(*(query @ block.T).chunk(2))  # of the picture and its mirror image
            scores[:, start : start + len(block)] = (block * block).sum(1) - 2 * product
        return scores

    def _nearest(self, scores: torch.Tensor, queries: Queries) -> tuple[NDArray[np.int64], Doubles]:
        """The nearest row of each query and its RMSE: the best of the rivals, in whole numbers."""
        lowest, rows = scores.topk(min(RIVALS, scores.shape[1]), largest=False)
        rivals = np.sort(np.where(lowest.isfinite().numpy(), rows.numpy(), rows[:, :1].numpy()), axis=1)
        squares = np.empty(rivals.shape, np.int64)
        for column, chosen in enumerate(rivals.T):
            truth = self._rows[chosen].astype(np.int32)
            either = (((query - truth) ** 2).sum(1, dtype=np.int64) for query in queries)
            squares[:, column] = np.minimum(*either)
        best = squares.argmin(axis=1)
        all_rows = np.arange(len(rivals))
        return rivals[all_rows, best], np.sqrt(squares[all_rows, best] / self._rows.shape[1]) / 255


def memorized(neighbors: Neighbors, held_out: Neighbors) -> Memorized:
    """The shares of close and alone pictures, and of those nearer than the nearest of `held_out`."""
    return Memorized(
        close=float((neighbors.distance < CLOSE).mean()),
        alone=float((neighbors.distance < ALONE * neighbors.other_distance).mean()),
        nearest=float((neighbors.distance < np.quantile(held_out.distance, NEAREST)).mean()),
        median=float(np.median(neighbors.distance)),
        n=len(neighbors.distance),
    )


def _flat(pictures: Bytes) -> Bytes:
    return np.ascontiguousarray(pictures).reshape(len(pictures), -1)
