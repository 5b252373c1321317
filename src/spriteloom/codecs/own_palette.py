"""A picture's own few colors, and a picture put onto them. Learns nothing beyond one picture."""

from __future__ import annotations

import numpy as np

from spriteloom.codecs.census import Census
from spriteloom.codecs.lloyd import fit_table
from spriteloom.codecs.nearest import NearestTable
from spriteloom.pixels.arrays import Bytes

ROUNDS = 10


def own_palette(rgba: Bytes, colors: int) -> Bytes:
    """At most `colors` colors (k, 3) of the figure in uint8 (h, w, 4); (0, 3) where there is none.

    All of them where it has no more; else its commonest, exactly, for half of them, and k-means of the others
    for the rest: flat areas come back as they were, and what lies between them near to it.
    """
    figure = np.ascontiguousarray(rgba[rgba[..., 3] > 0][:, :3])
    distinct, counts = np.unique(figure, axis=0, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    distinct, counts = distinct[order], counts[order]
    if len(distinct) <= colors:
        return distinct
    kept = distinct[: colors // 2]
    census = Census(m=1, patches=np.ascontiguousarray(distinct[len(kept) :]), counts=counts[len(kept) :])
    rest = fit_table(census, colors - len(kept), rng=np.random.default_rng(0), rounds=ROUNDS)
    return np.concatenate([kept, rest])


def onto(rgba: Bytes, palette: Bytes) -> Bytes:
    """uint8 (h, w, 4) with each visible color exchanged for the palette's (k, 3) nearest."""
    inside = rgba[..., 3] > 0
    if not inside.any() or not len(palette):
        return np.where(inside[..., None], rgba, np.uint8(0)) if len(palette) else np.zeros_like(rgba)
    codes, _ = NearestTable(palette).find(np.ascontiguousarray(rgba[inside][:, :3]))
    exchanged = np.where(inside[..., None], rgba, np.uint8(0))
    exchanged[inside, :3] = palette[codes]
    return exchanged
