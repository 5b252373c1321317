"""Lay out frames as a sheet, with Aseprite's JSON or as a plain grid, and sprites as a contact sheet.

The JSON is Aseprite's hash format: frames by name, each with its rectangle and milliseconds, and `meta` with the
size and the tags. Phaser's `createFromAseprite` needs the keys "0", "1", … without names: `bare` writes those.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from spriteloom.errors import BadPicture
from spriteloom.pixels import Animation, Sprite, Tag
from spriteloom.version import __version__

MAX_SIDE = 16_384  # pixels a side of the largest texture that engines load
DEFAULT_MILLISECONDS = 100  # of a frame without a duration


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Cells of one size; frame i is in column i % columns of row i // columns."""

    frames: int
    columns: int
    width: int
    height: int
    margin: int = 0  # pixels around the sheet and between cells

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
        left = self.margin + column * (self.width + self.margin)
        return left, self.margin + row * (self.height + self.margin)


def layout_of(animation: Animation, *, columns: int | None = None, margin: int = 0) -> Layout:
    """The layout of a sheet, about square by default. Raises BadPicture if it cannot be, or is too large."""
    frames, first = len(animation.frames), animation.frames[0]
    if columns is None:
        columns = max(1, min(frames, math.ceil(math.sqrt(frames * first.height / first.width))))
    if columns < 1 or margin < 0:
        shape = f"{columns} columns and a margin of {margin}"
        raise BadPicture(f"a sheet cannot have {shape}: give 1 column or more, and a margin of 0 or more")
    layout = Layout(frames=frames, columns=columns, width=first.width, height=first.height, margin=margin)
    if max(layout.size) > MAX_SIDE:
        size = "×".join(map(str, layout.size))
        raise BadPicture(
            f"the sheet of {first.name!r} would be {size}, engines load at most {MAX_SIDE}: split it"
        )
    return layout


def sheet(animation: Animation, layout: Layout) -> Sprite:
    """All frames in their cells. The sheet has a palette if all frames have the same one."""
    width, height = layout.size
    pixels = np.zeros((height, width, 4), np.uint8)
    for i, frame in enumerate(animation.frames):
        left, top = layout.place(i)
        pixels[top : top + layout.height, left : left + layout.width] = frame.pixels
    palettes = {frame.palette for frame in animation.frames}
    palette = palettes.pop() if len(palettes) == 1 else None
    palette = palette and palette.with_transparent_for(pixels)
    return Sprite(pixels=pixels, name=animation.frames[0].name, palette=palette)


def contact_sheet(sprites: Sequence[Sprite], *, gap: int = 2) -> Sprite:
    """Sprites of any sizes in an about square grid, each in the middle of a cell as large as the largest sprite."""
    columns = math.ceil(math.sqrt(len(sprites)))
    rows = math.ceil(len(sprites) / columns)
    height, width = max(s.height for s in sprites) + gap, max(s.width for s in sprites) + gap
    pixels = np.zeros((rows * height + gap, columns * width + gap, 4), np.uint8)
    for i, sprite in enumerate(sprites):
        top = gap + i // columns * height + (height - gap - sprite.height) // 2
        left = gap + i % columns * width + (width - gap - sprite.width) // 2
        pixels[top : top + sprite.height, left : left + sprite.width] = sprite.pixels
    return Sprite(pixels=pixels, name="sheet")


def aseprite_json(animation: Animation, layout: Layout, image: str, *, bare: bool = False) -> dict[str, Any]:
    """The JSON that Aseprite writes beside a sheet, with frame names as keys or, if `bare`, numbers.

    Phaser makes an animation of each tag. If `bare` and there is no tag, one tag covers all frames.
    """
    name = animation.frames[0].name
    keys = [str(i) if bare else f"{name} {i}.aseprite" for i in range(layout.frames)]
    width, height = layout.size
    all_frames = (Tag(name, 0, layout.frames - 1),) if bare else ()
    return {
        "frames": {
            key: _frame_json(layout, i, milliseconds)
            for i, (key, milliseconds) in enumerate(zip(keys, animation.durations, strict=True))
        },
        "meta": {
            "app": "spriteloom",
            "version": __version__,
            "image": image,
            "format": "RGBA8888",
            "size": {"w": width, "h": height},
            "scale": "1",
            "frameTags": [
                {"name": tag.name, "from": tag.first, "to": tag.last, "direction": tag.direction}
                for tag in animation.tags or all_frames
            ],
        },
    }


def _frame_json(layout: Layout, i: int, milliseconds: int) -> dict[str, Any]:
    left, top = layout.place(i)
    size = {"w": layout.width, "h": layout.height}
    return {
        "frame": {"x": left, "y": top, **size},
        "rotated": False,
        "trimmed": False,
        "spriteSourceSize": {"x": 0, "y": 0, **size},
        "sourceSize": size,
        "duration": milliseconds or DEFAULT_MILLISECONDS,
    }
