"""Whether what lies between two sprites is a third one or an overlay of both.

Of mid-points m between a and b, pictures in [0, 1]; RMSE over pixels and channels:

    overlay   RMSE(m, (a + b) / 2) over RMSE(a, (a + b) / 2): 0 is a cross-fade, 1 as far from it as its ends
    to_ends   RMSE(m, the nearer of a and b) over RMSE(a, b)
    manifold  mean distance, in features, from mid-points to the nearest real picture, over that of samples
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from spriteloom.metrics.generation.features import Features
from spriteloom.models.capabilities import LatentSpace
from spriteloom.pixels.arrays import Bytes, Floats


def crossfade(
    a: Bytes, b: Bytes, middle: Bytes, samples: Bytes, real: Floats, features: Features
) -> dict[str, float]:
    """Pictures uint8 (n, h, w, 3) of one frame; `real` are features of real ones."""
    both = (a.astype(np.float64) + b) / 2
    ends = np.minimum(_rmse(middle, a), _rmse(middle, b))
    apart = np.maximum(_rmse(a, b), 1e-9)
    far, usual = (_to_nearest(features(each), real) for each in (middle, samples))
    return {
        "n": len(middle),
        "overlay": float((_rmse(middle, both) / np.maximum(_rmse(a, both), 1e-9)).mean()),
        "to_ends": float((ends / apart).mean()),
        "manifold": float(far.mean() / usual.mean()),
        "manifold_middle": float(far.mean()),
        "manifold_samples": float(usual.mean()),
    }


def vectors_between(latents: LatentSpace, a: Bytes, b: Bytes) -> tuple[tuple[Bytes, Bytes], Bytes]:
    """Of pictures uint8 (n, s, s, 4): both as they come back, and what the mean of their latents becomes."""
    first, second = latents.encode(a), latents.encode(b)
    return (latents.decode(first), latents.decode(second)), latents.decode((first + second) / 2)


def _rmse(a: NDArray[Any], b: NDArray[Any]) -> NDArray[np.float64]:
    return np.asarray(np.sqrt((((a.astype(np.float64) - b) / 255) ** 2).mean((1, 2, 3))))


def _to_nearest(vectors: Floats, real: Floats) -> NDArray[np.float64]:
    squares = (vectors**2).sum(1)[:, None] + (real**2).sum(1) - 2 * vectors @ real.T
    return np.asarray(np.sqrt(np.maximum(squares.min(1), 0)), np.float64)
