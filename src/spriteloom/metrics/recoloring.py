"""Compare a recolored sprite with the one an artist colored, pixel by pixel.

Over the pixels of the foreground:

    exact  share whose three bytes equal the artist's
    near   share whose distance in OKLab is at most NEAR
    error  mean distance in OKLab; black and white are 1 apart
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spriteloom.errors import DataError
from spriteloom.pixels.arrays import Bytes
from spriteloom.pixels.oklab import oklab

ROUNDS = 10_000  # of the bootstrap
TAIL = 0.025  # beyond either end of an interval

NEAR = 0.05  # neighboring shades of a sprite differ by 0.1 to 0.2, colors that few people tell apart by 0.02


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """Of one sprite."""

    exact: float
    near: float
    error: float


@dataclass(frozen=True, kw_only=True)
class Mean:
    """A mean over groups, with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class MeanAgreement:
    """Of many sprites: the mean over groups of the groups' means."""

    exact: Mean
    near: Mean
    error: Mean


def agreement(guess: Bytes, truth: Bytes, inside: NDArray[np.bool_]) -> Agreement:
    """Compare RGB or RGBA (h, w, 3 or 4) inside the mask (h, w). Raises DataError if the mask is empty."""
    if guess.shape[:2] != truth.shape[:2] or inside.shape != truth.shape[:2]:
        raise ValueError(f"guess {guess.shape}, truth {truth.shape} and mask {inside.shape} differ in size")
    if not inside.any():
        raise DataError("there is no pixel to compare: leave out pictures that show nothing")
    guesses, truths = guess[inside][:, :3], truth[inside][:, :3]
    distances = np.sqrt(((oklab(guesses) - oklab(truths)) ** 2).sum(axis=1))
    return Agreement(
        exact=float((guesses == truths).all(axis=1).mean()),
        near=float((distances <= NEAR).mean()),
        error=float(distances.mean()),
    )


def mean_agreement(agreements: Sequence[Agreement], groups: Sequence[str], *, seed: int = 0) -> MeanAgreement:
    """The mean over groups, with intervals from a bootstrap of groups (Efron 1979). Raises DataError for none."""
    if not agreements:
        raise DataError("there is nothing to take the mean of: name a set that has some pairs")
    if len(groups) != len(agreements):
        raise ValueError(f"{len(agreements)} sprites need as many groups, not {len(groups)}")
    member = np.unique(np.asarray(groups), return_inverse=True)[1].ravel()
    size = np.bincount(member)
    rng = np.random.default_rng(seed)
    share = rng.multinomial(len(size), np.full(len(size), 1 / len(size)), ROUNDS) / len(size)

    def mean(name: str) -> Mean:
        of_group = np.bincount(member, [getattr(agreement, name) for agreement in agreements]) / size
        low, high = np.quantile(share @ of_group, (TAIL, 1 - TAIL))
        return Mean(value=float(of_group.mean()), low=float(low), high=float(high))

    return MeanAgreement(exact=mean("exact"), near=mean("near"), error=mean("error"))
