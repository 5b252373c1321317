"""Pictures as elements of a page that needs no other file. Knows not what they show."""

from __future__ import annotations

from base64 import b64encode
from colorsys import hls_to_rgb

import numpy as np
from numpy.typing import NDArray

from spriteloom.pixels import Palette, Sprite, bounding_box, crop, encode_png
from spriteloom.pixels.palette import MAX_INDEXED
from spriteloom.report.markup import Html, el

_LARGEST_THRICE = 72  # pixels a side that still fit a column at three times their size
_GOLDEN = 0.381966  # of a turn: neighbouring codes get colors that are far apart


def data_uri(sprite: Sprite) -> str:
    """The sprite as a PNG in a URI, indexed where it has few enough colors."""
    distinct = len(np.unique(np.ascontiguousarray(sprite.pixels).view(np.uint32)))
    palette = Palette.of(sprite.pixels) if distinct <= MAX_INDEXED else None
    return "data:image/png;base64," + b64encode(encode_png(sprite.pixels, palette, level=9)).decode()


def picture(sprite: Sprite, alt: str, scale: int = 0) -> Html:
    """An <img> that the style sheet enlarges by a whole number: `scale`, or what fits the sprite's size."""
    times = scale or (3 if max(sprite.width, sprite.height) <= _LARGEST_THRICE else 2)
    style = f"--w:{sprite.width};--h:{sprite.height};--s:{times}"
    return el("img", src=data_uri(sprite), alt=alt, style=style)


def opaque(rgb: NDArray[np.uint8]) -> Sprite:
    """A picture (h, w, 3) as a sprite."""
    alpha = np.full((*rgb.shape[:2], 1), 255, np.uint8)
    return Sprite(pixels=np.concatenate([rgb, alpha], axis=2))


def trimmed(sprite: Sprite) -> Sprite:
    """The sprite without its empty margin."""
    box = bounding_box(sprite.pixels)
    return sprite if box is None else crop(sprite, box)[0]


def code_map(grid: NDArray[np.integer], k: int) -> Sprite:
    """A grid of codes (gh, gw) as a picture: each code has a color of its own, which means nothing."""
    turns = np.arange(k) * _GOLDEN % 1
    table = [hls_to_rgb(turn, 0.42 + 0.3 * (i % 3) / 2, 0.55) for i, turn in enumerate(turns)]
    return opaque(np.rint(np.array(table) * 255).astype(np.uint8)[grid])
