"""One figure out of many, by what is known to be worse: a weight for each part. Knows no part by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Columns = NDArray[np.float64]  # (n, parts)

ROUNDS = 4_000
CAUTION = 1e-3  # of the squared weights, beside the mean loss of a comparison


@dataclass(frozen=True, eq=False, kw_only=True)
class Combination:
    """damage = weights · (columns − centre). `centre` is the mean of sprites that nothing was done to."""

    centre: NDArray[np.float64]  # (parts,)
    weights: NDArray[np.float64]  # (parts,), none below 0: no part may speak for damage

    def of(self, columns: Columns) -> NDArray[np.float64]:
        """(n, parts) → (n,)."""
        return np.asarray((columns - self.centre) @ self.weights)


def calibrate(ladders: Sequence[Sequence[Columns]]) -> Combination:
    """Weights by which the worse of two is the larger, as often as can be.

    A ladder is the columns of the same sprites, clean first and then ever worse. Every step of every sprite
    is a comparison (Bradley & Terry 1952): the odds that a figure higher by d belongs to the worse of two
    are exp(d), so that a difference of 1 is damage 73 times in 100. The likelihood is concave; projected
    gradients find its maximum over weights not below 0.
    """
    clean = np.concatenate([ladder[0] for ladder in ladders])
    scale = np.concatenate([rung for ladder in ladders for rung in ladder]).std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    steps = np.concatenate(
        [(worse - better) / scale for ladder in ladders for better, worse in pairwise(ladder)]
    )
    weights = np.zeros(steps.shape[1])
    pace = 1 / (np.linalg.eigvalsh(steps.T @ steps / len(steps))[-1] / 4 + CAUTION)
    for _ in range(ROUNDS):
        doubt = 1 / (1 + np.exp((steps @ weights).clip(-50, 50)))  # of each comparison
        weights = np.maximum(weights + pace * (steps.T @ doubt / len(steps) - CAUTION * weights), 0)
    return Combination(centre=clean.mean(axis=0), weights=weights / scale)
