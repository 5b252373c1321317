"""Frames moved, never resampled: whole-number scale, crop, pad, square; a `Placement` undoes each window.

Knows nothing of files. Everything added is transparent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from spriteloom.errors import BadPicture
from spriteloom.pixels.arrays import Pixels
from spriteloom.pixels.placement import Placement
from spriteloom.pixels.sprite import Sprite


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of pixels: top ≤ y < bottom, left ≤ x < right. It may reach beyond a canvas."""

    top: int
    left: int
    bottom: int
    right: int

    def __post_init__(self) -> None:
        if self.bottom <= self.top or self.right <= self.left:
            raise ValueError(f"{self} holds no pixel")

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def width(self) -> int:
        return self.right - self.left


def scale(sprite: Sprite, k: int) -> Sprite:
    """Every pixel as k × k of them, nearest neighbour, k ≥ 1. `unscale` undoes it."""
    if k < 1:
        raise ValueError(f"cannot scale by {k}: use 1 or more")
    return sprite.with_pixels(sprite.pixels.repeat(k, axis=0).repeat(k, axis=1))


def unscale(sprite: Sprite, k: int) -> Sprite:
    """The picture that `scale` by k made this from. Raises BadPicture if there is no such."""
    if k < 1:
        raise ValueError(f"cannot unscale by {k}: use 1 or more")
    small = sprite.pixels[::k, ::k]
    exact = sprite.height % k == 0 and sprite.width % k == 0
    if not exact or not np.array_equal(small.repeat(k, axis=0).repeat(k, axis=1), sprite.pixels):
        size = f"{sprite.width}×{sprite.height}"
        raise BadPicture(f"sprite {sprite.name!r} ({size}) was not scaled by {k}: use another factor")
    return sprite.with_pixels(small)


def bounding_box(pixels: Pixels) -> Box | None:
    """The smallest box around every pixel with alpha above 0; None if there is none."""
    seen = pixels[..., 3] > 0
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    if not len(rows):
        return None
    return Box(int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1)


def trim(sprite: Sprite) -> Sprite:
    """The sprite cropped to its foreground. Raises BadPicture where every pixel is transparent."""
    box = bounding_box(sprite.pixels)
    if box is None:
        raise BadPicture(f"{sprite.name!r} shows nothing, every pixel is transparent: give another picture")
    return crop(sprite, box)[0]


def crop(sprite: Sprite, box: Box) -> tuple[Sprite, Placement]:
    """What `box` shows of the sprite; transparent where the box reaches beyond the canvas."""
    placement = Placement(
        height=sprite.height,
        width=sprite.width,
        top=box.top,
        left=box.left,
        rows=box.height,
        columns=box.width,
    )
    pixels = placement.apply(sprite.pixels)
    palette = sprite.palette and sprite.palette.with_transparent_for(pixels)
    return sprite.with_pixels(pixels, palette=palette), placement


def pad(sprite: Sprite, height: int, width: int) -> tuple[Sprite, Placement]:
    """The sprite in the middle of a larger canvas; an odd pixel goes to the top and the left.

    Raises BadPicture if the canvas is smaller than the sprite.
    """
    if height < sprite.height or width < sprite.width:
        size = f"{sprite.width}×{sprite.height}"
        raise BadPicture(
            f"sprite {sprite.name!r} is {size}, it cannot be padded to {width}×{height}: fit or crop it"
        )
    return crop(sprite, _centred(sprite, height, width))


def pad_to_multiple(sprite: Sprite, of: int) -> tuple[Sprite, Placement]:
    """The sprite with rows below and columns to the right until both sides are multiples of `of` ≥ 1."""
    if of < 1:
        raise ValueError(f"cannot pad to multiples of {of}: use 1 or more")
    return crop(sprite, Box(0, 0, -(-sprite.height // of) * of, -(-sprite.width // of) * of))


def fit(sprite: Sprite, size: int) -> tuple[Sprite, Placement]:
    """The middle of the canvas as size × size: padded where it is smaller, cropped where it is larger."""
    return crop(sprite, _centred(sprite, size, size))


def square_crop(sprite: Sprite) -> tuple[Sprite, Placement]:
    """The smallest square around the bounding box, which stays in its middle.

    The square may reach beyond the canvas; that part is transparent. With nothing to see, it is around the
    canvas.
    """
    box = bounding_box(sprite.pixels) or Box(0, 0, sprite.height, sprite.width)
    side = max(box.height, box.width)
    top = box.top + (box.height - side) // 2
    left = box.left + (box.width - side) // 2
    return crop(sprite, Box(top, left, top + side, left + side))


def _centred(sprite: Sprite, height: int, width: int) -> Box:
    """A box of that size around the middle of the canvas."""
    top, left = (sprite.height - height) // 2, (sprite.width - width) // 2
    return Box(top, left, top + height, left + width)
