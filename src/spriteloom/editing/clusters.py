"""Which of many colors are meant to be one: each joins the commonest near it. Knows no picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spriteloom.pixels.arrays import Doubles

Indices = NDArray[np.intp]

GROUP = 1024  # colors that are compared at once


def clusters(colors: Doubles, number: NDArray[np.int64], reach: float, *, most: int | None = None) -> Indices:
    """For each color (n, c), seen so many times (n,), its cluster (n,), numbered by falling count.

    The commonest founds the first; each other, in order, founds one unless a founder is within `reach` of it
    in every channel, or there are `most` already. All join the nearest founder.
    """
    order = np.argsort(-number, kind="stable")
    ranked, free = colors[order], np.ones(len(colors), bool)
    founders: list[int] = []
    while free.any() and len(founders) != most:
        founder = int(free.argmax())
        founders.append(founder)
        free &= np.abs(ranked - ranked[founder]).max(1) > reach
    found = np.empty(len(colors), np.intp)
    for start in range(0, len(colors), GROUP):
        some = slice(start, start + GROUP)
        gaps = np.abs(ranked[some, None] - ranked[founders]).max(2)
        found[order[some]] = gaps.argmin(1)
    return found


def means(colors: Doubles, cluster: Indices) -> Doubles:
    """The mean color (k, c) of each cluster of colors (n, c)."""
    held = np.bincount(cluster)
    return np.stack([np.bincount(cluster, column, len(held)) for column in colors.T], 1) / held[:, None]
