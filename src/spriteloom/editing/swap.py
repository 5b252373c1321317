"""The paper's palette swap of sprites through a codec. Knows what a codec does, not how.

Source: Saravanan and Guzdial, appendix "Palette Swap Task".
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from spriteloom.codecs.codec import Codec
from spriteloom.editing.codes import swap_codes
from spriteloom.pixels import Sprite


def swap_palette(codec: Codec, sprite: Sprite, like: Sprite) -> Sprite:
    """`sprite` with its codes by falling count replaced by those of `like`; its alpha stays.

    Codes of patches that show nothing of the figure take no part.
    """
    codes, other = codec.encode([sprite]), codec.encode([like])
    grid = swap_codes(
        codes.grid[0],
        other.grid[0],
        inside_a=_shown(codes.inside[0], codec.m),
        inside_b=_shown(other.inside[0], codec.m),
    )
    swapped = replace(codes, grid=grid[None].astype(codes.grid.dtype))
    return sprite.with_pixels(codec.decode(swapped)[0].pixels, palette=None)


def _shown(inside: NDArray[np.bool_], m: int) -> NDArray[np.bool_]:
    """Which patches (gh, gw) hold a visible pixel."""
    h, w = inside.shape
    return inside.reshape(h // m, m, w // m, m).any(axis=(1, 3))
