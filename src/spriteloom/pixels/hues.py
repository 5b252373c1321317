"""Names of colors, and which of them a figure mostly has. Knows no palette."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spriteloom.pixels.arrays import Pixels
from spriteloom.pixels.oklab import oklab

NAMES = (
    *("black", "gray", "white", "brown"),
    *("red", "orange", "yellow", "green", "teal", "blue", "purple", "pink"),
)
_WHEEL = (  # where in OKLab's hues (degrees) each name begins
    *((0, "red"), (42, "orange"), (75, "yellow"), (118, "green"), (170, "teal")),
    *((215, "blue"), (285, "purple"), (325, "pink"), (352, "red")),
)
_FAINT = 0.035  # chroma below which a color is a gray
_OUTLINE = 0.3  # lightness below which a pixel is outline, where anything else is there


def names_of(rgb: NDArray[np.uint8]) -> NDArray[np.intp]:
    """The name of each color (..., 3), as a place in `NAMES` (...)."""
    lab = oklab(rgb)
    light, chroma = lab[..., 0], np.hypot(lab[..., 1], lab[..., 2])
    hue = np.degrees(np.arctan2(lab[..., 2], lab[..., 1])) % 360
    starts = np.array([start for start, _ in _WHEEL])
    wheel = np.array([NAMES.index(name) for _, name in _WHEEL])
    found = wheel[np.searchsorted(starts, hue, side="right") - 1]
    found = np.where((found == NAMES.index("red")) & (light > 0.7), NAMES.index("pink"), found)
    warm = (hue >= 25) & (hue < 112)
    found = np.where(warm & (light < 0.58) & (chroma < 0.16), NAMES.index("brown"), found)
    gray = np.where(light < 0.35, NAMES.index("black"), np.where(light > 0.85, NAMES.index("white"), 1))
    return np.asarray(np.where(chroma < _FAINT, gray, found))


def colors_of(pixels: Pixels) -> list[tuple[str, float]]:
    """The names of a figure's colors, uint8 (h, w, 4), with the share of each, largest first.

    Its dark outline does not count, unless there is nothing else.
    """
    seen = pixels[pixels[..., 3] > 0][:, :3]
    if not len(seen):
        return []
    body = seen[oklab(seen)[:, 0] > _OUTLINE]
    body = body if len(body) * 10 > len(seen) else seen
    shares = np.bincount(names_of(body), minlength=len(NAMES)) / len(body)
    return [(NAMES[i], float(shares[i])) for i in np.argsort(-shares, kind="stable") if shares[i] > 0]
