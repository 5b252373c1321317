"""Which colors sprites have; shades, distinct colors and clusters of colors, uint8 (k, 3)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from spriteloom.editing.recoloring import RGB, Colors, check_indexable
from spriteloom.errors import BadPalette
from spriteloom.pixels import Sprite
from spriteloom.pixels.arrays import Doubles
from spriteloom.pixels.oklab import oklab, to_rgb
from spriteloom.pixels.palette import counts, distinct_colors

Indices = NDArray[np.intp]

LIGHTNESS = np.array([1.0, 0.0, 0.0])  # the axis of OKLab that shading moves along
BATCH = 1024  # colors that are compared at once


def check_visible(reference: Sequence[Sprite]) -> None:
    """Raise BadPalette if the reference sprites have no visible pixel."""
    if not any(sprite.pixels[..., 3].any() for sprite in reference):
        name = reference[0].name or "the reference"
        raise BadPalette(f"{name} has no visible pixel to take colors from: choose another")


def count_colors(sprites: Sequence[Sprite]) -> tuple[Colors, NDArray[np.int64]]:
    """The visible colors (k, 3) by falling count, ties by value, and their counts (k,)."""
    pixels = np.concatenate([sprite.pixels.reshape(-1, 4) for sprite in sprites])
    visible = pixels[pixels[:, 3] > 0]
    if not len(visible):
        return np.zeros((0, 3), np.uint8), np.zeros(0, np.int64)
    visible[:, 3] = 255
    palette, number = counts(visible)
    return palette.colors[:, :3], number


def ranked_colors(sprites: Sequence[Sprite]) -> tuple[Colors, NDArray[np.int64]]:
    """`count_colors`, then the palette colors that no pixel has, with count 0. Raises BadPalette above 256 colors."""
    used, number = count_colors(sprites)
    palettes = dict.fromkeys(sprite.palette for sprite in sprites if sprite.palette is not None)
    opaque = np.full((len(used), 4), 255, np.uint8)
    opaque[:, :3] = used
    colors = distinct_colors(np.concatenate([opaque, *(palette.colors for palette in palettes)]))
    check_indexable(len(colors), sprites)
    return colors, np.pad(number, (0, len(colors) - len(used)))


def shade(colors: Colors, relatives: Colors, targets: Colors) -> Colors:
    """For each color the target of its nearest relative, lighter or darker by as much as the color is."""
    if not len(colors):
        return colors
    lab, relatives_lab = oklab(colors), oklab(relatives)
    nearest = ((lab[:, None] - relatives_lab) ** 2).sum(axis=-1).argmin(axis=1)
    return to_rgb(oklab(targets[nearest]) + (lab - relatives_lab[nearest]) * LIGHTNESS)


def make_distinct(colors: Colors) -> Colors:
    """`colors` without repetition: the first of equal colors stays, the others move to the nearest unused color."""
    used = set(map(tuple, colors.tolist()))
    distinct: dict[RGB, None] = {}
    for red, green, blue in colors.tolist():
        color = (red, green, blue)
        if color in distinct:
            near = ((red + r, green + g, blue + b) for r, g, b in _steps())
            color = next(c for c in near if c not in used and min(c) >= 0 and max(c) <= 255)
            used.add(color)
        distinct[color] = None
    return np.array(list(distinct), np.uint8).reshape(-1, 3)


def cluster_colors(
    colors: Doubles, number: NDArray[np.int64], radius: float, *, most: int | None = None
) -> Indices:
    """The cluster (n,), numbered by falling count, of each color (n, c): that of the nearest founder."""
    # From the commonest color on, each founds a cluster unless one is within `radius` in every channel.
    order = np.argsort(-number, kind="stable")
    ranked, free = colors[order], np.ones(len(colors), bool)
    founders: list[int] = []
    while free.any() and len(founders) != most:
        founder = int(free.argmax())
        founders.append(founder)
        free &= np.abs(ranked - ranked[founder]).max(1) > radius
    clusters = np.empty(len(colors), np.intp)
    for start in range(0, len(colors), BATCH):
        batch = slice(start, start + BATCH)
        gaps = np.abs(ranked[batch, None] - ranked[founders]).max(2)
        clusters[order[batch]] = gaps.argmin(1)
    return clusters


def cluster_means(colors: Doubles, clusters: Indices) -> Doubles:
    """The mean color (k, c) of each cluster of colors (n, c)."""
    sizes = np.bincount(clusters)
    return np.stack([np.bincount(clusters, column, len(sizes)) for column in colors.T], 1) / sizes[:, None]


@lru_cache(maxsize=1)
def _steps() -> list[RGB]:
    """Steps in RGB, shortest first: even from a corner of the cube, 9³ lead to a color, more than can be used."""
    steps = range(-8, 9)
    return sorted(product(steps, steps, steps), key=lambda step: (sum(s * s for s in step), step))
