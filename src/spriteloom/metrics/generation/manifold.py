"""Precision, recall, density and coverage of samples, from feature vectors.

A vector's ball reaches to its k-th nearest neighbor in its own set.

    precision  the share of samples in a ball of the reference      Kynkäänniemi et al. 2019, arXiv:1904.06991
    recall     the share of the reference in a ball of the samples
    density    balls of the reference around a sample, the mean over k    Naeem et al. 2020, arXiv:2002.09797
    coverage   the share of balls of the reference with a sample inside

Frames of one sprite make balls small: compare with the scores of training pictures, at equal counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from spriteloom.pixels.arrays import Doubles

K = 3
BLOCK = 1024  # rows of a block of distances: 8 kB for each vector of the other set


@dataclass(frozen=True, kw_only=True)
class Manifold:
    """The four shares; `density` alone may exceed 1."""

    precision: float
    recall: float
    density: float
    coverage: float


def compare_manifolds(samples: ArrayLike, reference: ArrayLike, *, k: int = K) -> Manifold:
    """Compare floats (n, d) and (m, d). Raises ValueError if a set has k vectors or fewer."""
    x, y = (np.asarray(vectors, dtype=np.float64) for vectors in (samples, reference))
    if min(len(x), len(y)) <= k:
        raise ValueError(f"balls to neighbor {k} need more than {k} vectors in each set")
    shift = y.mean(axis=0)
    x, y = x - shift, y - shift  # else the squares of a far mean swamp the distances
    radii_x, radii_y = _radii(x, k), _radii(y, k)
    around = np.zeros(len(x), np.int64)  # the number of balls of y around each x
    recalled, covered = np.zeros(len(y), np.bool_), np.zeros(len(y), np.bool_)
    for start in range(0, len(x), BLOCK):
        part = slice(start, start + BLOCK)
        distances = _squares(x[part], y)
        inside = distances <= radii_y
        around[part] = inside.sum(axis=1)
        covered |= inside.any(axis=0)
        recalled |= (distances <= radii_x[part, None]).any(axis=0)
    return Manifold(
        precision=float((around > 0).mean()),
        recall=float(recalled.mean()),
        density=float(around.mean() / k),
        coverage=float(covered.mean()),
    )


def _radii(vectors: Doubles, k: int) -> Doubles:
    """The squared distance to the k-th nearest of the others, (n,)."""
    radii = np.empty(len(vectors))
    for start in range(0, len(vectors), BLOCK):
        distances = _squares(vectors[start : start + BLOCK], vectors)
        rows = np.arange(len(distances))
        distances[rows, start + rows] = np.inf
        radii[start : start + len(distances)] = np.partition(distances, k - 1, axis=1)[:, k - 1]
    return radii


def _squares(a: Doubles, b: Doubles) -> Doubles:
    """Squared distances, (n, m); at least 0."""
    squares = np.einsum("nd,nd->n", a, a)[:, None] + np.einsum("md,md->m", b, b) - 2 * (a @ b.T)
    return np.asarray(squares.clip(0))
