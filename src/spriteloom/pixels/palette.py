"""`Palette`: colors in order; count the colors of a picture, and index a picture by a palette."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spriteloom.errors import BadPalette
from spriteloom.pixels.alpha import clear_hidden
from spriteloom.pixels.arrays import Bytes, Pixels

MIN_COLORS = 2  # of a palette to draw for
MAX_INDEXED = 256  # colors that one byte can index


@dataclass(frozen=True, eq=False)
class Palette:
    """Colors in order: uint8 (n, 4), RGBA, read-only, n ≥ 1. A color may occur twice.

    Takes whole numbers (n, 4), or (n, 3) for opaque colors. Colors of alpha 0 become (0, 0, 0, 0). Palettes
    of the same colors in the same order are equal. Only indexed pictures need n ≤ 256.
    """

    colors: Bytes

    def __init__(self, colors: ArrayLike) -> None:
        values = np.asarray(colors)
        if values.ndim != 2 or values.shape[1] not in (3, 4) or len(values) == 0:
            raise ValueError(f"a palette is (n, 3) or (n, 4) with n ≥ 1, not {values.shape}")
        if values.dtype.kind not in "iu" or values.min() < 0 or values.max() > 255:
            raise ValueError("colors are whole numbers from 0 to 255")
        rgba = np.full((len(values), 4), 255, np.uint8)
        rgba[:, : values.shape[1]] = values
        rgba = clear_hidden(rgba)
        rgba.flags.writeable = False
        object.__setattr__(self, "colors", rgba)

    @classmethod
    def of(cls, pixels: Pixels) -> Palette:
        """The distinct colors of (..., 4): transparent first, then by falling count, ties by RGBA value."""
        return counts(pixels)[0]

    @cached_property
    def transparent(self) -> int | None:
        """The first index of alpha 0, if there is one."""
        clear = np.flatnonzero(self.colors[:, 3] == 0)
        return int(clear[0]) if len(clear) else None

    def with_transparent_for(self, pixels: Pixels) -> Palette | None:
        """This palette, with a transparent color at its end if `pixels` need one; None if it would be too long."""
        if self.transparent is not None or pixels[..., 3].all():
            return self
        if len(self) >= MAX_INDEXED:
            return None
        return Palette(np.vstack([self.colors, np.zeros((1, 4), np.uint8)]))

    def __len__(self) -> int:
        return len(self.colors)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Palette) and np.array_equal(self.colors, other.colors)

    def __hash__(self) -> int:
        return hash(self.colors.tobytes())


def counts(pixels: Pixels) -> tuple[Palette, NDArray[np.int64]]:
    """The distinct colors of uint8 (..., 4) in the order of `Palette.of`, and the number of pixels of each."""
    values, number = np.unique(_packed(pixels), return_counts=True)
    order = np.lexsort((values, -number, values != 0))  # the last key leads; 0 is the transparent color
    return Palette(values[order].astype(">u4")[:, None].view(np.uint8)), number[order].astype(np.int64)


def visible_colors(palette: Palette) -> Bytes:
    """The visible colors (k, 3) without repetition, in their order. Raises BadPalette if there is none."""
    colors = distinct_colors(palette.colors)
    if not len(colors):
        raise BadPalette("the palette has no visible color: choose another")
    return colors


def distinct_colors(rgba: Bytes) -> Bytes:
    """The visible colors of (n, 4) as RGB (k, 3) without repetition, in order of first appearance."""
    rgb = dict.fromkeys(tuple(color[:3]) for color in rgba.tolist() if color[3])
    return np.array(list(rgb), np.uint8).reshape(-1, 3)


def index(pixels: Pixels, palette: Palette) -> NDArray[np.uint8]:
    """The palette index of every pixel: uint8 (h, w, 4) → uint8 (h, w).

    A color that occurs twice gets its first index. Raises BadPalette if the palette has more than 256 colors,
    or for the first pixel whose color is not in it.
    """
    if len(palette) > MAX_INDEXED:
        raise BadPalette(
            f"the palette has {len(palette)} colors, an indexed picture at most {MAX_INDEXED}: reduce it"
        )
    values = _packed(pixels)
    known, places = np.unique(_packed(palette.colors), return_index=True)
    nearest = np.minimum(np.searchsorted(known, values), len(known) - 1)
    missing = known[nearest] != values
    if missing.any():
        y, x = np.argwhere(missing)[0]
        color = pixels[y, x].tobytes().hex()
        raise BadPalette(
            f"color #{color} at x={x}, y={y} is not in the palette: add it, or use Palette.of(pixels)"
        )
    return places.astype(np.uint8)[nearest]


def _packed(pixels: Pixels) -> NDArray[np.uint32]:
    """One number for each pixel, in the order of (r, g, b, a): (..., 4) → (...)."""
    visible = np.ascontiguousarray(clear_hidden(pixels))
    return visible.view(">u4")[..., 0].astype(np.uint32)
