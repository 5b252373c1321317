"""The kernel distance between two sets of feature vectors (KID), and how sure it is. Knows no picture.

Bińkowski et al. 2018, arXiv:1801.01401: the squared maximum mean discrepancy, estimated without bias, under the
kernel k(a, b) = (a·b / d + 1)³. Of x (n, d) and y (m, d):

    KID = mean of k(xi, xj) over i ≠ j  +  mean of k(yi, yj) over i ≠ j  −  2 · mean of k(xi, yj)

It does not depend on the number of samples but for chance, and may be negative where the sets are alike. All
pairs are used, once, instead of means over random subsets of 1,000: the same expectation, less spread.

**The interval** is a bootstrap of groups (`resampling.py`), exact and cheap: resampling changes how often a pair
counts, never the pair. A vector drawn twice is not paired with itself.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spriteloom.metrics.generation.resampling import Interval, around, membership, weights

Doubles = NDArray[np.float64]

ROUNDS = 1_000


def kernel_distance(x: ArrayLike, y: ArrayLike) -> float:
    """KID of any floats (n, d) and (m, d). Raises ValueError for fewer than two of either."""
    return kernel_interval(x, y, rounds=1).value


def kernel_interval(
    x: ArrayLike,
    y: ArrayLike,
    *,
    x_groups: ArrayLike | None = None,
    y_groups: ArrayLike | None = None,
    seed: int = 0,
    rounds: int = ROUNDS,
) -> Interval:
    """KID with its 95 % interval. Groups are labels (n,) of what is drawn together; None: each by itself."""
    first, second = (np.asarray(side, dtype=np.float64) for side in (x, y))
    if first.ndim != 2 or second.ndim != 2 or first.shape[1] != second.shape[1]:
        raise ValueError(f"vectors (n, d) and (m, d) are compared, not {first.shape} and {second.shape}")
    if min(len(first), len(second)) < 2:
        raise ValueError("a distance needs two or more vectors on either side")
    of_x, of_y = membership(x_groups, len(first)), membership(y_groups, len(second))
    across = _by_groups(_kernel(first, second), of_x, of_y)
    chance = np.random.default_rng(seed)
    drawn = [
        np.vstack([np.ones(of.max() + 1), weights(of.max() + 1, rounds, chance)]) for of in (of_x, of_y)
    ]  # the first row is the figure itself
    counts = [w @ np.bincount(of) for w, of in zip(drawn, (of_x, of_y), strict=True)]
    within = [_within(side, of, w) for side, of, w in zip((first, second), (of_x, of_y), drawn, strict=True)]
    between = np.einsum("rg,rg->r", drawn[0] @ across, drawn[1]) / (counts[0] * counts[1])
    found = within[0] + within[1] - 2 * between
    return around(float(found[0]), found[1:])


def _kernel(a: Doubles, b: Doubles) -> Doubles:
    return np.asarray((a @ b.T / a.shape[1] + 1) ** 3)


def _within(side: Doubles, of: NDArray[np.intp], drawn: Doubles) -> Doubles:
    """The mean over pairs of different vectors, each as often as it is drawn: (rounds,)."""
    kernel = _kernel(side, side)
    np.fill_diagonal(kernel, 0)
    grouped, sizes = _by_groups(kernel, of, of), np.bincount(of)
    total = np.einsum("rg,rg->r", drawn @ grouped, drawn)
    pairs = (drawn @ sizes) ** 2 - drawn**2 @ sizes
    return np.asarray(total / pairs)


def _by_groups(kernel: Doubles, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Doubles:
    """The sums of a kernel over pairs of groups, (g, h)."""
    for axis, of in enumerate((rows, columns)):
        order = np.argsort(of, kind="stable")
        starts = np.searchsorted(of[order], np.arange(of.max() + 1))
        kernel = np.add.reduceat(np.take(kernel, order, axis), starts, axis)
    return kernel
