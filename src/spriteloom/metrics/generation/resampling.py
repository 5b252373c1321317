"""The bootstrap of groups (Efron 1979): pictures of one group are drawn together.

Intervals are centered: the spread of the resampled values about their mean is put around the measured value,
because drawing with replacement adds the bias of few samples to a distance a second time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spriteloom.pixels.arrays import Doubles

SHARE = 0.95


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A 95 % interval."""

    low: float
    high: float

    def to_json(self) -> list[float]:
        return [self.low, self.high]


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A distance of samples from a reference.

    `interval` is for other samples and another reference of as many groups, `given_reference` for other samples
    and the same reference: use it to compare rows of one table.
    """

    value: float
    interval: Interval
    given_reference: Interval


def membership(groups: ArrayLike | None, n: int) -> NDArray[np.intp]:
    """The group numbers from 0, (n,); without groups each vector is a group. Raises ValueError."""
    if groups is None:
        return np.arange(n)
    labels = np.asarray(groups)
    if labels.shape != (n,):
        raise ValueError(f"{n} vectors need as many group labels, not {labels.shape}")
    return np.asarray(np.unique(labels, return_inverse=True)[1], dtype=np.intp)


def draws(groups: int, rounds: int, rng: np.random.Generator) -> Doubles:
    """The counts of g groups in g draws with replacement: (rounds, g), rows of sum g."""
    return rng.multinomial(groups, np.full(groups, 1 / groups), size=rounds).astype(np.float64)


def around(value: float, resampled: Doubles) -> Interval:
    """The middle 95 % of the resampled values, moved so that their mean is `value`."""
    tail = (1 - SHARE) / 2
    low, high = np.quantile(resampled - resampled.mean(), (tail, 1 - tail))
    return Interval(low=value + float(low), high=value + float(high))
