"""Which of many colours are meant to be one: each joins the commonest near it. Knows no picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


def clusters(colours: Floats, number: NDArray[np.int64], reach: float, *, most: int | None = None) -> Indices:
    """For each colour (n, c), seen so many times (n,), its cluster (n,), numbered by falling count.

    The commonest founds the first. Each other, in order, joins the nearest founder no farther than `reach` in
    every channel, and the nearest at all once there are `most` clusters; else it founds one.
    """
    order = np.argsort(-number, kind="stable")
    founders: list[int] = []
    found = np.zeros(len(colours), np.intp)
    for place in order:
        gaps = np.abs(colours[founders] - colours[place]).max(1) if founders else np.zeros(0)
        if len(gaps) and (gaps.min() <= reach or (most is not None and len(founders) >= most)):
            found[place] = int(gaps.argmin())
        else:
            found[place] = len(founders)
            founders.append(int(place))
    return found


def means(colours: Floats, cluster: Indices) -> Floats:
    """The mean colour (k, c) of each cluster of colours (n, c)."""
    held = np.bincount(cluster)
    return np.stack([np.bincount(cluster, column, len(held)) for column in colours.T], 1) / held[:, None]
