"""The Fréchet distance between two sets of feature vectors, and how sure it is. Knows no picture.

Heusel et al. 2017, arXiv:1706.08500, eq. 6. Of the means μ and the covariances Σ (over n − 1) of x and y:

    FD = |μx − μy|² + tr Σx + tr Σy − 2 tr (Σx Σy)^½

With rows centred and divided by √(n − 1), X (n, d) and Y (m, d), the last trace is the nuclear norm of XYᵀ:
its squared singular values are the eigenvalues of ΣxΣy. So no root of a singular matrix is ever taken, and
a set of fewer vectors than they have numbers is no special case. Float64 throughout.

**Bias.** FD is not zero between two samples of one thing: it is the larger the fewer they are (Chong &
Forsyth 2020, arXiv:1911.07023). Compare rows of equal n with one reference, beside the floor of the same n.

**The interval** is a bootstrap of groups, to first order: what each vector adds to FD is known in closed
form, so that 10,000 resamplings cost nothing beside the distance itself. It is centred at the figure: it
says how FD moves with other samples, as many of them, and nothing of the bias, which all rows share. With
few groups it errs on the wide side: by 1.8 against fresh draws of 52 species of sprites.

First order: let vector i of x weigh w instead of 1. By dw, |μx − μy|² moves by 2 (μx − μy)·(xi − μx) / n, tr
Σx by |Xi|² − tr Σx / n, and the nuclear norm of XYᵀ = U S Vᵀ, whose rows scale by √w, by half the i-th
diagonal entry of U S Uᵀ, less the mean of those.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from spriteloom.metrics.generation.resampling import Estimate, around, draws, membership
from spriteloom.pixels.arrays import Doubles

ROUNDS = 10_000
SMALLEST = (
    1e-7  # singular values below this share of the largest are rounding: a Gram matrix has squared them
)


@dataclass(frozen=True, eq=False)
class Moments:
    """One side of the distance: vectors (n, d), n ≥ 2. What is dear is made once, when first asked for."""

    vectors: Doubles

    @classmethod
    def of(cls, vectors: ArrayLike) -> Moments:
        """Any floats (n, d). Raises ValueError for fewer than two vectors, and for what is not finite."""
        found = np.asarray(vectors, dtype=np.float64)
        if found.ndim != 2 or len(found) < 2:
            raise ValueError(f"a distance needs two or more vectors (n, d), not {found.shape}")
        if not np.isfinite(found).all():
            raise ValueError("some feature is not finite")
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
    def decomposed(self) -> tuple[Doubles, Doubles, Doubles]:
        """X = U S Vᵀ: U (n, r), S (r,) and V (d, r), r the rank."""
        return _svd(self.rows)


def frechet_distance(x: Moments, y: Moments) -> float:
    """FD: 0 or more but for rounding, the same both ways."""
    return _distance(x, y, _svd(_product(x, y))[1])


def frechet_estimate(
    x: Moments,
    y: Moments,
    *,
    x_groups: ArrayLike | None = None,
    y_groups: ArrayLike | None = None,
    seed: int = 0,
) -> Estimate:
    """FD of samples x from the reference y, with its intervals.

    Groups are labels (n,) of what is drawn together, such as the species; None draws each by itself.
    """
    u, s, w = _svd(_product(x, y))
    v = y.decomposed[0] @ w  # XYᵀ = (X Vy Sy) Uyᵀ = u s (Uy w)ᵀ
    apart, chance = x.mean - y.mean, np.random.default_rng(seed)
    by_x = _moved(_influence(x, (u * u) @ s, apart), x_groups, chance)
    by_y = _moved(_influence(y, (v * v) @ s, -apart), y_groups, chance)
    value = _distance(x, y, s)
    return Estimate(value=value, interval=around(value, by_x + by_y), given_reference=around(value, by_x))


def _product(x: Moments, y: Moments) -> Doubles:
    """X Vy Sy, (n, r): narrower than XYᵀ, with its singular values and its left vectors."""
    _, s, v = y.decomposed
    return np.asarray(x.rows @ (v * s))


def _distance(x: Moments, y: Moments, singular: Doubles) -> float:
    return float(((x.mean - y.mean) ** 2).sum() + x.total + y.total - 2 * singular.sum())


def _svd(matrix: Doubles) -> tuple[Doubles, Doubles, Doubles]:
    """U (n, r), S (r,), V (d, r) of (n, d), from the smaller Gram matrix: five times faster than LAPACK's."""
    if matrix.shape[0] < matrix.shape[1]:
        v, s, u = _svd(matrix.T)
        return u, s, v
    values, axes = np.linalg.eigh(matrix.T @ matrix)
    seen = values > values[-1] * SMALLEST**2
    s, v = np.sqrt(values[seen]), axes[:, seen]
    return matrix @ v / s, s, v


def _influence(side: Moments, shared: Doubles, apart: Doubles) -> Doubles:
    """How FD moves with each vector's weight, (n,), of sum 0. `shared` is the diagonal of U S Uᵀ."""
    rows, n = side.rows, len(side.rows)
    spread = np.einsum("nd,nd->n", rows, rows)
    moved = 2 * (side.vectors - side.mean) @ apart / n
    return np.asarray(moved + (spread - spread.mean()) - (shared - shared.mean()))


def _moved(influence: Doubles, groups: ArrayLike | None, chance: np.random.Generator) -> Doubles:
    """What FD moves by in each round, (ROUNDS,)."""
    by_group = np.bincount(membership(groups, len(influence)), weights=influence)
    moved = [draws(len(by_group), ROUNDS // 10, chance) @ by_group for _ in range(10)]  # bounds memory
    return np.concatenate(moved)
