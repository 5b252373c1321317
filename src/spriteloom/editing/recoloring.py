"""`Recoloring`: a table from colors to colors, applied to all pixels of a sprite at once.

Colors are RGB of visible pixels. Alpha never changes, and transparent pixels stay transparent. Each pixel is looked
up once in the old picture, so a → b and b → c never turn a pixel of color a into c.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from spriteloom.errors import BadPalette
from spriteloom.pixels import Animation, Palette, Sprite
from spriteloom.pixels.arrays import Pixels
from spriteloom.pixels.palette import MAX_INDEXED

RGB = tuple[int, int, int]  # each 0..255
Colors = NDArray[np.uint8]  # (k, 3)

# The bits of r, g and b in a pixel that is read as one number, in the byte order of this machine.
RGB_BITS = np.frombuffer(b"\xff\xff\xff\x00", np.uint32)[0]


@dataclass(frozen=True, eq=False)
class Recoloring:
    """Color `before[i]` becomes `after[i]`, uint8 (k, 3) each, without repetition in `before`. Other colors stay.

    If `after` has no repetition either, as in the results of `plan_like` and `plan_palette`, each color keeps its
    set of pixels, and an indexed file keeps its indices.
    """

    before: Colors
    after: Colors

    def __post_init__(self) -> None:
        for colors in (self.before, self.after):
            if colors.dtype != np.uint8 or colors.ndim != 2 or colors.shape[1] != 3:
                raise ValueError(f"colors are uint8 (k, 3), not {colors.dtype} {colors.shape}")
        if len(self.before) != len(self.after):
            raise ValueError(f"{len(self.before)} colors cannot become {len(self.after)}")
        if len(np.unique(self.before, axis=0)) < len(self.before):
            raise ValueError("a color is in `before` twice")

    def apply(self, sprite: Sprite) -> Sprite:
        """The sprite in its new colors, its palette in the old order. Raises BadPalette for more than 256 colors."""
        return self._frames((sprite,))[0]

    def apply_animation(self, animation: Animation) -> Animation:
        """All frames in their new colors and on one palette. Raises BadPalette for more than 256 colors."""
        return replace(animation, frames=self._frames(animation.frames))

    def pixels(self, pixels: Pixels) -> Pixels:
        """A copy of uint8 RGBA (..., 4) in its new colors."""
        packed = np.ascontiguousarray(pixels).view(np.uint32)
        keys, values = self._table
        if not len(keys):
            return pixels.copy()
        color = packed & RGB_BITS
        place = np.minimum(np.searchsorted(keys, color), len(keys) - 1)
        changes = (keys[place] == color) & (packed != color)  # packed == color where alpha is 0
        return np.where(changes, values[place] | (packed & ~RGB_BITS), packed).view(np.uint8)

    def _frames(self, frames: Sequence[Sprite]) -> tuple[Sprite, ...]:
        """Sprites of one size, on one palette."""
        old = np.stack([frame.pixels for frame in frames])
        palettes = {frame.palette for frame in frames}
        palette = (palettes.pop() if len(palettes) == 1 else None) or Palette.of(old)
        check_indexable(len(palette), frames)
        recolored = Palette(self.pixels(palette.colors))
        new = self.pixels(old)
        pairs = zip(frames, new, strict=True)
        return tuple(frame.with_pixels(pixels, palette=recolored) for frame, pixels in pairs)

    @cached_property
    def _table(self) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
        """`before`, packed and sorted, and `after` in the same order."""
        keys, values = _packed(self.before), _packed(self.after)
        order = np.argsort(keys)
        return keys[order], values[order]


def check_indexable(colors: int, sprites: Sequence[Sprite]) -> None:
    """Raise BadPalette, naming the first sprite, if an indexed file cannot hold so many colors."""
    if colors > MAX_INDEXED:
        name = sprites[0].name or "the sprite"
        raise BadPalette(f"{name} has {colors} colors, an indexed picture at most {MAX_INDEXED}: reduce them")


def _packed(colors: Colors) -> NDArray[np.uint32]:
    """(k, 3) → (k,), the number that a pixel of this RGB and alpha 0 is read as."""
    rgba = np.zeros((len(colors), 4), np.uint8)
    rgba[:, :3] = colors
    return rgba.view(np.uint32)[:, 0]
