"""Whether the mid-point of two pictures is a third picture or an overlay of both."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from spriteloom.metrics.generation.features import Features
from spriteloom.pixels.arrays import Bytes, Doubles, Floats


def crossfade(
    a: Bytes, b: Bytes, middle: Bytes, samples: Bytes, real: Floats, features: Features
) -> dict[str, float]:
    """Compare mid-points m of pictures a and b with both; uint8 (n, h, w, 3) of one frame.

    overlay   RMSE(m, (a + b) / 2) over RMSE(a, (a + b) / 2): 0 is a cross-fade, 1 as far from it as its ends
    to_ends   RMSE(m, the nearer of a and b) over RMSE(a, b)
    manifold  mean distance, in features, from mid-points to the nearest of the `real` ones, over that of samples
    """
    both = (a.astype(np.float64) + b) / 2
    ends = np.minimum(_rmse(middle, a), _rmse(middle, b))
    apart = np.maximum(_rmse(a, b), 1e-9)
    far, usual = (_to_nearest(features(pictures), real) for pictures in (middle, samples))
    return {
        "n": len(middle),
        "overlay": float((_rmse(middle, both) / np.maximum(_rmse(a, both), 1e-9)).mean()),
        "to_ends": float((ends / apart).mean()),
        "manifold": float(far.mean() / usual.mean()),
        "manifold_middle": float(far.mean()),
        "manifold_samples": float(usual.mean()),
    }


def nearest_squares(vectors: Floats, others: Floats) -> Floats:
    """The squared distance of each of vectors (n, d) to the nearest of others (m, d), (n,)."""
    squares = (vectors**2).sum(1)[:, None] + (others**2).sum(1) - 2 * vectors @ others.T
    return np.asarray(squares.min(1))


def _to_nearest(vectors: Floats, real: Floats) -> Doubles:
    return np.asarray(np.sqrt(np.maximum(nearest_squares(vectors, real), 0)), np.float64)


def _rmse(a: NDArray[Any], b: NDArray[Any]) -> Doubles:
    return np.asarray(np.sqrt((((a.astype(np.float64) - b) / 255) ** 2).mean((1, 2, 3))))
