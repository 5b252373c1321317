"""`Sprite`: an exact picture with a name. Never a float, never a tensor; knows nothing of files' formats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from spriteloom.pixels.arrays import Pixels

if TYPE_CHECKING:
    from spriteloom.pixels.palette import Palette

Labels = Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True, eq=False, kw_only=True)
class Sprite:
    """An exact uint8 RGBA picture (h, w, 4), read-only, with what is known about it.

    `palette` is the order of colors its file had, where it had one: saving keeps that order.
    `labels` are what conditions are made of: "types" (tuple), "shape", "color", "view", ...
    """

    pixels: Pixels
    name: str = ""
    species: str = ""
    labels: Labels = field(default_factory=lambda: MappingProxyType({}))
    palette: Palette | None = None

    def __post_init__(self) -> None:
        if self.pixels.dtype != np.uint8 or self.pixels.ndim != 3 or self.pixels.shape[2] != 4:
            raise ValueError(f"a sprite is uint8 (h, w, 4), not {self.pixels.dtype} {self.pixels.shape}")
        if self.pixels.size == 0:
            raise ValueError("a sprite has at least one pixel")
        frozen = np.array(self.pixels, order="C", copy=True)
        frozen.flags.writeable = False
        object.__setattr__(self, "pixels", frozen)

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    def with_pixels(self, pixels: Pixels, **changes: Any) -> Sprite:
        """The same sprite with other pixels; `changes` are other fields of it."""
        return replace(self, pixels=pixels, **changes)

    @classmethod
    def open(cls, path: str | Path) -> Sprite:
        """The first (or only) frame of a picture file. Raises BadPicture."""
        from spriteloom.pixels.files import open_animation
        from spriteloom.pixels.formats.pages import first

        return open_animation(path, pick=first).frames[0]

    def save(self, path: str | Path) -> None:
        """Write PNG, GIF or lossless WebP by suffix; indexed, in palette order, where `palette` is set."""
        from spriteloom.pixels.files import save_sprite

        save_sprite(self, path)
