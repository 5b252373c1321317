"""Frames side by side: Aseprite's JSON for whoever reads it, a plain grid for whoever does not.

JSON hash of Aseprite: frames by name, each with its rectangle and its milliseconds, and `meta` with size and
tags. Phaser's `createFromAseprite` wants the keys "0", "1", … and no more: `bare` gives those.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np

from spriteloom.errors import BadPicture
from spriteloom.pixels import Animation, Sprite, Tag

MAX_SIDE = 16_384  # pixels that engines take as a texture


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Cells of one size; frame i stands in column i % columns of row i // columns."""

    frames: int
    columns: int
    width: int
    height: int
    margin: int = 0  # pixels around the whole and between cells

    @property
    def rows(self) -> int:
        return -(-self.frames // self.columns)

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the sheet."""
        step_x, step_y = self.width + self.margin, self.height + self.margin
        return self.columns * step_x + self.margin, self.rows * step_y + self.margin

    def place(self, i: int) -> tuple[int, int]:
        """(left, top) of a frame."""
        row, column = divmod(i, self.columns)
        return (
            self.margin + column * (self.width + self.margin),
            self.margin + row * (self.height + self.margin),
        )


def layout_of(animation: Animation, *, columns: int | None = None, margin: int = 0) -> Layout:
    """About as wide as high where no number of columns is given. Raises BadPicture for a sheet too large."""
    frames, first = len(animation.frames), animation.frames[0]
    if columns is None:
        columns = max(1, min(frames, math.ceil(math.sqrt(frames * first.height / first.width))))
    if columns < 1 or margin < 0:
        raise BadPicture(
            f"a sheet of {columns} columns and a margin of {margin} cannot be: give 1 or more, 0 or more"
        )
    layout = Layout(frames=frames, columns=columns, width=first.width, height=first.height, margin=margin)
    if max(layout.size) > MAX_SIDE:
        w, h = layout.size
        raise BadPicture(f"the sheet of {first.name!r} would be {w}×{h}, engines take {MAX_SIDE}: split it")
    return layout


def sheet(animation: Animation, layout: Layout) -> Sprite:
    """The frames in their cells; one palette for all where they have one."""
    width, height = layout.size
    pixels = np.zeros((height, width, 4), np.uint8)
    for i, frame in enumerate(animation.frames):
        left, top = layout.place(i)
        pixels[top : top + layout.height, left : left + layout.width] = frame.pixels
    palettes = {frame.palette for frame in animation.frames}
    palette = palettes.pop() if len(palettes) == 1 else None
    palette = palette and palette.with_transparent_for(pixels)
    return Sprite(pixels=pixels, name=animation.frames[0].name, palette=palette)


def cells(whole: Sprite, layout: Layout) -> list[Sprite]:
    """Undoes `sheet`: the frames again."""
    found = []
    for i in range(layout.frames):
        left, top = layout.place(i)
        part = whole.pixels[top : top + layout.height, left : left + layout.width]
        found.append(whole.with_pixels(part))
    return found


def aseprite_json(animation: Animation, layout: Layout, image: str, *, bare: bool = False) -> dict[str, Any]:
    """What Aseprite writes beside a sheet, by frame name or, `bare`, by number.

    Phaser makes an animation of each tag: `bare` without tags has one, of all frames.
    """
    name = animation.frames[0].name
    keys = [str(i) if bare else f"{name} {i}.aseprite" for i in range(layout.frames)]
    width, height = layout.size
    whole = (Tag(name, 0, layout.frames - 1),) if bare else ()
    return {
        "frames": {
            key: _frame(layout, i, milliseconds)
            for i, (key, milliseconds) in enumerate(zip(keys, animation.durations, strict=True))
        },
        "meta": {
            "app": "spriteloom",
            "version": version("spriteloom"),
            "image": image,
            "format": "RGBA8888",
            "size": {"w": width, "h": height},
            "scale": "1",
            "frameTags": [_tag(tag) for tag in animation.tags or whole],
        },
    }


def _frame(layout: Layout, i: int, milliseconds: int) -> dict[str, Any]:
    left, top = layout.place(i)
    size = {"w": layout.width, "h": layout.height}
    return {
        "frame": {"x": left, "y": top, **size},
        "rotated": False,
        "trimmed": False,
        "spriteSourceSize": {"x": 0, "y": 0, **size},
        "sourceSize": size,
        "duration": milliseconds or 100,
    }


def _tag(tag: Tag) -> dict[str, Any]:
    return {"name": tag.name, "from": tag.first, "to": tag.last, "direction": tag.direction}
