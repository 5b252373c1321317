"""What readers give and writers take, `Pages`; what readers obey, a `Pick` and one limit of size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from spriteloom.errors import BadPicture
from spriteloom.pixels.animation import Tag
from spriteloom.pixels.arrays import Pixels
from spriteloom.pixels.palette import Palette

MAX_PIXELS = 32 * 2**20  # width × height × frames that may be decoded: 128 MiB of RGBA, 5792 pixels square
MAX_FRAMES = 2**14  # a million frames of one pixel cost more than their pixels

Pick = Callable[[int], Sequence[int]]  # how many frames there are → which of them to decode, in what order


@dataclass(frozen=True, eq=False)
class Pages:
    """Frames of one size, uint8 (h, w, 4); milliseconds for each; how often they play, 0 for ever."""

    frames: Sequence[Pixels]
    durations: Sequence[int]
    loop: int = 1
    palette: Palette | None = None
    tags: Sequence[Tag] = ()  # of formats that have them


class Reader(Protocol):
    """What a module of this package that reads a format offers. Both raise BadPicture."""

    def count(self, data: bytes) -> int:
        """How many frames there are; decodes none."""
        ...

    def read(self, data: bytes, pick: Pick) -> Pages:
        """The frames that `pick` asks for."""
        ...


def every(frames: int) -> Sequence[int]:
    """The pick that takes all frames."""
    return range(frames)


def first(frames: int) -> Sequence[int]:  # noqa: ARG001 - a pick is told how many there are
    """The pick that takes the first frame alone."""
    return (0,)


def picked(pick: Pick, frames: int) -> list[int]:
    """What `pick` asks for, as plain indices. Raises ValueError for nothing, or for what is not there."""
    wanted = [int(i) for i in pick(frames)]
    if not wanted or min(wanted) < 0 or max(wanted) >= frames:
        raise ValueError(f"asked for frames {wanted} of {frames}")
    return wanted


def check_size(width: int, height: int, frames: int = 1) -> None:
    """Raises BadPicture if there is nothing to see, or more than can be opened safely."""
    if width <= 0 or height <= 0 or frames <= 0:
        raise BadPicture(
            f"is empty ({width}×{height}, {frames} frames): export it again with something in it"
        )
    if frames > MAX_FRAMES:
        raise BadPicture(f"has more than {MAX_FRAMES} frames: too many to open safely, cut it")
    if width * height * frames > MAX_PIXELS:
        times = f" × {frames} frames" if frames > 1 else ""
        limit = f"{MAX_PIXELS >> 20} Mi pixels"
        raise BadPicture(
            f"is {width}×{height}{times}, more than {limit}: too large to open safely, make it smaller"
        )


def check_times(pages: Pages, kind: str, duration: int, loop: int) -> None:
    """Raises BadPicture for a duration or a loop greater than a `kind` of file can hold."""
    if max(pages.durations) > duration:
        raise BadPicture(f"has a frame of {max(pages.durations)} ms, {kind} at most {duration}: shorten it")
    if pages.loop > loop:
        raise BadPicture(f"plays {pages.loop} times, {kind} at most {loop}: use 0, for ever")
