"""The bootstrap of groups: what belongs together is drawn together. Knows numbers only.

Efron 1979, with groups as the units. Intervals are centred: the spread of the resampled figures about their
own mean is put around the figure that was measured, because drawing with replacement adds to a distance
between sets the very bias that few samples have, once more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spriteloom.pixels.arrays import Doubles

SHARE = 0.95


@dataclass(frozen=True, kw_only=True)
class Interval:
    """Where 95 of 100 such figures stand."""

    low: float
    high: float

    def to_json(self) -> list[float]:
        """[low, high]."""
        return [self.low, self.high]


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A distance of samples from a reference.

    `interval` is that of other samples and another reference of as many groups: how far the figure may be
    trusted as one about the world. `given_reference` is that of other samples beside this reference: what to
    compare rows of one table by, since they share whatever is peculiar to the reference.
    """

    value: float
    interval: Interval
    given_reference: Interval


def membership(groups: ArrayLike | None, n: int) -> NDArray[np.intp]:
    """The number of each one's group from 0, (n,); without groups each is its own.

    Raises ValueError where there are not n labels.
    """
    if groups is None:
        return np.arange(n)
    labels = np.asarray(groups)
    if labels.shape != (n,):
        raise ValueError(f"{n} vectors need as many group labels, not {labels.shape}")
    return np.asarray(np.unique(labels, return_inverse=True)[1], dtype=np.intp)


def draws(groups: int, rounds: int, chance: np.random.Generator) -> Doubles:
    """How often each of g groups comes up in g drawings with replacement: (rounds, g), rows of sum g."""
    return chance.multinomial(groups, np.full(groups, 1 / groups), size=rounds).astype(np.float64)


def around(value: float, resampled: Doubles) -> Interval:
    """The middle 95 % of what was resampled, moved so that its mean is the figure."""
    tail = (1 - SHARE) / 2
    low, high = np.quantile(resampled - resampled.mean(), (tail, 1 - tail))
    return Interval(low=value + float(low), high=value + float(high))
