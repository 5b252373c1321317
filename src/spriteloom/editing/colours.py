"""Which colours sprites have, commonest first; and how new ones are kept apart. Plans nothing.

Colours are RGB of visible pixels, uint8 (k, 3).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from spriteloom.editing.recolouring import RGB, Colours, check_indexable
from spriteloom.errors import BadPalette
from spriteloom.pixels import Palette, Sprite, counts
from spriteloom.pixels.oklab import oklab, to_rgb

LIGHTNESS = np.array([1.0, 0.0, 0.0])  # the axis of OKLab that shading moves along


def visible(like: Sequence[Sprite]) -> Sequence[Sprite]:
    """The sprites to take colours from, as they are. Raises BadPalette where they show nothing."""
    if not any(sprite.pixels[..., 3].any() for sprite in like):
        raise BadPalette(
            f"{like[0].name or 'the model'} has no visible pixel to take colours from: choose another"
        )
    return like


def shown(palette: Palette) -> Colours:
    """The visible colours of a palette, each once, in its order. Raises BadPalette where it has none."""
    colours = distinct(palette.colours)
    if not len(colours):
        raise BadPalette("the palette has no visible colour: choose another")
    return colours


def counted(sprites: Sequence[Sprite]) -> tuple[Colours, NDArray[np.int64]]:
    """The visible colours (k, 3) by falling count, ties by value, and their counts."""
    pixels = np.concatenate([sprite.pixels.reshape(-1, 4) for sprite in sprites])
    seen = pixels[pixels[:, 3] > 0]
    if not len(seen):
        return np.zeros((0, 3), np.uint8), np.zeros(0, np.int64)
    seen[:, 3] = 255
    palette, number = counts(seen)
    return palette.colours[:, :3], number


def ranked(sprites: Sequence[Sprite]) -> tuple[Colours, NDArray[np.int64]]:
    """`counted`, then what stands on their palettes unused: those too must not fall together with others."""
    used, number = counted(sprites)
    palettes = dict.fromkeys(sprite.palette for sprite in sprites if sprite.palette is not None)
    opaque = np.full((len(used), 4), 255, np.uint8)
    opaque[:, :3] = used
    colours = distinct(np.concatenate([opaque, *(palette.colours for palette in palettes)]))
    check_indexable(len(colours), sprites)
    return colours, np.pad(number, (0, len(colours) - len(used)))


def distinct(rgba: NDArray[np.uint8]) -> Colours:
    """The visible colours of (n, 4), each once, as RGB, in order of first appearance."""
    rgb = dict.fromkeys(tuple(colour[:3]) for colour in rgba.tolist() if colour[3])
    return np.array(list(rgb), np.uint8).reshape(-1, 3)


def shaded(colours: Colours, relatives: Colours, targets: Colours) -> Colours:
    """For each colour the target of its nearest relative, by as much lighter as the colour is than that."""
    if not len(colours):
        return colours
    lab, kin = oklab(colours), oklab(relatives)
    nearest = ((lab[:, None] - kin) ** 2).sum(axis=-1).argmin(axis=1)
    return to_rgb(oklab(targets[nearest]) + (lab - kin[nearest]) * LIGHTNESS)


def apart(wanted: Colours) -> Colours:
    """`wanted` with no colour twice: the first keeps it, later ones take the nearest that nobody wants."""
    taken = set(map(tuple, wanted.tolist()))
    given: dict[RGB, None] = {}
    for red, green, blue in wanted.tolist():
        colour = (red, green, blue)
        if colour in given:
            colour = _nearest_free(colour, taken)
            taken.add(colour)
        given[colour] = None
    return np.array(list(given), np.uint8).reshape(-1, 3)


def _nearest_free(colour: RGB, taken: set[RGB]) -> RGB:
    """The RGB nearest to `colour` that is not taken, ties by value."""
    red, green, blue = colour
    near = ((red + r, green + g, blue + b) for r, g, b in _steps())
    return next(other for other in near if other not in taken and min(other) >= 0 and max(other) <= 255)


@lru_cache(maxsize=1)
def _steps() -> list[RGB]:
    """Steps in RGB, the shortest first.

    Even from a corner of the cube 9³ of them lead to a colour: more than the 2 · 256 that can be taken.
    """
    ways = range(-8, 9)
    return sorted(product(ways, ways, ways), key=lambda step: (sum(way * way for way in step), step))
