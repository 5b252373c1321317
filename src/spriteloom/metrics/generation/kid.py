"""The kernel distance between two sets of feature vectors (KID), and how sure it is. Knows no picture.

Bińkowski et al. 2018, arXiv:1801.01401: the squared maximum mean discrepancy, estimated without bias, under
the kernel k(a, b) = (a·b / d + 1)³. Of x (n, d) and y (m, d):

    KID = mean of k(xi, xj) over i ≠ j  +  mean of k(yi, yj) over i ≠ j  −  2 · mean of k(xi, yj)

It depends on the number of samples by chance only, and may be negative where the sets are alike. All pairs
are used, once, instead of means over random subsets of 1,000: the same expectation with less spread.

**The interval** is a bootstrap of groups (`resampling.py`): resampling changes how often a pair counts,
never the pair, so that a thousand resamplings are a matrix product. A vector drawn twice is not paired with
itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spriteloom.metrics.generation.resampling import Estimate, around, draws, membership
from spriteloom.pixels.arrays import Doubles

ROUNDS = 1_000


def kernel_distance(x: ArrayLike, y: ArrayLike) -> float:
    """KID of any floats (n, d) and (m, d). Raises ValueError for fewer than two of either."""
    first, second = _Side.of(x, None), _Side.of(y, None)
    once = first.as_is, second.as_is
    return float(_distances(first, second, _across(first, second), once)[0])


def kernel_estimate(
    x: ArrayLike,
    y: ArrayLike,
    *,
    x_groups: ArrayLike | None = None,
    y_groups: ArrayLike | None = None,
    seed: int = 0,
) -> Estimate:
    """KID of samples x from the reference y, with its intervals. Groups are as in `frechet_estimate`."""
    first, second = _Side.of(x, x_groups), _Side.of(y, y_groups)
    across, chance = _across(first, second), np.random.default_rng(seed)
    of_x, of_y = (draws(len(side.sizes), ROUNDS, chance) for side in (first, second))
    value = float(_distances(first, second, across, (first.as_is, second.as_is))[0])
    both = _distances(first, second, across, (of_x, of_y))
    one = _distances(first, second, across, (of_x, np.repeat(second.as_is, ROUNDS, axis=0)))
    return Estimate(value=value, interval=around(value, both), given_reference=around(value, one))


@dataclass(frozen=True, eq=False)
class _Side:
    """Vectors (n, d) in the order of their groups; `within`, (g, g), sums the kernel over pairs of groups."""

    vectors: Doubles
    sizes: NDArray[np.int64]
    within: Doubles

    @classmethod
    def of(cls, vectors: ArrayLike, groups: ArrayLike | None) -> _Side:
        found = np.asarray(vectors, dtype=np.float64)
        if found.ndim != 2 or len(found) < 2:
            raise ValueError(f"a distance needs two or more vectors (n, d), not {found.shape}")
        of = membership(groups, len(found))
        found, sizes = found[np.argsort(of, kind="stable")], np.bincount(of)
        kernel = _kernel(found, found)
        np.fill_diagonal(kernel, 0)
        return cls(found, sizes, _by_groups(kernel, sizes, sizes))

    @property
    def as_is(self) -> Doubles:
        """Every group once, (1, g)."""
        return np.ones((1, len(self.sizes)))


def _across(first: _Side, second: _Side) -> Doubles:
    """Sums of the kernel between the sides, by pairs of groups (g, h)."""
    if first.vectors.shape[1] != second.vectors.shape[1]:
        raise ValueError(
            f"vectors of {first.vectors.shape[1]} and {second.vectors.shape[1]} have no distance"
        )
    return _by_groups(_kernel(first.vectors, second.vectors), first.sizes, second.sizes)


def _distances(first: _Side, second: _Side, across: Doubles, drawn: tuple[Doubles, Doubles]) -> Doubles:
    """KID as often as groups were drawn: (rounds, g) and (rounds, h) → (rounds,)."""
    pairs = (drawn[0] @ first.sizes) * (drawn[1] @ second.sizes)
    between = np.einsum("rg,rg->r", drawn[0] @ across, drawn[1]) / pairs
    return np.asarray(_within(first, drawn[0]) + _within(second, drawn[1]) - 2 * between)


def _within(side: _Side, drawn: Doubles) -> Doubles:
    """The mean over pairs of different vectors, (rounds,)."""
    total = np.einsum("rg,rg->r", drawn @ side.within, drawn)
    pairs = (drawn @ side.sizes) ** 2 - drawn**2 @ side.sizes
    return np.asarray(
        total / np.maximum(pairs, 1)
    )  # no pair, where one vector alone is drawn: nothing to add


def _kernel(a: Doubles, b: Doubles) -> Doubles:
    kernel = a @ b.T / a.shape[1] + 1
    return np.asarray(kernel * kernel * kernel)  # twenty times faster than a power


def _by_groups(kernel: Doubles, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Doubles:
    """The sums of a kernel over blocks of so many rows and columns, (g, h)."""
    for axis, sizes in enumerate((rows, columns)):
        if sizes.max() > 1:
            kernel = np.add.reduceat(kernel, np.cumsum(sizes) - sizes, axis)
    return kernel
