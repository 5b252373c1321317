"""The colors that consoles of 15 bits could show, as bytes. Much pixel art has no others.

Five bits became eight in several ways, by which such colors differ by a few bytes: a sprite's were all made
by one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_FIVE = np.arange(32)
WAYS = tuple(  # the 32 bytes that a channel can be, by each way
    levels.astype(np.uint8)
    for levels in (
        (_FIVE * 255 + 15) // 31,
        _FIVE * 255 // 31,
        _FIVE << 3,
        _FIVE << 3 | _FIVE >> 2,
    )
)


def nearest(colors: NDArray[np.float64], levels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """For colors (k, 3) the nearest of those whose channels are among `levels`."""
    return np.asarray(levels[np.abs(colors[..., None] - levels).argmin(-1)])
