"""`Animation`: sprites of one size, one after the other, each with its time. Knows nothing of files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from spriteloom.pixels.sprite import Sprite

DIRECTIONS = ("forward", "reverse", "pingpong", "pingpong_reverse")  # in Aseprite's order


class Tag(NamedTuple):
    """A name for the frames `first` to `last`, and in which of `DIRECTIONS` they play."""

    name: str
    first: int
    last: int
    direction: str = DIRECTIONS[0]


@dataclass(frozen=True, eq=False)
class Animation:
    """Frames of one size with a duration each.

    `durations` are whole milliseconds. `loop` is how often it plays, 0 for ever. A still has one frame, (0,),
    1.
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
            raise ValueError("frames differ in size: pad or crop them to one")
        for tag in self.tags:
            if not 0 <= tag.first <= tag.last < len(self.frames):
                raise ValueError(f"tag {tag.name!r} is of frames that are not there: {len(self.frames)} are")
