"""The blocks of a GIF, found and measured, not decoded: sizes, tables, times, where each LZW stream is.

Source: CompuServe, "Graphics Interchange Format, version 89a". Where it leaves room we do as browsers do: the
canvas grows to hold every frame, and a file that ends between two frames without a trailer is whole.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from spriteloom.errors import BadPicture
from spriteloom.pixels.formats.pages import check_size

SIGNATURES = (b"GIF87a", b"GIF89a")
EXTENSION, IMAGE, TRAILER = 0x21, 0x2C, 0x3B  # what a block starts with
CONTROL, APPLICATION = 0xF9, 0xFF  # which extension it is
LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")  # applications that say how often to play


@dataclass(frozen=True, slots=True)
class Control:
    """How a frame is shown: what becomes of it afterwards, hundredths of a second, its transparent index."""

    disposal: int = 0
    delay: int = 0
    transparent: int | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """One image: where it lies on the canvas, its colors (r, g, b, r, …), and its LZW stream in the file."""

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
    """A whole file. `loop` is how often it plays, 0 for ever."""

    width: int
    height: int
    table: bytes
    frames: list[Frame]
    loop: int = 1


def parse(data: bytes) -> Blocks:
    """Walk the blocks to the trailer. Raises BadPicture for a damaged, truncated, empty or oversized file."""
    try:
        gif, at = _screen(data)
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


def _screen(data: bytes) -> tuple[Blocks, int]:
    """The logical screen and its table, and where the first block starts."""
    width, height, packed = struct.unpack_from("<HHB", data, 6)
    table = _table(data, 13, packed)
    return Blocks(width, height, table, []), 13 + len(table)


def _table(data: bytes, at: int, packed: int) -> bytes:
    """The color table that `packed` announces; empty if it announces none."""
    if not packed & 0x80:
        return b""
    return bytes(struct.unpack_from(f"{3 << (packed & 7) + 1}s", data, at)[0])


def _image(gif: Blocks, data: bytes, at: int, control: Control) -> int:
    """Note one image, grow the canvas to hold it, and return where the next block starts."""
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
    """Read an extension that matters to the picture; pass over others."""
    label, length = data[at], data[at + 1]
    body = data[at + 2 : at + 2 + length]
    if label == CONTROL:
        packed, delay, transparent = struct.unpack_from("<BHB", body)
        return Control(packed >> 2 & 7, delay, transparent if packed & 1 else None)
    if label == APPLICATION and body in LOOPS and data[at + 2 + length] == 3:
        (repeats,) = struct.unpack_from("<H", data, at + 4 + length)
        gif.loop = repeats and repeats + 1  # a GIF counts how often it plays again
    return control


def _blocks_end(data: bytes, at: int) -> int:
    """Where a chain of sub-blocks ends, its terminator included."""
    while length := data[at]:
        at += length + 1
    return at + 1
