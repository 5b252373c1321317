"""Reduce a sprite to few colors: a palette from dark to light, whose first is the outline, and a grid of indices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from spriteloom.codecs.census import Census
from spriteloom.codecs.lloyd import fit_table
from spriteloom.codecs.tables import NearestTable
from spriteloom.errors import ImpossibleModel
from spriteloom.pixels import Palette, Sprite
from spriteloom.pixels.alpha import clear_hidden, harden, is_hard
from spriteloom.pixels.arrays import Bytes
from spriteloom.pixels.oklab import oklab
from spriteloom.pixels.palette import index

COLORS = 16
MAX_COLORS = 255
ROUNDS = 10  # of k-means


@dataclass(frozen=True, eq=False, kw_only=True)
class Indexed:
    """`grid` uint8 (h, w): 0 transparent, else 1 + the index in `colors` (k, 3); `exact`: nothing was changed."""

    grid: Bytes
    colors: Bytes
    name: str = ""
    exact: bool = True


def to_indexed(sprite: Sprite, colors: int = COLORS) -> Indexed:
    """A sprite with at most `colors` colors. Raises ImpossibleModel for less than 1 or more than 255."""
    if not 1 <= colors <= MAX_COLORS:
        raise ImpossibleModel(f"a sprite cannot have {colors} colors: ask for 1 to {MAX_COLORS}")
    hard = is_hard(sprite.pixels)
    pixels = sprite.pixels if hard else harden(sprite.pixels)
    palette = extract_palette(pixels, colors)
    palette = palette[np.lexsort((*palette.T[::-1], oklab(palette)[:, 0]))]  # ties by value
    reduced = map_to_palette(pixels, palette)
    exact = hard and np.array_equal(reduced, clear_hidden(pixels))
    grid = index(reduced, Palette(_table(palette)))
    return Indexed(grid=grid, colors=palette, name=sprite.name, exact=exact)


def from_indexed(indexed: Indexed) -> Sprite:
    """The inverse of `to_indexed`; the sprite has the ordered palette."""
    table = _table(indexed.colors)
    return Sprite(pixels=table[indexed.grid], name=indexed.name, palette=Palette(table))


def centered_grids(sprites: Sequence[Indexed], size: int) -> Bytes:
    """The grids in the middle of size × size: uint8 (n, size, size). Raises ImpossibleModel if one is larger."""
    grids = np.zeros((len(sprites), size, size), np.uint8)
    for grid, sprite in zip(grids, sprites, strict=True):
        h, w = sprite.grid.shape
        if max(h, w) > size:
            raise ImpossibleModel(f"{sprite.name!r} is {w}×{h}, larger than {size}×{size}: crop it")
        top, left = (size - h) // 2, (size - w) // 2
        grid[top : top + h, left : left + w] = sprite.grid
    return grids


def extract_palette(rgba: Bytes, colors: int) -> Bytes:
    """At most `colors` colors (k, 3) of the foreground of uint8 (h, w, 4); (0, 3) if there is none.

    All of its colors if they are few enough. Else half of the palette are the commonest colors, exactly, and
    the rest k-means of the others: flat areas stay exact, and colors between them stay near.
    """
    foreground = np.ascontiguousarray(rgba[rgba[..., 3] > 0][:, :3])
    distinct, counts = np.unique(foreground, axis=0, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    distinct, counts = distinct[order], counts[order]
    if len(distinct) <= colors:
        return distinct
    exact = distinct[: colors // 2]
    census = Census(m=1, patches=np.ascontiguousarray(distinct[len(exact) :]), counts=counts[len(exact) :])
    rest = fit_table(census, colors - len(exact), rng=np.random.default_rng(0), rounds=ROUNDS)
    return np.concatenate([exact, rest])


def map_to_palette(rgba: Bytes, palette: Bytes) -> Bytes:
    """uint8 (h, w, 4) with each visible color replaced by the nearest of `palette` (k, 3)."""
    inside = rgba[..., 3] > 0
    if not len(palette):
        return np.zeros_like(rgba)
    mapped = clear_hidden(rgba)
    if inside.any():
        codes, _ = NearestTable(palette).find(np.ascontiguousarray(rgba[inside][:, :3]))
        mapped[inside, :3] = palette[codes]
    return mapped


def _table(colors: Bytes) -> Bytes:
    """Colors (k, 3) as RGBA (1 + k, 4), the transparent one first."""
    table = np.zeros((1 + len(colors), 4), np.uint8)
    table[1:, :3], table[1:, 3] = colors, 255
    return table
