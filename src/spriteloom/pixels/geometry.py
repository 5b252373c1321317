"""Scale, crop and pad sprites by whole pixels; a `Placement` undoes a crop or a padding."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields

import numpy as np

from spriteloom.errors import BadPicture, DataError
from spriteloom.pixels.arrays import Pixels
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


@dataclass(frozen=True, kw_only=True)
class Placement:
    """A window of rows × columns at (top, left) of a canvas of height × width; it may reach beyond the canvas."""

    height: int
    width: int
    top: int
    left: int
    rows: int
    columns: int

    def apply(self, pixels: Pixels) -> Pixels:
        """The window of a canvas, (height, width, 4) → (rows, columns, 4); transparent beyond the canvas."""
        canvas, window = self._overlap()
        placed = np.zeros((self.rows, self.columns, 4), np.uint8)
        placed[window] = pixels[canvas]
        return placed

    def undo(self, sprite: Sprite, onto: Sprite | None = None) -> Sprite:
        """A sprite in the window → one on the canvas; pixels outside the window come from `onto`.

        Without `onto` they are transparent. The palette stays unless `onto` has another. Raises ValueError
        for a picture of another size than this placement's.
        """
        if (sprite.height, sprite.width) != (self.rows, self.columns):
            size = f"{sprite.width}×{sprite.height}"
            raise ValueError(f"the sprite is {size}, the placement's window {self.columns}×{self.rows}")
        if onto is not None and (onto.height, onto.width) != (self.height, self.width):
            size = f"{onto.width}×{onto.height}"
            raise ValueError(f"the canvas is {size}, the placement's {self.width}×{self.height}")
        canvas, window = self._overlap()
        pixels = np.zeros((self.height, self.width, 4), np.uint8) if onto is None else onto.pixels.copy()
        pixels[canvas] = sprite.pixels[window]
        shared = onto is None or onto.palette == sprite.palette
        palette = sprite.palette.with_transparent_for(pixels) if sprite.palette and shared else None
        return sprite.with_pixels(pixels, palette=palette)

    def to_json(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Placement:
        """The inverse of `to_json`. Raises DataError."""
        try:
            values = json.loads(text)
            return cls(**{field.name: int(values[field.name]) for field in fields(cls)})
        except (ValueError, TypeError, KeyError):
            raise DataError(f"{text[:60]!r} is not a sprite's placement: prepare the set again") from None

    def _overlap(self) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
        """Where canvas and window overlap, in the canvas's and in the window's coordinates."""
        top, left = max(self.top, 0), max(self.left, 0)
        bottom = max(min(self.top + self.rows, self.height), top)
        right = max(min(self.left + self.columns, self.width), left)
        canvas = slice(top, bottom), slice(left, right)
        window = slice(top - self.top, bottom - self.top), slice(left - self.left, right - self.left)
        return canvas, window


def scale(sprite: Sprite, k: int) -> Sprite:
    """The sprite k times as large: every pixel becomes k × k pixels, k ≥ 1."""
    if k < 1:
        raise ValueError(f"cannot scale by {k}: use 1 or more")
    return sprite.with_pixels(sprite.pixels.repeat(k, axis=0).repeat(k, axis=1))


def bounding_box(pixels: Pixels) -> Box | None:
    """The smallest box around every pixel with alpha above 0; None if there is none."""
    visible = pixels[..., 3] > 0
    rows, columns = np.flatnonzero(visible.any(axis=1)), np.flatnonzero(visible.any(axis=0))
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
    """The part of the sprite in `box`; transparent where the box reaches beyond the canvas."""
    window = {"top": box.top, "left": box.left, "rows": box.height, "columns": box.width}
    placement = Placement(height=sprite.height, width=sprite.width, **window)
    pixels = placement.apply(sprite.pixels)
    palette = sprite.palette and sprite.palette.with_transparent_for(pixels)
    return sprite.with_pixels(pixels, palette=palette), placement


def pad(sprite: Sprite, height: int, width: int) -> tuple[Sprite, Placement]:
    """The sprite in the middle of a larger canvas, an odd pixel at the top and the left. Raises BadPicture."""
    if height < sprite.height or width < sprite.width:
        size = f"{sprite.name!r} is {sprite.width}×{sprite.height}"
        raise BadPicture(f"sprite {size}, it cannot be padded to {width}×{height}: crop it")
    top, left = (sprite.height - height) // 2, (sprite.width - width) // 2
    return crop(sprite, Box(top, left, top + height, left + width))


def square_crop(sprite: Sprite) -> tuple[Sprite, Placement]:
    """The smallest square around the bounding box, transparent beyond the canvas; of an empty sprite, all of it."""
    box = bounding_box(sprite.pixels) or Box(0, 0, sprite.height, sprite.width)
    side = max(box.height, box.width)
    top = box.top + (box.height - side) // 2
    left = box.left + (box.width - side) // 2
    return crop(sprite, Box(top, left, top + side, left + side))
