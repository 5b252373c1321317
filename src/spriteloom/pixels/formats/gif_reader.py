"""GIF bytes to frames, exactly as browsers draw them; Pillow decodes the LZW streams.

Source: CompuServe, "Graphics Interchange Format, version 89a". Where it leaves a choice, this reader does as
browsers do: the canvas starts transparent and grows to hold every frame, disposal 2 clears to transparent, and
a file that ends between two frames without a trailer is complete.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from spriteloom.errors import BadPicture
from spriteloom.pixels.arrays import Bytes, Pixels
from spriteloom.pixels.formats.pages import Pages, Pick, check_size, picked
from spriteloom.pixels.palette import Palette

EXTENSION, IMAGE, TRAILER = 0x21, 0x2C, 0x3B  # the first byte of a block
CONTROL, APPLICATION = 0xF9, 0xFF  # kinds of extension
LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")  # applications that store the number of repeats
CLEAR, RESTORE = 2, 3  # disposals that change the canvas after a frame

Canvas = NDArray[np.uint32]  # (h, w): the four bytes of a pixel as one number, in memory order
Colors = NDArray[np.uint32]  # (n,), likewise


@dataclass(frozen=True, slots=True)
class Control:
    """A frame's disposal, its delay in hundredths of a second, and its transparent index."""

    disposal: int = 0
    delay: int = 0
    transparent: int | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """An image: its place on the canvas, its colors (r, g, b, r, …), and where its LZW stream is in the file."""

    left: int
    top: int
    width: int
    height: int
    table: bytes
    interlaced: bool
    bits: int
    stream: slice
    control: Control

    @property
    def region(self) -> tuple[slice, slice]:
        return slice(self.top, self.top + self.height), slice(self.left, self.left + self.width)


@dataclass(slots=True)
class Blocks:
    """A parsed file. `loop` is the number of times it plays, 0 for ever."""

    width: int
    height: int
    table: bytes
    frames: list[Frame]
    loop: int = 1


def read(data: bytes, pick: Pick) -> Pages:
    """The picked frames on the full canvas, and the palette if all frames share one. Raises BadPicture."""
    gif = _parse(data)
    indices = picked(pick, len(gif.frames))
    shown = _Drawing(gif, data).frames(sorted(set(indices)))
    durations, frames = [gif.frames[i].control.delay * 10 for i in indices], [shown[i] for i in indices]
    return Pages(frames, durations, gif.loop, _palette(gif.frames, frames))


def _parse(data: bytes) -> Blocks:
    """Walk the blocks to the trailer. Raises BadPicture for a damaged, truncated, empty or oversized file."""
    try:
        width, height, packed = struct.unpack_from("<HHB", data, 6)
        table = _table(data, 13, packed)
        gif, at = Blocks(width, height, table, []), 13 + len(table)
        control: Control | None = None
        while control or not gif.frames or at < len(data):
            kind = data[at]
            if kind == TRAILER:
                break
            if kind == IMAGE:
                at, control = _image(gif, data, at + 1, control or Control()), None
            elif kind == EXTENSION:
                control = _extension(gif, data, at + 1, control)
                at = _blocks_end(data, at + 2)
            elif kind == 0:  # some writers leave a stray terminator between blocks
                at += 1
            else:
                raise BadPicture(f"is damaged after frame {len(gif.frames)}: export it again")
    except (IndexError, struct.error):
        raise BadPicture("is truncated: fetch or export it again") from None
    check_size(gif.width, gif.height, len(gif.frames))
    return gif


def _table(data: bytes, at: int, packed: int) -> bytes:
    """The color table that `packed` announces; empty if it announces none."""
    if not packed & 0x80:
        return b""
    return bytes(struct.unpack_from(f"{3 << (packed & 7) + 1}s", data, at)[0])


def _image(gif: Blocks, data: bytes, at: int, control: Control) -> int:
    """Add an image, grow the canvas to hold it, and return where the next block starts."""
    left, top, width, height, packed = struct.unpack_from("<HHHHB", data, at)
    local = _table(data, at + 9, packed)
    start = at + 9 + len(local)
    bits = data[start]
    end = _blocks_end(data, start + 1)
    if not 1 <= bits <= 11:
        raise BadPicture(f"is damaged in frame {len(gif.frames) + 1}: export it again")
    if not width or not height:
        raise BadPicture(f"has an empty frame {len(gif.frames) + 1}: export it again")
    table = local or gif.table
    if not table:
        raise BadPicture("has no color table: export it again")
    stream = slice(start + 1, end)
    frame = Frame(left, top, width, height, table, bool(packed & 0x40), bits, stream, control)
    gif.frames.append(frame)
    gif.width, gif.height = max(gif.width, left + width), max(gif.height, top + height)
    check_size(gif.width, gif.height, len(gif.frames))  # here too: a file of a million frames stops early
    return end


