"""Memorisation: which training sprite each picture is nearest to, and whether it is too near. Pixels only.

The distance is the RMSE over pixels and channels of pictures in [0, 1], the smaller of the picture's and its
mirror image's. d1 is that of the nearest training picture, d2 that of the nearest of another species: a
training set holds the poses and frames of one sprite, which are near to one another.

    close  the share of pictures with d1 < 0.05
    alone  the share with d1 < ⅔ d2: nearer to one species than chance brings any two

Real sprites that were held out have such neighbours too (forms of one design, near relatives): what counts is
the excess over their share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from spriteloom.pixels.arrays import Bytes, Doubles

CLOSE = 0.05
ALONE = 2 / 3
QUERIES, TRAINED = 1024, 2048  # pictures compared at once: 400 MB at 64 × 64 and 18,000 training pictures
RIVALS = 8  # found in float32, then decided in whole numbers
GREY = 128.0  # taken off both, so that products stay small


@dataclass(frozen=True, eq=False, kw_only=True)
class Neighbours:
    """Of n pictures. `nearest` and `other` are places in the training set; distances are RMSE, 0 to 1."""

    nearest: NDArray[np.int64]  # (n,)
    distance: Doubles  # d1 (n,)
    other: NDArray[np.int64]  # (n,), the nearest of another species than `nearest` is
    other_distance: Doubles  # d2 (n,)


@dataclass(frozen=True, kw_only=True)
class Memorised:
    """How near n pictures are to training sprites: shares 0 to 1, and the median d1."""

    close: float
    alone: float
    median: float
    n: int


class TrainingPictures:
    """What may have been memorised: uint8 (t, h, w, 3) with a species each, of two species or more."""

    def __init__(self, pictures: Bytes, species: Sequence[str] | NDArray[np.str_]) -> None:
        if len(species) != len(pictures):
            raise ValueError(f"{len(pictures)} training pictures have {len(species)} species")
        self._shape = pictures.shape[1:]
        self._rows = _flat(pictures)
        self._species = np.unique(np.asarray(species), return_inverse=True)[1]
        if not len(pictures) or self._species.max() < 1:
            raise ValueError(
                "a nearest sprite of another species needs two species: give the whole train split"
            )

    @torch.inference_mode()
    def neighbours(self, pictures: Bytes) -> Neighbours:
        """uint8 (n, h, w, 3), n ≥ 1 → the nearest of each. Raises ValueError for other pictures, or none.

        2,000 pictures against 17,904, at 64 × 64: 1.8 · 10¹² multiplications, some ten seconds on two cores.
        """
        if pictures.dtype != np.uint8 or pictures.shape[1:] != self._shape or not len(pictures):
            wanted = ("n ≥ 1", *self._shape)
            raise ValueError(f"pictures are uint8 {wanted}, not {pictures.dtype} {pictures.shape}")
        starts = range(0, len(pictures), QUERIES)
        found = [self._found(pictures[start : start + QUERIES]) for start in starts]
        nearest, first, other, second = (np.concatenate(part) for part in zip(*found, strict=True))
        return Neighbours(nearest=nearest, distance=first, other=other, other_distance=second)

    def _found(self, pictures: Bytes) -> tuple[NDArray[np.int64], Doubles, NDArray[np.int64], Doubles]:
        ways = _flat(pictures), _flat(pictures[:, :, ::-1])
        about = self._about(ways)
        nearest, first = self._decided(about, ways)
        kin = torch.from_numpy(self._species[nearest][:, None] == self._species)
        other, second = self._decided(about.masked_fill_(kin, torch.inf), ways)
        return nearest, first, other, second

    def _about(self, ways: tuple[Bytes, Bytes]) -> torch.Tensor:
        """Squared distances to all of the training set but for the rows' own squares, in float32: (q, t)."""
        asked = torch.from_numpy(np.concatenate(ways)).float().sub_(GREY)  # (2q, h·w·3)
        about = torch.empty(len(ways[0]), len(self._rows))
        for start in range(0, len(self._rows), TRAINED):
            block = torch.from_numpy(self._rows[start : start + TRAINED]).float().sub_(GREY)
            alike = torch.maximum(*(asked @ block.T).chunk(2))  # the more alike of both ways
            about[:, start : start + len(block)] = (block * block).sum(1) - 2 * alike
        return about

    def _decided(self, about: torch.Tensor, ways: tuple[Bytes, Bytes]) -> tuple[NDArray[np.int64], Doubles]:
        """The nearest of each row and its RMSE: float32 chooses the rivals, whole numbers among them."""
        lowest, places = about.topk(min(RIVALS, about.shape[1]), largest=False)
        rivals = np.sort(np.where(lowest.isfinite().numpy(), places.numpy(), places[:, :1].numpy()), axis=1)
        squares = np.empty(rivals.shape, np.int64)
        for column, chosen in enumerate(rivals.T):
            truth = self._rows[chosen].astype(np.int32)
            squares[:, column] = np.minimum(*(((way - truth) ** 2).sum(1, dtype=np.int64) for way in ways))
        best = squares.argmin(axis=1)
        rows = np.arange(len(rivals))
        return rivals[rows, best], np.sqrt(squares[rows, best] / self._rows.shape[1]) / 255


def memorised(found: Neighbours) -> Memorised:
    """The shares among what was found."""
    return Memorised(
        close=float((found.distance < CLOSE).mean()),
        alone=float((found.distance < ALONE * found.other_distance).mean()),
        median=float(np.median(found.distance)),
        n=len(found.distance),
    )


def _flat(pictures: Bytes) -> Bytes:
    return np.ascontiguousarray(pictures).reshape(len(pictures), -1)
