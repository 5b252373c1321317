"""RGBA pictures resampled as premultiplied colour, so that edges blend with any background. Knows no recipe.

Source of the idea: T. Porter and T. Duff, "Compositing Digital Images", 1984.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from spriteloom.pixels.alpha import HALF
from spriteloom.pixels.sprite import Pixels

Premultiplied = Image.Image  # mode RGBa


def premultiply(pixels: Pixels) -> Premultiplied:
    """Straight uint8 (h, w, 4) with its colours multiplied by alpha."""
    return Image.fromarray(pixels, "RGBA").convert("RGBa")


def turn(picture: Premultiplied, degrees: float) -> Premultiplied:
    """Turned around its middle, counter-clockwise, bicubic; the canvas stays, so far corners may leave it."""
    return picture.rotate(degrees, Image.Resampling.BICUBIC)


def resize(picture: Premultiplied | NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """Resized to size × size, bicubic (antialiased where it shrinks): premultiplied uint8 RGBA, or RGB for RGB."""
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    return np.asarray(image.resize((size, size), Image.Resampling.BICUBIC))


def lay_over(top: Pixels, ground: NDArray[np.uint8] | int) -> NDArray[np.uint8]:
    """Premultiplied (h, w, 4) over a grey level or an opaque picture (h, w, 3): uint8 (h, w, 3).

    Clipped, because bicubic weights below 0 let a colour overshoot its alpha.
    """
    shows = 255 - top[..., 3:].astype(np.uint16)
    under = (shows * ground + 127) // 255  # at most 255² + 127, which 16 bits hold
    return np.minimum(top[..., :3] + under, 255).astype(np.uint8)


def figure(top: Pixels) -> NDArray[np.bool_]:
    """Where the figure is: bool (h, w), alpha at least half."""
    return top[..., 3] >= HALF
