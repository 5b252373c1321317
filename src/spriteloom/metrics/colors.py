"""How many colors pictures have. Counts; judges nothing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def colors_per_sprite(pixels: NDArray[np.uint8]) -> NDArray[np.int64]:
    """The number of distinct colors of each picture: uint8 (n, h, w, 3 or 4) → int64 (n,).

    RGBA that differs in alpha only is two colors; alpha 0 is none, whatever stands under it.
    """
    if pixels.dtype != np.uint8 or pixels.ndim != 4 or pixels.shape[3] not in (3, 4):
        raise ValueError(f"pictures are uint8 (n, h, w, 3 or 4), not {pixels.dtype} {pixels.shape}")
    n, h, w, channels = pixels.shape
    rgba = np.full((n, h, w, 4), 255, np.uint8)
    rgba[..., :channels] = pixels
    packed = rgba.view(np.uint32).reshape(n, h * w)
    packed = np.sort(np.where(rgba[..., 3].reshape(n, h * w) > 0, packed, 0), axis=1)  # 0: nothing visible
    firsts: NDArray[np.int64] = (packed[:, 1:] != packed[:, :-1]).sum(axis=1, dtype=np.int64) + 1
    firsts[packed[:, 0] == 0] -= 1
    return firsts
