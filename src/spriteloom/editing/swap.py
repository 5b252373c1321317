"""The paper's palette swap of sprites through a codec. Knows what a codec does, not how.

Source: Saravanan and Guzdial, appendix "Palette Swap Task".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from spriteloom.codecs.codec import Codec
from spriteloom.codecs.codes import Codes
from spriteloom.editing.codes import swap_codes
from spriteloom.pixels import Palette, Sprite
from spriteloom.pixels.palette import MAX_INDEXED


def swap_palette(codec: Codec, sprite: Sprite, like: Sprite) -> Sprite:
    """`sprite` with its codes by falling count replaced by those of `like`; its alpha becomes 1-bit.

    Codes of patches that show nothing of the figure take no part. It has a palette, so that it saves as an
    indexed file, unless it has more than 256 colors.
    """
    return swap_palettes(codec, [sprite], [like])[0]


def swap_palettes(codec: Codec, sprites: Sequence[Sprite], like: Sequence[Sprite]) -> list[Sprite]:
    """The same for the frames of an animation: one permutation for all, by the counts of all."""
    codes, other = codec.encode(sprites), codec.encode(like)
    grid = swap_codes(
        codes.grid, other.grid, inside_a=_shown(codes, codec.m), inside_b=_shown(other, codec.m)
    )
    decoded = codec.decode(replace(codes, grid=grid.astype(codes.grid.dtype)))
    colors = Palette.of(np.concatenate([swapped.pixels.reshape(-1, 1, 4) for swapped in decoded]))
    palette = colors if len(colors) <= MAX_INDEXED else None
    return [
        sprite.with_pixels(swapped.pixels, palette=palette)
        for sprite, swapped in zip(sprites, decoded, strict=True)
    ]


def _shown(codes: Codes, m: int) -> NDArray[np.bool_]:
    """Which patches (b, gh, gw) hold a visible pixel."""
    assert codes.inside is not None  # a codec of patches keeps alpha beside
    b, gh, gw = codes.grid.shape
    blocks = codes.inside.reshape(b, gh, m, gw, m)
    return np.asarray(blocks.any(axis=(2, 4)))
