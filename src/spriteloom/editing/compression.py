"""JPEG as a function from picture to picture, and which one a picture has been through. Mends nothing."""

from __future__ import annotations

import io
from dataclasses import dataclass
from itertools import product

import numpy as np
from PIL import Image

from spriteloom.pixels.arrays import Bytes

QUALITIES = range(30, 101)
WHOLE_CHROMA, HALF_CHROMA = 0, 2  # Pillow's numbers for 4:4:4 and 4:2:0
LOOKED_AT = 256  # pixels a side of the part that qualities are told by; a multiple of JPEG's blocks


@dataclass(frozen=True, kw_only=True)
class Jpeg:
    """One way to compress, with the usual tables of a quality of 1 to 100."""

    quality: int
    subsampling: int = HALF_CHROMA

    def __call__(self, rgb: Bytes) -> Bytes:
        """The picture as it comes back."""
        file = io.BytesIO()
        Image.fromarray(rgb).save(file, "JPEG", quality=self.quality, subsampling=self.subsampling)
        return np.asarray(Image.open(file).convert("RGB"))


def likely(observed: Bytes, before: Bytes) -> Jpeg:
    """The way by which `before`, roughly what was compressed, comes nearest to what is observed."""
    seen, guess = (_part(rgb) for rgb in (observed, before))
    ways = [
        Jpeg(quality=quality, subsampling=chroma)
        for chroma, quality in product((HALF_CHROMA, WHOLE_CHROMA), QUALITIES)
    ]
    return min(ways, key=lambda way: float(np.square(way(guess).astype(np.int32) - seen).mean()))


def _part(rgb: Bytes) -> Bytes:
    """The middle of a picture, cut where JPEG's blocks begin."""
    top, left = (max(0, side - LOOKED_AT) // 32 * 16 for side in rgb.shape[:2])
    return np.ascontiguousarray(rgb[top : top + LOOKED_AT, left : left + LOOKED_AT])
