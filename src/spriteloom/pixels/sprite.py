"""`Sprite` and `Animation`: exact pictures, still and moving, and the files that hold them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from spriteloom.errors import BadPicture
from spriteloom.pixels.alpha import clear_hidden
from spriteloom.pixels.arrays import Pixels
from spriteloom.pixels.disk import read_bytes
from spriteloom.pixels.files import read_pages, write_pages
from spriteloom.pixels.formats.pages import Pages, Pick, Tag, all_frames, check_size, first_frame
from spriteloom.pixels.palette import Palette

Labels = Mapping[str, str | tuple[str, ...]]

JPEG, BMP = b"\xff\xd8\xff", b"BM"  # the first bytes of a file


@dataclass(frozen=True, eq=False, kw_only=True)
class Sprite:
    """An exact uint8 RGBA picture (h, w, 4), read-only, with its name, species and labels.

    `palette` is the order of colors of an indexed file; saving keeps that order. `labels` are the conditions
    of models: "types" (a tuple), "shape", "color", "view", ...
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
        """The same sprite with other pixels; `changes` are its other fields."""
        return replace(self, pixels=pixels, **changes)

    @classmethod
    def open(cls, path: str | Path) -> Sprite:
        """The first (or only) frame of a picture file. Raises BadPicture."""
        return open_animation(path, pick=first_frame).frames[0]

    def save(self, path: str | Path) -> None:
        """As `save_sprite` does."""
        save_sprite(self, path)


@dataclass(frozen=True, eq=False)
class Animation:
    """Frames of one size with a duration each, in whole milliseconds.

    `loop` is the number of times it plays, 0 for ever. A still has one frame, durations (0,) and loop 1.
    """

    frames: tuple[Sprite, ...]
    durations: tuple[int, ...]
    loop: int = 0
    tags: tuple[Tag, ...] = ()

    def __post_init__(self) -> None:
        if not self.frames:
            raise ValueError("an animation has at least one frame")
        if len(self.durations) != len(self.frames):
            raise ValueError(f"{len(self.frames)} frames have {len(self.durations)} durations: give one each")
        if min(self.durations) < 0 or self.loop < 0:
            raise ValueError("durations and loop are 0 or more")
        if len({frame.pixels.shape for frame in self.frames}) > 1:
            raise ValueError("the frames differ in size: pad or crop them to one size")
        for tag in self.tags:
            if not 0 <= tag.first <= tag.last < len(self.frames):
                raise ValueError(f"tag {tag.name!r} names frames beyond the {len(self.frames)} there are")


def open_animation(source: str | Path | bytes, *, name: str = "", pick: Pick = all_frames) -> Animation:
    """The frames of a picture file, given as a path or as its bytes. A still has one frame, (0,) ms, loop 1.

    `pick` chooses frames by their number; to decode a few costs less than all. `name` becomes the sprites'
    name and stands in messages; the default is the path's stem. Raises BadPicture.
    """
    pages = read_pages(source, name=name, pick=pick)
    title = name or ("" if isinstance(source, bytes) else Path(source).stem)
    frames = (Sprite(pixels=pixels, name=title, palette=pages.palette) for pixels in pages.frames)
    return Animation(tuple(frames), tuple(pages.durations), pages.loop, tuple(pages.tags))


def open_picture(path: str | Path) -> Sprite:
    """The first frame of a picture file, which may be a JPEG or a BMP too. Raises BadPicture."""
    from PIL import Image

    path = Path(path)
    try:
        data = read_bytes(path, BadPicture)
        if data.startswith((JPEG, BMP)):
            with Image.open(BytesIO(data), formats=("JPEG", "BMP")) as picture:
                check_size(*picture.size)
                return Sprite(pixels=np.array(picture.convert("RGBA")), name=path.stem)
    except BadPicture as reason:
        raise BadPicture(f"{path} {reason}") from None
    except (OSError, ValueError, SyntaxError) as fault:
        raise BadPicture(f"{path} is damaged ({fault}): export it again") from None
    return replace(open_animation(data, name=str(path), pick=first_frame).frames[0], name=path.stem)


def save_sprite(sprite: Sprite, path: str | Path) -> None:
    """Write a picture as .png, .gif, lossless .webp or .aseprite; indexed, in order, if it has a palette.

    Raises BadPicture for another suffix, for what the format cannot hold and for what the disk refuses,
    BadPalette if a pixel's color is not in the palette.
    """
    save_animation(Animation((sprite,), (0,), 1), path)


def save_animation(animation: Animation, path: str | Path) -> None:
    """Write all frames as .png or .apng (APNG), .gif, lossless .webp or .aseprite; every pixel stays exact.

    Indexed if all frames have the same palette. A GIF rounds durations to hundredths of a second. Raises
    as `save_sprite` does.
    """
    frames = [clear_hidden(frame.pixels) for frame in animation.frames]
    palettes = {frame.palette for frame in animation.frames}
    palette = palettes.pop() if len(palettes) == 1 else None
    write_pages(Pages(frames, animation.durations, animation.loop, palette, animation.tags), Path(path))
