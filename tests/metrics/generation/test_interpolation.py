"""A cross-fade differs from a third picture."""

from __future__ import annotations

import numpy as np

from spriteloom.metrics.generation.interpolation import crossfade, nearest_squares


class Averages:
    """Features that need no package: the mean color."""

    name = "averages"

    def __call__(self, pictures: np.ndarray) -> np.ndarray:
        return pictures.mean((1, 2)).astype(np.float32)


def test_a_cross_fade_is_told_from_a_third_sprite():
    rng = np.random.default_rng(0)
    a, b, other = (rng.integers(0, 256, (4, 8, 8, 3), dtype=np.uint8) for _ in "abc")
    real = Averages()(np.concatenate([a, b]))
    fade = ((a.astype(int) + b) // 2).astype(np.uint8)
    overlaid = crossfade(a, b, fade, other, real, Averages())
    third = crossfade(a, b, other, other, real, Averages())
    assert overlaid["overlay"] < 0.05 < third["overlay"]
    assert third["to_ends"] > overlaid["to_ends"]
    assert third["manifold"] == 1 and overlaid["manifold_middle"] > 0


def test_the_nearest_of_other_vectors():
    vectors = np.array([[0, 0], [3, 4]], np.float32)
    assert nearest_squares(vectors, np.array([[0, 1], [3, 0]], np.float32)).tolist() == [1, 16]
