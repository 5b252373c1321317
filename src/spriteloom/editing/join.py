"""The head of one figure on the body of another, and where they meet. Paints nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spriteloom.editing.transfer import plan_like
from spriteloom.errors import BadPicture, ImpossibleModel
from spriteloom.pixels import Sprite, bounding_box, crop
from spriteloom.pixels.arrays import Pixels

SEAM = 3  # rows on either side of where two figures meet


@dataclass(frozen=True, eq=False, kw_only=True)
class Joined:
    """`seam` (h, w) is True where the two meet: what is there is to be painted anew."""

    sprite: Sprite
    seam: NDArray[np.bool_]


def join(head: Sprite, body: Sprite, *, cut: float = 0.45, seam: int = SEAM) -> Joined:
    """The upper `cut` of one figure over the lower rest of the other, in the colors of the first.

    Neither is resampled; they meet where the middles of their figures at the cut stand over one another. The
    canvas is that of `body`, larger where it must be. Raises ImpossibleModel for a cut that leaves one of
    them out, BadPicture for a sprite that shows nothing.
    """
    if not 0.1 <= cut <= 0.9:
        raise ImpossibleModel(f"a cut at {cut} leaves one of the two out: give a number from 0.1 to 0.9")
    upper, lower = _figure(head), _figure(plan_like([body], [head]).apply(body))
    rows = max(1, round(cut * upper.shape[0])), round(cut * lower.shape[0])
    top, bottom = upper[: rows[0]], lower[rows[1] :]
    shift = _middle(top[-1]) - _middle(bottom[0])
    left = max(0, -shift), max(0, shift)
    width = max(left[0] + top.shape[1], left[1] + bottom.shape[1])
    height, canvas = len(top) + len(bottom), max(body.height, body.width)
    side_h, side_w = max(canvas, height), max(canvas, width)
    pixels = np.zeros((side_h, side_w, 4), np.uint8)
    y, x = side_h - height, (side_w - width) // 2
    pixels[y : y + len(top), x + left[0] : x + left[0] + top.shape[1]] = top
    pixels[y + len(top) : y + height, x + left[1] : x + left[1] + bottom.shape[1]] = bottom
    line = y + len(top)
    where = np.zeros((side_h, side_w), np.bool_)
    columns = np.flatnonzero(pixels[max(0, line - seam) : line + seam, :, 3].any(0))
    where[max(0, line - seam) : line + seam, columns.min() : columns.max() + 1] = True
    return Joined(sprite=Sprite(pixels=pixels, name=f"{head.name}-{body.name}"), seam=where)


def _figure(sprite: Sprite) -> Pixels:
    box = bounding_box(sprite.pixels)
    if box is None:
        raise BadPicture(f"{sprite.name!r} shows nothing, every pixel is transparent: give a figure")
    return crop(sprite, box)[0].pixels


def _middle(row: Pixels) -> int:
    """The middle of what is seen in a row (w, 4); of the row where nothing is."""
    seen = np.flatnonzero(row[:, 3])
    return int(seen.mean()) if len(seen) else len(row) // 2
