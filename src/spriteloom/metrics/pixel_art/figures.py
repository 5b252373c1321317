"""What a measure of pixel art looks at: the figure's colors as whole numbers. Knows no measure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from spriteloom.pixels.alpha import clear_hidden
from spriteloom.pixels.arrays import Bytes, Mask

GROUND = 0  # the number of what is not the figure


@dataclass(frozen=True, eq=False, kw_only=True)
class Figures:
    """`pixels` uint8 (n, h, w, 4), 0 where the figure is not; `colors` uint32 (n, h, w), their numbers."""

    pixels: Bytes
    colors: NDArray[np.uint32]

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Where the figure is, (n, h, w)."""
        return np.asarray(self.colors != GROUND)

    @property
    def areas(self) -> NDArray[np.int64]:
        """Pixels of each figure, 1 where there is none: what shares are over. (n,)."""
        return np.asarray(np.maximum(self.inside.sum(axis=(1, 2)), 1))


def figures(pictures: Bytes) -> Figures:
    """Of uint8 (n, h, w, 4), where alpha is above 0; of (n, h, w, 3), where the ground does not reach.

    The ground of an opaque picture is the commonest color of its border, as far as it runs in from there by
    sides: a figure may have that color too, where it is closed. Raises ValueError for what are no pictures.
    """
    if pictures.dtype != np.uint8 or pictures.ndim != 4 or pictures.shape[3] not in (3, 4):
        raise ValueError(f"pictures are uint8 (n, h, w, 3 or 4), not {pictures.dtype} {pictures.shape}")
    if pictures.shape[3] == 4:
        pixels = np.ascontiguousarray(clear_hidden(pictures))
        return Figures(pixels=pixels, colors=_packed(pixels))
    pixels = np.full((*pictures.shape[:3], 4), 255, np.uint8)
    pixels[..., :3] = pictures
    pixels[_ground(_packed(pixels))] = 0
    return Figures(pixels=pixels, colors=_packed(pixels))


def _packed(pixels: Bytes) -> NDArray[np.uint32]:
    return pixels.view(np.uint32)[..., 0]


def _ground(colors: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Where the ground of each picture is, (n, h, w)."""
    border = _border(*colors.shape[1:])
    like = np.empty(colors.shape, np.bool_)
    for i, picture in enumerate(colors):
        values, counts = np.unique(picture[border], return_counts=True)
        like[i] = picture == values[counts.argmax()]
    return joined_to_border(like)


def joined_to_border(mask: Mask) -> Mask:
    """The part of masks (..., h, w) that steps by sides inside the mask can reach from the border."""
    cross = ndimage.generate_binary_structure(2, 1).reshape((1,) * (mask.ndim - 2) + (3, 3))
    start = mask & _border(*mask.shape[-2:])
    return np.asarray(ndimage.binary_propagation(start, structure=cross, mask=mask))


def _border(h: int, w: int) -> Mask:
    border = np.ones((h, w), np.bool_)
    border[1:-1, 1:-1] = False
    return border
