"""OKLab: a space where distance is roughly how different colors look. Knows nothing of palettes.

Ottosson 2020, "A perceptual color space for image processing": sRGB bytes are made linear, mixed into cone
responses, their cube roots mixed into L (lightness, 0 to 1), a (green to red) and b (blue to yellow).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Lab = NDArray[np.float64]  # (..., 3): L in 0..1, a and b in about -0.4..0.4

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


def oklab(rgb: NDArray[np.uint8]) -> Lab:
    """Bytes (..., 3) → L, a, b (..., 3)."""
    value = rgb / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return np.asarray(np.cbrt(linear @ CONES.T) @ OPPONENTS.T)


def to_rgb(lab: Lab) -> NDArray[np.uint8]:
    """L, a, b (..., 3) → bytes (..., 3), rounded; each channel clipped to what a byte can show."""
    linear = (lab @ np.linalg.inv(OPPONENTS).T) ** 3 @ np.linalg.inv(CONES).T
    linear = np.clip(linear, 0, 1)
    value = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(value * 255), dtype=np.uint8)