def _extension(gif: Blocks, data: bytes, at: int, control: Control | None) -> Control | None:
    """Read an extension that changes the picture; pass over others."""
    label, length = data[at], data[at + 1]
    body = data[at + 2 : at + 2 + length]
    if label == CONTROL:
        packed, delay, transparent = struct.unpack_from("<BHB", body)
        return Control(packed >> 2 & 7, delay, transparent if packed & 1 else None)
    if label == APPLICATION and body in LOOPS and data[at + 2 + length] == 3:
        (repeats,) = struct.unpack_from("<H", data, at + 4 + length)
        gif.loop = repeats and repeats + 1  # a GIF stores the plays after the first
    return control


def _blocks_end(data: bytes, at: int) -> int:
    """Where a chain of sub-blocks ends, its terminator included."""
    while length := data[at]:
        at += length + 1
    return at + 1


class _Drawing:
    def __init__(self, gif: Blocks, data: bytes) -> None:
        self._gif = gif
        self._data = data
        self._canvas: Canvas = np.zeros((gif.height, gif.width), np.uint32)
        self._colors: dict[tuple[bytes, int | None], Colors] = {}

    def frames(self, indices: Iterable[int]) -> dict[int, Pixels]:
        """The canvas as it is shown at each of the frames, given in rising order."""
        blank = _blank_before(self._gif)
        shown: dict[int, Pixels] = {}
        done = 0
        for index in indices:
            start = next((i for i in range(index, done, -1) if blank[i]), done)
            if start > done:  # the frames before `start` leave no trace: skip them
                self._canvas[:] = 0
                done = start
            while done < index:
                self._show(done)
                done += 1
            shown[index] = self._show(index)
            done = index + 1
        return shown

    def _show(self, index: int) -> Pixels:
        """Draw a frame, copy the canvas, and dispose of the frame."""
        frame = self._gif.frames[index]
        region = self._canvas[frame.region]
        before = region.copy() if frame.control.disposal == RESTORE else np.uint32(0)
        indices = self._decode(index)
        if frame.control.transparent is None:
            region[...] = self._colors_of(frame)[indices]
        else:
            np.copyto(region, self._colors_of(frame)[indices], where=indices != frame.control.transparent)
        shown = self._canvas.view(np.uint8).reshape(*self._canvas.shape, 4).copy()
        if frame.control.disposal in (CLEAR, RESTORE):
            region[...] = before
        return shown

    def _decode(self, index: int) -> Bytes:
        """A frame's indices, (h, w). Raises BadPicture for a damaged stream or an index outside the table."""
        frame = self._gif.frames[index]
        size = frame.width, frame.height
        stream = self._data[frame.stream]
        try:
            image = Image.frombytes("L", size, stream, "gif", (frame.bits, int(frame.interlaced), -1))
        except (ValueError, OSError):
            raise BadPicture(f"is damaged in frame {index + 1}: fetch or export it again") from None
        indices = np.asarray(image)
        if int(indices.max()) >= len(self._colors_of(frame)):
            raise BadPicture(f"has a frame {index + 1} with a color outside its table: export it again")
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
    """A color table as (n, 4); extended where the transparent index is beyond its end, as in real files."""
    rgb = np.frombuffer(table, np.uint8).reshape(-1, 3)
    rgba = np.zeros((max(len(rgb), (transparent or 0) + 1), 4), np.uint8)
    rgba[: len(rgb), :3] = rgb
    rgba[: len(rgb), 3] = 255
    if transparent is not None:
        rgba[transparent] = 0
    return rgba


def _palette(blocks: list[Frame], frames: list[Pixels]) -> Palette | None:
    """The one palette of all frames, without the padding at its table's end; None if they differ."""
    tables = {block.table for block in blocks}
    keys = {block.control.transparent for block in blocks}
    if len(tables) > 1 or len(keys - {None}) > 1:
        return None
    transparent = keys.pop() if len(keys) == 1 else None  # else it is a color in some frames
    rgba = _rgba(tables.pop(), transparent)
    _, firsts = np.unique(rgba, axis=0, return_index=True)
    palette = Palette(rgba[: int(firsts.max()) + 1])  # entries at the end that repeat an earlier one go
    if palette.transparent is None and not all(frame[..., 3].all() for frame in frames):
        return None
    return palette
