"""`Record`: which pixels an edit changed, and from what to what; so that it can be undone, and done again.

Knows not what edit it was: any two pictures of one size make a record. Kept as a JSON file of a few hundred
bytes, the more the more was changed.
"""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spriteloom.errors import BadPicture
from spriteloom.pixels import MAX_PIXELS, Palette, Sprite
from spriteloom.pixels.arrays import Pixels
from spriteloom.pixels.disk import read_bytes, write_bytes

FORMAT = 1


@dataclass(frozen=True, eq=False, kw_only=True)
class Record:
    """`changed` (h, w) says where; `before` and `after` (n, 4) are the pixels there, row by row.

    Palettes are those of the sprites, None where a sprite had none.
    """

    changed: NDArray[np.bool_]
    before: Pixels
    after: Pixels
    palette_before: Palette | None
    palette_after: Palette | None

    @classmethod
    def of(cls, before: Sprite, after: Sprite) -> Record:
        """What leads from one sprite to the other. Raises BadPicture unless they are of one size."""
        _check_size(after, before.height, before.width)
        changed = (before.pixels != after.pixels).any(-1)
        return cls(
            changed=changed,
            before=before.pixels[changed],
            after=after.pixels[changed],
            palette_before=before.palette,
            palette_after=after.palette,
        )

    def undo(self, sprite: Sprite) -> Sprite:
        """The edited sprite as it was before. Raises BadPicture for one that is not as the edit left it."""
        return self._put(sprite, self.after, self.before, self.palette_before, "edited")

    def redo(self, sprite: Sprite) -> Sprite:
        """A sprite as it was before, edited. Raises BadPicture for one that the edit was not made of."""
        return self._put(sprite, self.before, self.after, self.palette_after, "original")

    def save(self, path: str | Path) -> None:
        """Write it, whole or not at all. Raises BadPicture."""
        said = {
            "spriteloom-record": FORMAT,
            "size": self.changed.shape,
            "changed": _text(np.packbits(self.changed)),
            "before": _text(self.before),
            "after": _text(self.after),
            "palettes": [
                palette and palette.colors.tolist() for palette in (self.palette_before, self.palette_after)
            ],
        }
        write_bytes(Path(path), (json.dumps(said) + "\n").encode(), BadPicture)

    @classmethod
    def open(cls, path: str | Path) -> Record:
        """Raises BadPicture for a file that is missing, damaged or no record."""
        try:
            data = read_bytes(path, BadPicture)
        except BadPicture as reason:
            raise BadPicture(f"{path} {reason}") from None
        try:
            return _parsed(json.loads(data))
        except (ValueError, KeyError, TypeError, zlib.error, RecursionError):
            raise BadPicture(f"{path} is no record of an edit, or is damaged: make it again") from None

    def _put(self, sprite: Sprite, old: Pixels, new: Pixels, palette: Palette | None, called: str) -> Sprite:
        _check_size(sprite, *self.changed.shape)
        if not np.array_equal(sprite.pixels[self.changed], old):
            raise BadPicture(
                f"{sprite.name!r} is not the {called} picture of this record, or was changed since: give "
                "that one"
            )
        pixels = sprite.pixels.copy()
        pixels[self.changed] = new
        return sprite.with_pixels(pixels, palette=palette)


def _check_size(sprite: Sprite, height: int, width: int) -> None:
    if (sprite.height, sprite.width) != (height, width):
        raise BadPicture(
            f"{sprite.name!r} is {sprite.width}×{sprite.height}, not {width}×{height}: a record is of edits "
            "that keep the size"
        )


def _text(values: NDArray[np.uint8]) -> str:
    return base64.b64encode(zlib.compress(values.tobytes(), 9)).decode()


def _parsed(said: dict[str, Any]) -> Record:
    """Raises ValueError and its like for what does not fit together."""
    height, width = said["size"]
    if said["spriteloom-record"] != FORMAT or not 0 < height * width <= MAX_PIXELS or min(height, width) < 1:
        raise ValueError(said["size"])
    bits = _bytes(said["changed"], -(-height * width // 8))
    changed = np.unpackbits(bits, count=height * width).reshape(height, width).astype(bool)
    n = int(changed.sum())
    before, after = (_bytes(said[key], 4 * n).reshape(n, 4) for key in ("before", "after"))
    old, new = (None if one is None else Palette(np.array(one)) for one in said["palettes"])
    return Record(changed=changed, before=before, after=after, palette_before=old, palette_after=new)


def _bytes(text: str, length: int) -> NDArray[np.uint8]:
    """So many bytes, and no more, however much the text would unpack to."""
    unpacked = zlib.decompressobj().decompress(base64.b64decode(text, validate=True), length + 1)
    if len(unpacked) != length:
        raise ValueError(length)
    return np.frombuffer(unpacked, np.uint8)
