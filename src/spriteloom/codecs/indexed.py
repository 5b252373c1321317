"""`Indexed`: a sprite as its own palette in a canonical order and a grid of places on it. Learns nothing.

Exact where a sprite has no more colors than asked for. The order is from dark to light, so that an index
means about the same in every sprite: 0 is transparent, 1 the darkest, which is the outline. A prior over such
grids therefore learns outlines, shades and lights instead of colors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spriteloom.codecs.own_palette import onto, own_palette
from spriteloom.errors import ImpossibleModel
from spriteloom.pixels import Palette, Sprite, harden, index, is_hard
from spriteloom.pixels.oklab import oklab

COLORS = 16
MAX_COLORS = 255


@dataclass(frozen=True, eq=False, kw_only=True)
class Indexed:
    """`grid` uint8 (h, w): 0 transparent, else 1 + the place in `colors` uint8 (k, 3), dark to light.

    `exact`: no color and no alpha was changed.
    """

    grid: NDArray[np.uint8]
    colors: NDArray[np.uint8]
    name: str = ""
    exact: bool = True


def to_indexed(sprite: Sprite, colors: int = COLORS) -> Indexed:
    """A sprite on at most so many of its own colors. Raises ImpossibleModel for less than 1 or over 255."""
    if not 1 <= colors <= MAX_COLORS:
        raise ImpossibleModel(f"a sprite cannot have {colors} colors: ask for 1 to {MAX_COLORS}")
    hard = is_hard(sprite.pixels)
    pixels = sprite.pixels if hard else harden(sprite.pixels)
    palette = _in_order(own_palette(pixels, colors))
    reduced = onto(pixels, palette)
    if not len(palette):
        return Indexed(
            grid=np.zeros(pixels.shape[:2], np.uint8), colors=palette, name=sprite.name, exact=hard
        )
    table = Palette(
        np.concatenate([np.zeros((1, 4), np.uint8), np.pad(palette, ((0, 0), (0, 1)), constant_values=255)])
    )
    same = hard and np.array_equal(reduced, np.where(pixels[..., 3:] == 0, np.uint8(0), pixels))
    return Indexed(grid=index(reduced, table), colors=palette, name=sprite.name, exact=same)


def from_indexed(found: Indexed) -> Sprite:
    """The sprite again, its palette in the canonical order."""
    table = np.zeros((1 + len(found.colors), 4), np.uint8)
    table[1:, :3], table[1:, 3] = found.colors, 255
    return Sprite(pixels=table[found.grid], name=found.name, palette=Palette(table))


def grids_of(some: Sequence[Indexed], size: int) -> NDArray[np.uint8]:
    """Grids of sprites in the middle of size × size: uint8 (n, size, size). Raises ImpossibleModel."""
    whole = np.zeros((len(some), size, size), np.uint8)
    for row, one in zip(whole, some, strict=True):
        h, w = one.grid.shape
        if max(h, w) > size:
            raise ImpossibleModel(
                f"{one.name!r} is {w}×{h}, larger than {size}×{size}: crop it, or ask for more"
            )
        top, left = (size - h) // 2, (size - w) // 2
        row[top : top + h, left : left + w] = one.grid
    return whole


def _in_order(colors: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """From dark to light, ties by value."""
    light = oklab(colors)[:, 0]
    return colors[np.lexsort((*colors.T[::-1], light))]
