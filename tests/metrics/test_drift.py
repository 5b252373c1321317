"""Drift is hue that wanders where lightness stays; shading and outlines are none."""

from __future__ import annotations

import numpy as np

from spriteloom.metrics.pixel_art.drift import drift, loose_parts
from spriteloom.metrics.pixel_art.figures import figures
from spriteloom.pixels.oklab import to_rgb


def square(lab) -> np.ndarray:
    rgba = np.zeros((1, 12, 12, 4), np.uint8)
    rgba[0, 2:10, 2:10, :3] = to_rgb(np.broadcast_to(lab, (8, 8, 3)))
    rgba[0, 2:10, 2:10, 3] = 255
    return rgba


def test_a_flat_region_has_none_and_a_motley_one_has():
    flat = square(np.array([0.6, 0.1, 0.05]))
    motley = np.tile(np.array([0.6, 0.1, 0.0]), (8, 8, 1))
    motley[::2] = (0.6, 0.0, 0.1)
    assert drift(figures(flat))[0] == 0 and drift(figures(square(motley)))[0] > 0.3


def test_shading_is_no_drift():
    shaded = np.tile(np.array([0.4, 0.1, 0.05]), (8, 8, 1))
    shaded[4:] = (0.6, 0.08, 0.06)
    assert drift(figures(square(shaded)))[0] == 0


def test_loose_pixels_are_counted():
    rgba = square(np.array([0.6, 0.1, 0.05]))
    assert loose_parts(figures(rgba))[0] == 0
    rgba[0, 0, 0] = 255
    assert 0 < loose_parts(figures(rgba))[0] < 0.05
    assert loose_parts(figures(np.zeros((1, 4, 4, 4), np.uint8)))[0] == 0
