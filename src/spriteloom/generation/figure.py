"""From a picture on a plain ground to a sprite: hard alpha, and so many colors if asked. Knows no model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spriteloom.codecs.census import take_census
from spriteloom.codecs.lloyd import fit_table
from spriteloom.codecs.nearest import NearestTable
from spriteloom.errors import ImpossibleModel
from spriteloom.pixels import Sprite
from spriteloom.pixels.arrays import Bytes

NEAR = 24  # a ground's pixels differ by at most so much in a channel: what a codec makes of a flat color


def cut_out(rgb: Bytes, name: str) -> Sprite:
    """A picture uint8 (h, w, 3) → a sprite whose ground is transparent; alpha is 0 or 255 everywhere.

    The ground is what is joined to the border, by sides, in about the border's commonest color.
    """
    border = np.concatenate([rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1]])
    colors, counts = np.unique(border, axis=0, return_counts=True)
    ground = colors[counts.argmax()].astype(int)
    like = (np.abs(rgb.astype(int) - ground) <= NEAR).all(-1)
    inside = ~_joined_to_border(like)
    alpha = np.where(inside, 255, 0).astype(np.uint8)[..., None]
    return Sprite(pixels=np.concatenate([rgb * inside[..., None], alpha], -1), name=name)


def reduce_colors(sprite: Sprite, colors: int) -> Sprite:
    """The sprite in at most so many opaque colors: k-means of its pixels. Raises ImpossibleModel below 1."""
    if colors < 1:
        raise ImpossibleModel(f"a sprite cannot have {colors} colors: ask for 1 or more")
    inside = sprite.pixels[..., 3] > 0
    figure = sprite.pixels[inside][:, :3]
    if len(np.unique(figure, axis=0)) <= colors:
        return sprite
    census = take_census([figure[None, None]], 1)
    table = fit_table(census, colors, rng=np.random.default_rng(0))
    codes, _ = NearestTable(table).find(figure)
    pixels = sprite.pixels.copy()
    pixels[inside, :3] = table[codes]
    return Sprite(pixels=pixels, name=sprite.name, species=sprite.species, labels=sprite.labels)


def _joined_to_border(like: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The part of a mask (h, w) that steps by sides can reach from its border."""
    reached = like.copy()
    reached[1:-1, 1:-1] = False
    while True:
        grown = reached.copy()
        grown[1:] |= reached[:-1]
        grown[:-1] |= reached[1:]
        grown[:, 1:] |= reached[:, :-1]
        grown[:, :-1] |= reached[:, 1:]
        grown &= like
        if (grown == reached).all():
            return reached
        reached = grown
