"""GIF bytes to frames, exactly as browsers draw them; the LZW streams are Pillow's to decode.

The canvas starts transparent, and disposal 2 clears to transparent. Color under transparency is 0.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from spriteloom.errors import BadPicture
from spriteloom.pixels.arrays import Pixels
from spriteloom.pixels.formats.gif_blocks import Blocks, Frame, parse
from spriteloom.pixels.formats.pages import Pages, Pick, picked
from spriteloom.pixels.palette import Palette

CLEAR, RESTORE = 2, 3  # disposals that do not leave the frame where it is

Canvas = NDArray[np.uint32]  # (h, w): the four bytes of a pixel as one number, in memory order
Colors = NDArray[np.uint32]  # (n,), likewise


def count(data: bytes) -> int:
    """How many frames there are; decodes none. Raises BadPicture."""
    return len(parse(data).frames)


def read(data: bytes, pick: Pick) -> Pages:
    """The picked frames on the full canvas. Raises BadPicture.

    The palette is kept where one table with one transparent index serves all frames.
    """
    gif = parse(data)
    wanted = picked(pick, len(gif.frames))
    drawn = _Drawing(gif, data).frames(sorted(set(wanted)))
    durations = [gif.frames[i].control.delay * 10 for i in wanted]
    frames = [drawn[i] for i in wanted]
    return Pages(frames, durations, gif.loop, _palette(gif.frames, frames))


class _Drawing:
    """A canvas that frames are drawn on, one after the other."""

    def __init__(self, gif: Blocks, data: bytes) -> None:
        self._gif = gif
        self._data = data
        self._canvas: Canvas = np.zeros((gif.height, gif.width), np.uint32)
        self._colors: dict[tuple[bytes, int | None], Colors] = {}

    def frames(self, wanted: Iterable[int]) -> dict[int, Pixels]:
        """The canvas as it is shown at each of the wanted frames, given in rising order."""
        blank = _blank_before(self._gif)
        shown: dict[int, Pixels] = {}
        done = 0
        for index in wanted:
            start = next((i for i in range(index, done, -1) if blank[i]), done)
            if start > done:  # what comes before leaves no trace: pass over it
                self._canvas[:] = 0
                done = start
            while done < index:
                self._show(done)
                done += 1
            shown[index] = self._show(index)
            done = index + 1
        return shown

    def _show(self, index: int) -> Pixels:
        """Draw a frame, take what is to be seen, and dispose of the frame."""
        frame = self._gif.frames[index]
        region = self._canvas[frame.region]
        before = region.copy() if frame.control.disposal == RESTORE else np.uint32(0)
        indices = self._decode(index)
        if frame.control.transparent is None:
            region[...] = self._colors_of(frame)[indices]
        else:
            np.copyto(region, self._colors_of(frame)[indices], where=indices != frame.control.transparent)
        seen = self._canvas.view(np.uint8).reshape(*self._canvas.shape, 4).copy()
        if frame.control.disposal in (CLEAR, RESTORE):
            region[...] = before
        return seen

    def _decode(self, index: int) -> NDArray[np.uint8]:
        """A frame's indices, (h, w). Raises BadPicture for a damaged stream or an index off the table."""
        frame = self._gif.frames[index]
        size = frame.width, frame.height
        stream = self._data[frame.stream]
        try:
            image = Image.frombytes("L", size, stream, "gif", (frame.bits, int(frame.interlaced), -1))
        except (ValueError, OSError):
            raise BadPicture(f"is damaged in frame {index + 1}: fetch or export it again") from None
        indices = np.asarray(image)
        if int(indices.max()) >= len(self._colors_of(frame)):
            raise BadPicture(f"frame {index + 1} uses a color its table has not: export it again")
        return indices

    def _colors_of(self, frame: Frame) -> Colors:
        key = frame.table, frame.control.transparent
        if key not in self._colors:
            self._colors[key] = _rgba(*key).view(np.uint32)[:, 0]
        return self._colors[key]


def _blank_before(gif: Blocks) -> list[bool]:
    """For each frame, whether the canvas is surely empty before it, so that drawing may start there."""
    blank = [True]
    for frame in gif.frames[:-1]:
        whole = (frame.width, frame.height) == (gif.width, gif.height)
        disposal = frame.control.disposal
        blank.append((blank[-1] and disposal in (CLEAR, RESTORE)) or (whole and disposal == CLEAR))
    return blank


def _rgba(table: bytes, transparent: int | None) -> Pixels:
    """A color table as (n, 4); longer where the transparent index lies beyond its end, as in real files."""
    rgb = np.frombuffer(table, np.uint8).reshape(-1, 3)
    rgba = np.zeros((max(len(rgb), (transparent or 0) + 1), 4), np.uint8)
    rgba[: len(rgb), :3] = rgb
    rgba[: len(rgb), 3] = 255
    if transparent is not None:
        rgba[transparent] = 0
    return rgba


def _palette(blocks: list[Frame], frames: list[Pixels]) -> Palette | None:
    """The one palette of all frames, without what only fills up its table; None if there is none."""
    tables = {block.table for block in blocks}
    keys = {block.control.transparent for block in blocks}
    if len(keys) > 1:  # an index that only some frames see through is a color in the others
        keys.discard(None)
        if len(keys) > 1:
            return None
        keys = {None}
    if len(tables) > 1:
        return None
    rgba = _rgba(tables.pop(), keys.pop())
    palette = Palette(rgba[: _length(rgba)])
    if palette.transparent is None and not all(frame[..., 3].all() for frame in frames):
        return None
    return palette


def _length(rgba: Pixels) -> int:
    """How long a table is without the entries at its end that repeat an earlier one."""
    _, firsts = np.unique(rgba, axis=0, return_index=True)
    return int(firsts.max()) + 1
