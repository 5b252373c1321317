"""`Placement`: what was done to a frame, so that it can be undone. A window of whole pixels."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields

import numpy as np

from spriteloom.errors import DataError
from spriteloom.pixels.arrays import Pixels
from spriteloom.pixels.sprite import Sprite

Windows = tuple[tuple[slice, slice], tuple[slice, slice]]


@dataclass(frozen=True, kw_only=True)
class Placement:
    """A window of rows × columns, whose upper left pixel was (top, left) of a canvas of height × width.

    The window may reach beyond the canvas (padding) and leave parts of it out (cropping).
    """

    height: int
    width: int
    top: int
    left: int
    rows: int
    columns: int

    def apply(self, pixels: Pixels) -> Pixels:
        """The window of a canvas, (height, width, 4) → (rows, columns, 4); transparent beyond it."""
        canvas, window = self._shared()
        placed = np.zeros((self.rows, self.columns, 4), np.uint8)
        placed[window] = pixels[canvas]
        return placed

    def undo(self, sprite: Sprite, onto: Sprite | None = None) -> Sprite:
        """A picture in the window → one on the canvas; what the window left out comes from `onto`.

        Without `onto` that is transparent. The palette is kept unless `onto` has another. Raises ValueError
        if a picture is not of the size this was made for.
        """
        if (sprite.height, sprite.width) != (self.rows, self.columns):
            size = f"{sprite.width}×{sprite.height}"
            raise ValueError(f"the sprite is {size}, the placement's window {self.columns}×{self.rows}")
        if onto is not None and (onto.height, onto.width) != (self.height, self.width):
            size = f"{onto.width}×{onto.height}"
            raise ValueError(f"the canvas is {size}, the placement's {self.width}×{self.height}")
        canvas, window = self._shared()
        pixels = np.zeros((self.height, self.width, 4), np.uint8) if onto is None else onto.pixels.copy()
        pixels[canvas] = sprite.pixels[window]
        shared = onto is None or onto.palette == sprite.palette
        palette = sprite.palette.with_transparent_for(pixels) if sprite.palette and shared else None
        return sprite.with_pixels(pixels, palette=palette)

    def to_json(self) -> str:
        """One line of JSON; `from_json` undoes it."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Placement:
        """Raises DataError if this is no placement."""
        try:
            found = json.loads(text)
            return cls(**{field.name: int(found[field.name]) for field in fields(cls)})
        except (ValueError, TypeError, KeyError):
            raise DataError(f"{text[:60]!r} is no placement of a sprite: prepare the set again") from None

    def _shared(self) -> Windows:
        """Where canvas and window overlap, in the one's coordinates and in the other's."""
        top, left = max(self.top, 0), max(self.left, 0)
        bottom = max(min(self.top + self.rows, self.height), top)
        right = max(min(self.left + self.columns, self.width), left)
        canvas = slice(top, bottom), slice(left, right)
        window = slice(top - self.top, bottom - self.top), slice(left - self.left, right - self.left)
        return canvas, window
