"""`Palette`: colors in an order, and the pictures that lie on it. Never guesses which colors matter."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spriteloom.errors import BadPalette
from spriteloom.pixels.alpha import clear_hidden
from spriteloom.pixels.arrays import Pixels

MAX_INDEXED = 256  # colors that one byte can index


@dataclass(frozen=True, eq=False)
class Palette:
    """Colors in order: uint8 (n, 4), RGBA, read-only, n ≥ 1. A color may stand in it twice.

    Built from anything of that shape, or (n, 3) for opaque colors. Colors of alpha 0 become (0, 0, 0, 0).
    Palettes of the same colors in the same order are equal. Only indexed pictures need n ≤ 256.
    """

    colors: NDArray[np.uint8]

    def __init__(self, colors: ArrayLike) -> None:
        given = np.asarray(colors)
        if given.ndim != 2 or given.shape[1] not in (3, 4) or len(given) == 0:
            raise ValueError(f"a palette is (n, 3) or (n, 4) with n ≥ 1, not {given.shape}")
        if given.dtype.kind not in "iu" or given.min() < 0 or given.max() > 255:
            raise ValueError("colors are whole numbers from 0 to 255")
        rgba = np.full((len(given), 4), 255, np.uint8)
        rgba[:, : given.shape[1]] = given
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
        """The palette for a sprite that gets these pixels, some of which may be transparent now.

        Itself, or, where they need it, longer by a transparent color at its end, so that no index moves;
        None if that is one too many.
        """
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
    """The distinct colors of uint8 (..., 4) in the order of `Palette.of`, and how many pixels have each."""
    values, number = np.unique(_packed(pixels), return_counts=True)
    order = np.lexsort(
        (values, -number, values != 0)
    )  # the last key leads; a packed 0 is the transparent color
    return Palette(_unpacked(values[order])), number[order].astype(np.int64)


def index(pixels: Pixels, palette: Palette) -> NDArray[np.uint8]:
    """The place in `palette` of every pixel: uint8 (h, w, 4) → uint8 (h, w).

    A color that stands twice takes its first. Raises BadPalette if the palette has more than 256 colors, or
    naming the first pixel that is not on it.
    """
    if len(palette) > MAX_INDEXED:
        raise BadPalette(
            f"the palette has {len(palette)} colors, an indexed picture {MAX_INDEXED}: reduce it"
        )
    values = _packed(pixels)
    known, place = np.unique(_packed(palette.colors), return_index=True)
    near = np.minimum(np.searchsorted(known, values), len(known) - 1)
    missing = known[near] != values
    if missing.any():
        y, x = np.argwhere(missing)[0]
        color = pixels[y, x].tobytes().hex()
        raise BadPalette(
            f"color #{color} at x={x}, y={y} is not on the palette: add it, or use Palette.of(pixels)"
        )
    return place.astype(np.uint8)[near]


def lookup(indices: NDArray[np.uint8], palette: Palette) -> Pixels:
    """Indices (h, w) → pixels (h, w, 4); undoes `index`. Raises BadPalette for an index beyond the end."""
    if indices.size and int(indices.max()) >= len(palette):
        raise BadPalette(
            f"index {int(indices.max())} is beyond a palette of {len(palette)} colors: use a longer one"
        )
    return palette.colors[indices]


def _packed(pixels: Pixels) -> NDArray[np.uint32]:
    """One number a pixel, ordered as (r, g, b, a) are; (..., 4) → (...)."""
    visible = np.ascontiguousarray(clear_hidden(pixels))
    return visible.view(">u4")[..., 0].astype(np.uint32)


def _unpacked(values: NDArray[np.uint32]) -> Pixels:
    """Undoes `_packed`: (n,) → (n, 4)."""
    return values.astype(">u4")[:, None].view(np.uint8)
