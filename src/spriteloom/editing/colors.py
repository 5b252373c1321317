"""Which colors sprites have, commonest first; and how new ones are kept apart. Plans nothing.

Colors are RGB of visible pixels, uint8 (k, 3).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from spriteloom.editing.recoloring import RGB, Colors, check_indexable
from spriteloom.errors import BadPalette
from spriteloom.pixels import Palette, Sprite, counts
from spriteloom.pixels.oklab import oklab, to_rgb

LIGHTNESS = np.array([1.0, 0.0, 0.0])  # the axis of OKLab that shading moves along


def visible(like: Sequence[Sprite]) -> Sequence[Sprite]:
    """The sprites to take colors from, as they are. Raises BadPalette where they show nothing."""
    if not any(sprite.pixels[..., 3].any() for sprite in like):
        raise BadPalette(
            f"{like[0].name or 'the model'} has no visible pixel to take colors from: choose another"
        )
    return like


def shown(palette: Palette) -> Colors:
    """The visible colors of a palette, each once, in its order. Raises BadPalette where it has none."""
    colors = distinct(palette.colors)
    if not len(colors):
        raise BadPalette("the palette has no visible color: choose another")
    return colors


def counted(sprites: Sequence[Sprite]) -> tuple[Colors, NDArray[np.int64]]:
    """The visible colors (k, 3) by falling count, ties by value, and their counts."""
    pixels = np.concatenate([sprite.pixels.reshape(-1, 4) for sprite in sprites])
    seen = pixels[pixels[:, 3] > 0]
    if not len(seen):
        return np.zeros((0, 3), np.uint8), np.zeros(0, np.int64)
    seen[:, 3] = 255
    palette, number = counts(seen)
    return palette.colors[:, :3], number


def ranked(sprites: Sequence[Sprite]) -> tuple[Colors, NDArray[np.int64]]:
    """`counted`, then what stands on their palettes unused: those too must not fall together with others."""
    used, number = counted(sprites)
    palettes = dict.fromkeys(sprite.palette for sprite in sprites if sprite.palette is not None)
    opaque = np.full((len(used), 4), 255, np.uint8)
    opaque[:, :3] = used
    colors = distinct(np.concatenate([opaque, *(palette.colors for palette in palettes)]))
    check_indexable(len(colors), sprites)
    return colors, np.pad(number, (0, len(colors) - len(used)))


def distinct(rgba: NDArray[np.uint8]) -> Colors:
    """The visible colors of (n, 4), each once, as RGB, in order of first appearance."""
    rgb = dict.fromkeys(tuple(color[:3]) for color in rgba.tolist() if color[3])
    return np.array(list(rgb), np.uint8).reshape(-1, 3)


def shaded(colors: Colors, relatives: Colors, targets: Colors) -> Colors:
    """For each color the target of its nearest relative, by as much lighter as the color is than that."""
    if not len(colors):
        return colors
    lab, kin = oklab(colors), oklab(relatives)
    nearest = ((lab[:, None] - kin) ** 2).sum(axis=-1).argmin(axis=1)
    return to_rgb(oklab(targets[nearest]) + (lab - kin[nearest]) * LIGHTNESS)


def apart(wanted: Colors) -> Colors:
    """`wanted` with no color twice: the first keeps it, later ones take the nearest that nobody wants."""
    taken = set(map(tuple, wanted.tolist()))
    given: dict[RGB, None] = {}
    for red, green, blue in wanted.tolist():
        color = (red, green, blue)
        if color in given:
            color = _nearest_free(color, taken)
            taken.add(color)
        given[color] = None
    return np.array(list(given), np.uint8).reshape(-1, 3)


def _nearest_free(color: RGB, taken: set[RGB]) -> RGB:
    """The RGB nearest to `color` that is not taken, ties by value."""
    red, green, blue = color
    near = ((red + r, green + g, blue + b) for r, g, b in _steps())
    return next(other for other in near if other not in taken and min(other) >= 0 and max(other) <= 255)


@lru_cache(maxsize=1)
def _steps() -> list[RGB]:
    """Steps in RGB, the shortest first.

    Even from a corner of the cube 9³ of them lead to a color: more than the 2 · 256 that can be taken.
    """
    ways = range(-8, 9)
    return sorted(product(ways, ways, ways), key=lambda step: (sum(way * way for way in step), step))
