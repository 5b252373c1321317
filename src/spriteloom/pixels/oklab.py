"""OKLab, a color space where distance is roughly visual difference, and names for colors by their place in it.

Ottosson 2020, "A perceptual color space for image processing": sRGB bytes are made linear and mixed into cone
responses; their cube roots are mixed into L (lightness, 0 to 1), a (green to red) and b (blue to yellow).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spriteloom.pixels.arrays import Bytes, Doubles, Pixels

Lab = Doubles  # (..., 3): L in 0..1, a and b in about -0.4..0.4

CONES = np.array(  # linear sRGB → cone responses
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
OPPONENTS = np.array(  # cube roots of cone responses → L, a, b
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)

NAMES = (
    *("black", "gray", "white", "brown"),
    *("red", "orange", "yellow", "green", "teal", "blue", "purple", "pink"),
)
_WHEEL = (  # the OKLab hue in degrees at which each name begins
    *((0, "red"), (42, "orange"), (75, "yellow"), (118, "green"), (170, "teal")),
    *((215, "blue"), (285, "purple"), (325, "pink"), (352, "red")),
)
_GRAY_CHROMA = 0.035  # colors of less chroma are grays
_VALUES = np.arange(256) / 255
_LINEAR = np.where(_VALUES <= 0.04045, _VALUES / 12.92, ((_VALUES + 0.055) / 1.055) ** 2.4)  # by byte
_OUTLINE_LIGHTNESS = 0.3  # darker pixels belong to the outline, if the sprite has lighter ones


def oklab(rgb: Bytes) -> Lab:
    """Bytes (..., 3) → L, a, b (..., 3)."""
    return np.asarray(np.cbrt(_LINEAR[rgb] @ CONES.T) @ OPPONENTS.T)


def to_rgb(lab: Lab) -> Bytes:
    """L, a, b (..., 3) → bytes (..., 3), rounded; channels out of range are clipped."""
    linear = (lab @ np.linalg.inv(OPPONENTS).T) ** 3 @ np.linalg.inv(CONES).T
    linear = np.clip(linear, 0, 1)
    value = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(value * 255), dtype=np.uint8)


def names_of(rgb: Bytes) -> NDArray[np.intp]:
    """The name of each color (..., 3), as an index into `NAMES` (...)."""
    lab = oklab(rgb)
    lightness, chroma = lab[..., 0], np.hypot(lab[..., 1], lab[..., 2])
    hue = np.degrees(np.arctan2(lab[..., 2], lab[..., 1])) % 360
    starts = np.array([start for start, _ in _WHEEL])
    wheel = np.array([NAMES.index(name) for _, name in _WHEEL])
    names = wheel[np.searchsorted(starts, hue, side="right") - 1]
    names = np.where((names == NAMES.index("red")) & (lightness > 0.7), NAMES.index("pink"), names)
    warm = (hue >= 25) & (hue < 112)
    names = np.where(warm & (lightness < 0.58) & (chroma < 0.16), NAMES.index("brown"), names)
    grays = np.where(lightness > 0.85, NAMES.index("white"), NAMES.index("gray"))
    grays = np.where(lightness < 0.35, NAMES.index("black"), grays)
    return np.asarray(np.where(chroma < _GRAY_CHROMA, grays, names))


def colors_of(pixels: Pixels) -> list[tuple[str, float]]:
    """The color names of a sprite, uint8 (h, w, 4), with the share of each, largest first.

    The dark outline does not count, unless nearly all of the sprite is dark.
    """
    visible = np.ascontiguousarray(pixels)[pixels[..., 3] > 0]
    if not len(visible):
        return []
    distinct, counts = np.unique(visible.view(np.uint32)[:, 0], return_counts=True)
    colors = distinct.view(np.uint8).reshape(-1, 4)[:, :3]
    body = oklab(colors)[:, 0] > _OUTLINE_LIGHTNESS
    body = body if counts[body].sum() * 10 > len(visible) else np.ones_like(body)
    shares = np.bincount(names_of(colors[body]), counts[body], len(NAMES)) / counts[body].sum()
    return [(NAMES[i], float(shares[i])) for i in np.argsort(-shares, kind="stable") if shares[i] > 0]
