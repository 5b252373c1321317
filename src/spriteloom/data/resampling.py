"""RGBA pictures resampled as premultiplied color, so that edges blend with any background. Knows no preprocessing.

Source of the idea: T. Porter and T. Duff, "Compositing Digital Images", 1984.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from spriteloom.pixels.alpha import HALF
from spriteloom.pixels.arrays import Pixels

Ground = NDArray[np.uint8] | int  # an opaque picture (h, w, 3), or a grey level


def premultiply(pixels: Pixels) -> Pixels:
    """Straight uint8 (h, w, 4) → the same with its colors multiplied by alpha."""
    return np.asarray(Image.fromarray(pixels, "RGBA").convert("RGBa"))


def turn(top: Pixels, degrees: float) -> Pixels:
    """Premultiplied (h, w, 4) turned around its middle, counter-clockwise, bicubic.

    The canvas stays, so far corners may leave it; what comes in from beyond is transparent.
    """
    return np.asarray(Image.fromarray(top, "RGBa").rotate(degrees, Image.Resampling.BICUBIC))


def resize(picture: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """Premultiplied (h, w, 4) or opaque (h, w, 3) → size × size, bicubic, antialiased where it shrinks."""
    mode = "RGBa" if picture.shape[2] == 4 else "RGB"
    return np.asarray(Image.fromarray(picture, mode).resize((size, size), Image.Resampling.BICUBIC))


def lay_over(top: Pixels, ground: Ground) -> NDArray[np.uint8]:
    """Premultiplied (..., h, w, 4) over a ground: uint8 (..., h, w, 3).

    Clipped, because bicubic weights below 0 let a color overshoot its alpha.
    """
    shows = 255 - top[..., 3:].astype(np.uint16)
    under = (shows * ground + 127) // 255  # at most 255² + 127, which 16 bits hold
    return np.minimum(top[..., :3] + under, 255).astype(np.uint8)


def figure(top: Pixels) -> NDArray[np.bool_]:
    """Where the figure is: bool (..., h, w), alpha at least half."""
    return top[..., 3] >= HALF
