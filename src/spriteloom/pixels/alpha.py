"""Alpha in whole numbers: cut it hard, lay pictures over colors and over each other. Knows no file.

Everywhere in this house a pixel of alpha 0 is (0, 0, 0, 0): what cannot be seen has no color.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spriteloom.pixels.arrays import Pixels

WHITE = (255, 255, 255)
HALF = 128  # alpha at or above this is seen, below it is not


def clear_hidden(pixels: Pixels) -> Pixels:
    """A copy of uint8 (..., 4) with the color zeroed wherever alpha is 0."""
    return np.where(pixels[..., 3:] == 0, np.uint8(0), pixels)


def harden(pixels: Pixels, cut: int = HALF) -> Pixels:
    """A copy of uint8 (..., 4) with alpha 255 where it was at least `cut`, and (0, 0, 0, 0) elsewhere."""
    seen = pixels[..., 3] >= cut
    hard = np.where(seen[..., None], pixels, np.uint8(0))
    hard[seen, 3] = 255
    return hard


def is_hard(pixels: Pixels) -> bool:
    """Whether every alpha of uint8 (..., 4) is 0 or 255."""
    alpha = pixels[..., 3]
    return bool(np.all((alpha == 0) | (alpha == 255)))


def over(pixels: Pixels, color: ArrayLike) -> NDArray[np.uint8]:
    """Uint8 (..., h, w, 4) laid over an opaque color (r, g, b), or picture (h, w, 3): uint8 (..., h, w, 3).

    Exact: each channel is (top·alpha + color·(255 − alpha)) / 255, rounded to the nearest.
    """
    top = pixels[..., :3].astype(np.uint16)
    alpha = pixels[..., 3:].astype(np.uint16)
    under = np.asarray(color, dtype=np.uint8).astype(np.uint16)
    return ((top * alpha + under * (255 - alpha) + 127) // 255).astype(np.uint8)  # 255² + 127 fits 16 bits


def overlay(under: Pixels, top: Pixels) -> Pixels:
    """One uint8 (h, w, 4) laid over another. Whole alpha copies exactly; partial alpha rounds."""
    seen = np.where(top[..., 3:] == 0, under, top)
    mixed = (top[..., 3] > 0) & (top[..., 3] < 255) & (under[..., 3] > 0)
    if mixed.any():
        seen[mixed] = _mix(under[mixed].astype(np.float64), top[mixed].astype(np.float64))
    return seen


def _mix(under: NDArray[np.float64], top: NDArray[np.float64]) -> Pixels:
    """Porter and Duff's "over" for straight alpha, (n, 4) in 0..255, rounded."""
    shows = under[:, 3:] * (255 - top[:, 3:]) / 255  # what the upper pixel lets through
    alpha = top[:, 3:] + shows
    color = (top[:, :3] * top[:, 3:] + under[:, :3] * shows) / alpha
    return np.rint(np.hstack([color, alpha])).astype(np.uint8)
