"""The Fréchet distance between two sets of feature vectors, and how sure it is. Knows no picture.

Heusel et al. 2017, arXiv:1706.08500, eq. 6. Of the means μ and the covariances Σ (over n − 1) of x and y:

    FD = |μx − μy|² + tr Σx + tr Σy − 2 tr (Σx Σy)^½

With rows centred and divided by √(n − 1), X (n, d) and Y (m, d), the last trace is the nuclear norm of XYᵀ:
its squared singular values are the eigenvalues of ΣxΣy. So no root of a singular matrix is ever taken, and
a set of fewer vectors than they have numbers is no special case. Float64 throughout.

**Bias.** FD is not zero between two samples of one thing: it is larger the fewer they are, and lower bounds
of FD hold for equal counts only. Compare rows of the same n with the same reference, beside the floor.

**The interval** is a bootstrap of groups: what a picture adds to FD, to first order, is known in closed form
(below), so that 10,000 resamplings cost no more than one FD. Both sets are resampled, by species where groups
are given, since frames and poses of one species are no independent witnesses. The interval is centred at
the figure itself: it says how far FD moves with other samples of as many pictures, and nothing of the bias,
which all of them share.

First order: give vector i of x the weight w. Then |μx − μy|² changes by 2 (μx − μy)·(xi − μx), tr Σx by
|Xi|² − tr Σx / n, and the nuclear norm of XYᵀ = U S Vᵀ by half the i-th diagonal entry of U S Uᵀ (its rows
scale by √w).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spriteloom.metrics.generation.resampling import Interval, centred_interval, group_sums

Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Moments:
    """One side of the distance. Holds vectors (n, d), n ≥ 2; what is dear is made once, when first asked."""

    vectors: Doubles

    @classmethod
    def of(cls, vectors: ArrayLike) -> Moments:
        """Any floats (n, d). Raises ValueError for fewer than two vectors or for what is not finite."""
        found = np.asarray(vectors, dtype=np.float64)
        if found.ndim != 2 or len(found) < 2:
            raise ValueError(f"a distance needs two or more vectors (n, d), not {found.shape}")
        if not np.isfinite(found).all():
            raise ValueError("a feature is not finite")
        return cls(found)

    @cached_property
    def mean(self) -> Doubles:
        """μ, (d,)."""
        return np.asarray(self.vectors.mean(axis=0))

    @cached_property
    def rows(self) -> Doubles:
        """X, (n, d): centred, over √(n − 1)."""
        return np.asarray((self.vectors - self.mean) / np.sqrt(len(self.vectors) - 1))

    @cached_property
    def total(self) -> float:
        """tr Σ."""
        return float(np.einsum("nd,nd->", self.rows, self.rows))

    @cached_property
    def factor(self) -> tuple[Doubles, Doubles]:
        """L (d, r) with Σ = L Lᵀ, and R (r, n) with orthonormal rows and Xᵀ = L R; r is the rank."""
        short = len(self.rows) < self.rows.shape[1]
        gram = self.rows @ self.rows.T if short else self.rows.T @ self.rows
        values, axes = np.linalg.eigh(gram)
        seen = values > values[-1] * max(self.rows.shape) * np.finfo(np.float64).eps
        roots, axes = np.sqrt(values[seen]), axes[:, seen]
        if short:
            return self.rows.T @ axes, axes.T
        return axes * roots, (self.rows @ (axes / roots)).T


def frechet_distance(x: Moments, y: Moments) -> float:
    """FD, ≥ 0 but for rounding; symmetric."""
    return float(_apart(x, y) + x.total + y.total - 2 * np.sqrt(_spectrum(x, y)).sum())


def frechet_interval(
    x: Moments,
    y: Moments,
    *,
    x_groups: ArrayLike | None = None,
    y_groups: ArrayLike | None = None,
    seed: int = 0,
) -> Interval:
    """FD with its 95 % interval. Groups are labels (n,) of what is drawn together; None: each by itself."""
    of_x, of_y = _influences(x, y)
    sides = (group_sums(of_x, x_groups), group_sums(of_y, y_groups))
    return centred_interval(frechet_distance(x, y), sides, seed=seed)


def _apart(x: Moments, y: Moments) -> float:
    return float(((x.mean - y.mean) ** 2).sum())


def _product(x: Moments, y: Moments) -> Doubles:
    """XL, (n, r) or its Gram matrix's smaller form: the same singular values as XYᵀ."""
    return np.asarray(x.rows @ y.factor[0])


def _spectrum(x: Moments, y: Moments) -> Doubles:
    """The eigenvalues of ΣxΣy that are not zero by their rank."""
    product = _product(x, y)
    gram = product @ product.T if product.shape[0] < product.shape[1] else product.T @ product
    return np.asarray(np.linalg.eigvalsh(gram).clip(0))


def _influences(x: Moments, y: Moments) -> tuple[Doubles, Doubles]:
    """What each vector adds to FD to first order, times its weight: (n,) and (m,), each of sum about 0."""
    u, s, w = np.linalg.svd(_product(x, y), full_matrices=False)  # XLy = u s w, so XYᵀ = u s (w Ry)
    v = (w @ y.factor[1]).T  # (m, r)
    apart = x.mean - y.mean
    return (
        _influence(x, (u * u) @ s, apart),
        _influence(y, (v * v) @ s, -apart),
    )


def _influence(side: Moments, shared: Doubles, apart: Doubles) -> Doubles:
    """`shared` is the diagonal of U S Uᵀ, the part of each vector in the nuclear norm."""
    n = len(side.vectors)
    moved = 2 * (side.vectors - side.mean) @ apart / n
    spread = np.einsum("nd,nd->n", side.rows, side.rows) - side.total / n
    return np.asarray(moved + spread - (shared - shared.mean()))
