"""How much of the samples is real, and how much of the real is sampled. Feature vectors; knows no picture.

The k nearest neighbours of a vector within its own set give it a ball; a set's manifold is the union of its
balls.

    precision  the share of samples in a ball of the reference      Kynkäänniemi et al. 2019, arXiv:1904.06991
    recall     the share of the reference in a ball of the samples
    density    balls of the reference around a sample, the mean over k    Naeem et al. 2020, arXiv:2002.09797
    coverage   the share of balls of the reference with a sample inside

Frames and poses of one sprite are each other's neighbours and make balls small: on such a reference the
figures of real pictures themselves are low. Read them beside those of the floor, at equal counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from spriteloom.pixels.arrays import Doubles

K = 3
AT_ONCE = 1024  # rows of a block of distances: 8 kB a vector of the other side


@dataclass(frozen=True, kw_only=True)
class Manifold:
    """The four shares; `density` alone may exceed 1."""

    precision: float
    recall: float
    density: float
    coverage: float


def compare_manifolds(samples: ArrayLike, reference: ArrayLike, *, k: int = K) -> Manifold:
    """Of any floats (n, d) and (m, d), both of more than k. Raises ValueError where they are fewer."""
    x, y = (np.asarray(side, dtype=np.float64) for side in (samples, reference))
    if min(len(x), len(y)) <= k:
        raise ValueError(f"balls to the neighbour {k} need more than {k} vectors on either side")
    shift = y.mean(axis=0)
    x, y = x - shift, y - shift  # or squares of a far mean would drown the distances
    of_x, of_y = _radii(x, k), _radii(y, k)
    held = np.zeros(len(x), np.int64)  # balls of y around each x
    reached, covered = np.zeros(len(y), np.bool_), np.zeros(len(y), np.bool_)
    for start in range(0, len(x), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        apart = _squares(x[part], y)
        inside = apart <= of_y
        held[part] = inside.sum(axis=1)
        covered |= inside.any(axis=0)
        reached |= (apart <= of_x[part, None]).any(axis=0)
    return Manifold(
        precision=float((held > 0).mean()),
        recall=float(reached.mean()),
        density=float(held.mean() / k),
        coverage=float(covered.mean()),
    )


def _radii(vectors: Doubles, k: int) -> Doubles:
    """The squared distance to the k-th nearest of the others, (n,)."""
    radii = np.empty(len(vectors))
    for start in range(0, len(vectors), AT_ONCE):
        apart = _squares(vectors[start : start + AT_ONCE], vectors)
        rows = np.arange(len(apart))
        apart[rows, start + rows] = np.inf
        radii[start : start + len(apart)] = np.partition(apart, k - 1, axis=1)[:, k - 1]
    return radii


def _squares(a: Doubles, b: Doubles) -> Doubles:
    """Squared distances, (n, m); at least 0."""
    squares = np.einsum("nd,nd->n", a, a)[:, None] + np.einsum("md,md->m", b, b) - 2 * (a @ b.T)
    return np.asarray(squares.clip(0))
