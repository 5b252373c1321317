"""The bootstrap of groups: what is drawn together counts together. Knows numbers only.

Efron 1979; by groups as Davison & Hinkley 1997, §3.8. Intervals here are centred at the figure: the spread of
the resampled figures about their own mean is put around the figure that was measured, because resampling
adds to a distance between sets the same bias that few samples have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Doubles = NDArray[np.float64]

ROUNDS = 10_000  # resamplings of a figure that is linear in its weights
SHARE = 0.95


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A figure and where it would stand, in 95 of 100 drawings of as many samples and as many groups."""

    value: float
    low: float
    high: float


def membership(groups: ArrayLike | None, n: int) -> NDArray[np.intp]:
    """The number of each one's group, (n,), from 0; without groups each is its own.

    Raises ValueError where there are not n labels.
    """
    if groups is None:
        return np.arange(n)
    labels = np.asarray(groups)
    if labels.shape != (n,):
        raise ValueError(f"{n} vectors need as many group labels, not {labels.shape}")
    return np.asarray(np.unique(labels, return_inverse=True)[1], dtype=np.intp)


def group_sums(values: Doubles, groups: ArrayLike | None) -> Doubles:
    """The sum over each group, (g,)."""
    return np.bincount(membership(groups, len(values)), weights=values)


def weights(groups: int, rounds: int, chance: np.random.Generator) -> Doubles:
    """How often each of g groups is drawn in g drawings with replacement: (rounds, g), rows of sum g."""
    return chance.multinomial(groups, np.full(groups, 1 / groups), size=rounds).astype(np.float64)


def centred_interval(value: float, sides: Sequence[Doubles], *, seed: int) -> Interval:
    """The interval of a figure that moves by Σ (w − 1)·side over independently drawn groups of each side."""
    chance = np.random.default_rng(seed)
    moved = np.zeros(ROUNDS)
    for side in sides:
        moved += weights(len(side), ROUNDS, chance) @ side
    return around(value, moved)


def around(value: float, resampled: Doubles) -> Interval:
    """The middle 95 % of what was resampled, moved so that its mean is the figure."""
    tail = (1 - SHARE) / 2
    low, high = np.quantile(resampled - resampled.mean(), (tail, 1 - tail))
    return Interval(value=value, low=value + float(low), high=value + float(high))
