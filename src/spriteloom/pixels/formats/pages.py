"""`Pages`, the frames that readers return and writers take; the choice of frames; limits of size and time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from spriteloom.errors import BadPicture
from spriteloom.pixels.arrays import Pixels
from spriteloom.pixels.palette import Palette

MAX_PIXELS = 32 * 2**20  # width × height × frames that may be decoded: 128 MiB of RGBA, 5792 pixels square
MAX_FRAMES = 2**14  # a million frames of one pixel cost more than their pixels
PNG = b"\x89PNG\r\n\x1a\n"  # the first bytes of a PNG
DIRECTIONS = ("forward", "reverse", "pingpong", "pingpong_reverse")  # in Aseprite's order

Pick = Callable[[int], Sequence[int]]  # number of frames → indices of the frames to decode, in their order


class Tag(NamedTuple):
    """A name for the frames `first` to `last`, and the one of `DIRECTIONS` in which they play."""

    name: str
    first: int
    last: int
    direction: str = DIRECTIONS[0]


@dataclass(frozen=True, eq=False)
class Pages:
    """Frames of one size, uint8 (h, w, 4), with milliseconds for each. `loop`: times to play, 0 for ever."""

    frames: Sequence[Pixels]
    durations: Sequence[int]
    loop: int = 1
    palette: Palette | None = None
    tags: Sequence[Tag] = ()  # of formats that have them


def all_frames(frames: int) -> Sequence[int]:
    return range(frames)


def first_frame(frames: int) -> Sequence[int]:  # noqa: ARG001 - a Pick takes the number of frames
    return (0,)


def picked(pick: Pick, frames: int) -> list[int]:
    """The indices that `pick` returns. Raises ValueError if there are none, or if a frame does not exist."""
    indices = [int(i) for i in pick(frames)]
    if not indices or min(indices) < 0 or max(indices) >= frames:
        raise ValueError(f"cannot pick frames {indices} of {frames}")
    return indices


def check_size(width: int, height: int, frames: int = 1) -> None:
    """Raises BadPicture if there is no pixel, or more than can be opened safely."""
    if width <= 0 or height <= 0 or frames <= 0:
        raise BadPicture(
            f"is empty ({width}×{height}, {frames} frames): export it again with something in it"
        )
    if frames > MAX_FRAMES:
        raise BadPicture(f"has more than {MAX_FRAMES} frames: too many to open safely, cut it")
    if width * height * frames > MAX_PIXELS:
        times = f" × {frames} frames" if frames > 1 else ""
        limit = f"{MAX_PIXELS >> 20} Mi pixels"
        raise BadPicture(f"is {width}×{height}{times}, more than {limit}: too large to open, make it smaller")


def check_times(pages: Pages, kind: str, duration: int, loop: int) -> None:
    """Raises BadPicture for a duration or a loop above the maximum of a `kind` of file."""
    if max(pages.durations) > duration:
        raise BadPicture(f"has a frame of {max(pages.durations)} ms, {kind} at most {duration}: shorten it")
    if pages.loop > loop:
        raise BadPicture(f"plays {pages.loop} times, {kind} at most {loop}: use 0, for ever")
