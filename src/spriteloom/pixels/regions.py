"""Parts of a mask: what is joined by sides or corners. Knows no color."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spriteloom.pixels.arrays import Mask


def parts(inside: Mask) -> NDArray[np.intp]:
    """The part of each pixel (h, w), from 1 on, 0 outside; pixels are joined by sides and by corners.

    Every pixel takes the largest number around it until none changes, by jumps: after each round a pixel
    takes the number of the pixel that its number stands for.
    """
    h, w = inside.shape
    label = np.where(inside, np.arange(1, h * w + 1).reshape(h, w), 0)
    while True:
        padded = np.pad(label, 1)
        around = np.max(
            [padded[1 + dy : 1 + dy + h, 1 + dx : 1 + dx + w] for dy in (-1, 0, 1) for dx in (-1, 0, 1)],
            axis=0,
        )
        found = np.where(inside, around, 0)
        roots = np.concatenate([[0], found.ravel()])
        found = np.where(inside, roots[found], 0)
        if np.array_equal(found, label):
            break
        label = found
    _, numbers = np.unique(label, return_inverse=True)
    return np.asarray(numbers.reshape(h, w) + (0 if (label == 0).any() else 1))


def sizes(inside: Mask) -> NDArray[np.int64]:
    """Pixels of each part, largest first."""
    return np.sort(np.bincount(parts(inside).ravel())[1:])[::-1]


def largest_parts(inside: Mask, share: float) -> Mask:
    """Where the largest part is, and others that have at least that share of its pixels."""
    number = parts(inside)
    areas = np.bincount(number.ravel())
    areas[0] = 0
    return np.asarray(areas[number] >= max(1.0, share * areas.max())) & inside
