"""Alpha in whole numbers: cut it, composite pictures. A pixel of alpha 0 is always (0, 0, 0, 0)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from spriteloom.pixels.arrays import Bytes, Pixels

WHITE = (255, 255, 255)
HALF = 128  # the least alpha of a visible pixel, where alpha is cut to 0 or 255


def clear_hidden(pixels: Pixels) -> Pixels:
    """A copy of uint8 (..., 4) with the color set to zero wherever alpha is 0."""
    return np.where(pixels[..., 3:] == 0, np.uint8(0), pixels)


def harden(pixels: Pixels, cut: int = HALF) -> Pixels:
    """A copy of uint8 (..., 4): alpha 255 where it was at least `cut`, (0, 0, 0, 0) elsewhere."""
    visible = pixels[..., 3] >= cut
    hard = np.where(visible[..., None], pixels, np.uint8(0))
    hard[visible, 3] = 255
    return hard


def is_hard(pixels: Pixels) -> bool:
    """Whether every alpha of uint8 (..., 4) is 0 or 255."""
    alpha = pixels[..., 3]
    return bool(np.all((alpha == 0) | (alpha == 255)))


def over(pixels: Pixels, color: ArrayLike) -> Bytes:
    """Composite uint8 (..., h, w, 4) over a color (r, g, b) or a picture (h, w, 3): uint8 (..., h, w, 3).

    Exact: each channel is (top·alpha + color·(255 − alpha)) / 255, rounded to the nearest.
    """
    top = pixels[..., :3].astype(np.uint16)
    alpha = pixels[..., 3:].astype(np.uint16)
    under = np.asarray(color, dtype=np.uint8).astype(np.uint16)
    return ((top * alpha + under * (255 - alpha) + 127) // 255).astype(np.uint8)  # 255² + 127 fits 16 bits


def overlay(under: Pixels, top: Pixels) -> Pixels:
    """Composite one uint8 (h, w, 4) over another. Alpha 0 and 255 copy exactly; other alpha rounds."""
    result = np.where(top[..., 3:] == 0, under, top)
    mixed = (top[..., 3] > 0) & (top[..., 3] < 255) & (under[..., 3] > 0)
    lower, upper = under[mixed].astype(np.float64), top[mixed].astype(np.float64)
    weight = lower[:, 3:] * (255 - upper[:, 3:]) / 255  # Porter and Duff's "over" for straight alpha
    alpha = upper[:, 3:] + weight
    color = (upper[:, :3] * upper[:, 3:] + lower[:, :3] * weight) / alpha
    result[mixed] = np.rint(np.hstack([color, alpha]))
    return result
