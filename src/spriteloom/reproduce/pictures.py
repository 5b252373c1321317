"""Pictures for a page that needs no other file: PNGs in data URIs, in rows by label."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from colorsys import hls_to_rgb
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spriteloom.pixels import Palette, Sprite
from spriteloom.pixels.arrays import Bytes
from spriteloom.pixels.files import encode_png
from spriteloom.pixels.geometry import bounding_box, crop
from spriteloom.pixels.palette import MAX_INDEXED

_LARGEST_SCALED = 72  # pixels a side up to which a picture fits a column at 3×, or a row at 2×
_GOLDEN = 0.381966  # of a turn: neighbouring codes get colors that are far apart


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A PNG in a URI, its size in pixels, how many times it is enlarged, its title and a line about it."""

    uri: str
    width: int
    height: int
    scale: int
    alt: str
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Gallery:
    """Pictures by label. `kind` is the macro of `parts.html` that draws them.

    "compared": picture i of every row is of the same sprite; "heaps": as they come; "pairs": each beside the
    next; "shelf": with their titles, in rows of a width that `title` names; "hero" and "steps": one row.
    """

    kind: str
    title: str = ""
    text: str = ""
    rows: Sequence[tuple[str, Sequence[Picture]]]


def gallery(kind: str, title: str, rows: Mapping[str, Bytes], text: str = "") -> Gallery:
    """Pictures of each label: uint8 (…, h, w, 3 or 4), every dimension before h counts them."""
    items = []
    for label, pictures in rows.items():
        flat = pictures.reshape(-1, *pictures.shape[-3:])
        items.append((label, [_small(pixels, f"{label}, picture {i + 1}") for i, pixels in enumerate(flat)]))
    return Gallery(kind=kind, title=title, rows=items, text=text)


def _small(pixels: Bytes, alt: str) -> Picture:
    sprite = opaque(pixels) if pixels.shape[-1] == 3 else Sprite(pixels=pixels)
    return picture(sprite, alt, scale=2 if max(sprite.width, sprite.height) <= _LARGEST_SCALED else 1)


def picture(sprite: Sprite, alt: str, text: str = "", *, scale: int = 0) -> Picture:
    """A picture that is enlarged `scale` times, or as often as fits a column."""
    times = scale or (3 if max(sprite.width, sprite.height) <= _LARGEST_SCALED else 2)
    width, height = sprite.width, sprite.height
    return Picture(uri=data_uri(sprite), width=width, height=height, scale=times, alt=alt, text=text)


def data_uri(sprite: Sprite) -> str:
    """The sprite as a PNG in a URI, indexed where it has few enough colors."""
    distinct = len(np.unique(np.ascontiguousarray(sprite.pixels).view(np.uint32)))
    palette = Palette.of(sprite.pixels) if distinct <= MAX_INDEXED else None
    return "data:image/png;base64," + b64encode(encode_png(sprite.pixels, palette, level=9)).decode()


def opaque(rgb: Bytes) -> Sprite:
    """A picture (h, w, 3) as a sprite."""
    alpha = np.full((*rgb.shape[:2], 1), 255, np.uint8)
    return Sprite(pixels=np.concatenate([rgb, alpha], axis=2))


def trimmed(sprite: Sprite) -> Sprite:
    """The sprite without its empty margin."""
    box = bounding_box(sprite.pixels)
    return sprite if box is None else crop(sprite, box)[0]


def code_map(grid: NDArray[np.integer[Any]], k: int) -> Sprite:
    """A grid of codes (gh, gw) as a picture: each code has a color of its own, which means nothing."""
    turns = np.arange(k) * _GOLDEN % 1
    colors = [hls_to_rgb(turn, 0.42 + 0.3 * (i % 3) / 2, 0.55) for i, turn in enumerate(turns)]
    return opaque(np.rint(np.array(colors) * 255).astype(np.uint8)[grid])


def evenly_spaced(count: int, most: int) -> list[int]:
    """At most so many places of `count`, evenly spread."""
    return [i * count // most for i in range(most)] if count > most else list(range(count))
