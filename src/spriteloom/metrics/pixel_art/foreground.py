"""The foreground of pictures, with its colors as whole numbers, for the measures of pixel art."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from spriteloom.metrics.pictures import check_pictures
from spriteloom.pixels.alpha import clear_hidden
from spriteloom.pixels.arrays import Bytes, Mask

BACKGROUND = 0  # the number of the background's color


@dataclass(frozen=True, eq=False, kw_only=True)
class Foreground:
    """`pixels` uint8 (n, h, w, 4), 0 in the background; `colors` uint32 (n, h, w), their numbers."""

    pixels: Bytes
    colors: NDArray[np.uint32]

    @property
    def inside(self) -> Mask:
        """The mask of the foreground, (n, h, w)."""
        return np.asarray(self.colors != BACKGROUND)

    @property
    def areas(self) -> NDArray[np.int64]:
        """The pixels of each foreground, at least 1: the denominators of shares. (n,)."""
        return np.asarray(np.maximum(self.inside.sum(axis=(1, 2)), 1))


def foreground_of(pictures: Bytes) -> Foreground:
    """The pixels of uint8 (n, h, w, 4) with alpha above 0; those of (n, h, w, 3) outside the background.

    The background of an opaque picture is the commonest color of its border, as far as steps by sides reach it
    from there; the foreground may enclose the same color. Raises ValueError for another shape or type.
    """
    check_pictures(pictures, 3, 4)
    if pictures.shape[3] == 4:
        pixels = np.ascontiguousarray(clear_hidden(pictures))
        return _numbered(pixels)
    pixels = np.full((*pictures.shape[:3], 4), 255, np.uint8)
    pixels[..., :3] = pictures
    pixels[_background(_numbered(pixels).colors)] = 0
    return _numbered(pixels)


def _numbered(pixels: Bytes) -> Foreground:
    return Foreground(pixels=pixels, colors=pixels.view(np.uint32)[..., 0])


def joined_to_border(mask: Mask) -> Mask:
    """The part of masks (..., h, w) that steps by sides inside the mask can reach from the border."""
    cross = ndimage.generate_binary_structure(2, 1).reshape((1,) * (mask.ndim - 2) + (3, 3))
    start = mask & _border(*mask.shape[-2:])
    return np.asarray(ndimage.binary_propagation(start, structure=cross, mask=mask))


def _background(colors: NDArray[np.uint32]) -> Mask:
    border = _border(*colors.shape[1:])
    equal = np.empty(colors.shape, np.bool_)
    for i, picture in enumerate(colors):
        values, counts = np.unique(picture[border], return_counts=True)
        equal[i] = picture == values[counts.argmax()]
    return joined_to_border(equal)


def _border(h: int, w: int) -> Mask:
    border = np.ones((h, w), np.bool_)
    border[1:-1, 1:-1] = False
    return border
