"""Whether color drifts inside one region: hues that change where lightness does not. Knows no palette.

A hand shades a region from light to dark in one hue, or turns it with the light; it does not let the hue
wander over pixels that are equally light. What a network paints does.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from spriteloom.metrics.pixel_art.figures import Figures
from spriteloom.pixels.oklab import oklab

EVEN = 0.06  # difference of OKLab's lightness below which two neighbours are of one shade
COLORED = 0.04  # chroma from which a pixel has a hue
TURNED = 25.0  # degrees between two hues that are two colors


def drift(found: Figures) -> NDArray[np.float64]:
    """Of neighbours by sides that are colored and equally light, the share whose hues differ: (n,).

    0 where a figure has no such neighbours.
    """
    lab = oklab(found.pixels[..., :3])
    light, chroma = lab[..., 0], np.hypot(lab[..., 1], lab[..., 2])
    hue = np.degrees(np.arctan2(lab[..., 2], lab[..., 1]))
    colored = found.inside & (chroma >= COLORED)
    turned, pairs = np.zeros(len(lab)), np.zeros(len(lab))
    for axis in (1, 2):
        a, b = (np.take(colored, _ends(colored, axis, end), axis) for end in (0, 1))
        gaps = [
            np.take(each, _ends(each, axis, 1), axis) - np.take(each, _ends(each, axis, 0), axis)
            for each in (light, hue)
        ]
        both = a & b & (np.abs(gaps[0]) < EVEN)
        angle = np.abs((gaps[1] + 180) % 360 - 180)
        pairs += both.sum((1, 2))
        turned += (both & (angle > TURNED)).sum((1, 2))
    return np.asarray(turned / np.maximum(pairs, 1))


def loose_parts(found: Figures) -> NDArray[np.float64]:
    """The share of a figure's pixels that its largest part does not hold, (n,)."""
    held = [_held(inside) for inside in found.inside]
    return np.array(held)


def _held(inside: NDArray[np.bool_]) -> float:
    parts, _ = ndimage.label(inside, np.ones((3, 3)))
    areas = np.bincount(parts[inside])
    return float(1 - areas.max() / areas.sum()) if len(areas) else 0.0


def _ends(values: NDArray[np.generic], axis: int, end: int) -> NDArray[np.intp]:
    """The places along an axis of the first (0) or the second (1) of each pair of neighbours."""
    return np.arange(end, values.shape[axis] - 1 + end)
