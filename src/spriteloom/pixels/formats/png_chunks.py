"""The chunks of a PNG or APNG, found and measured, not decoded: header, colors, each frame's stream.

Source: W3C, "Portable Network Graphics (PNG) Specification (Third Edition)", which includes animation.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from spriteloom.errors import BadPicture
from spriteloom.pixels.formats.pages import check_size

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, RGB, INDEXED, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6  # color types
SAMPLES = {GREY: 1, RGB: 3, INDEXED: 1, GREY_ALPHA: 2, RGBA: 4}
DEPTHS = {GREY: (1, 2, 4, 8, 16), RGB: (8, 16), INDEXED: (1, 2, 4, 8), GREY_ALPHA: (8, 16), RGBA: (8, 16)}
LEAVE, CLEAR, RESTORE = 0, 1, 2  # what becomes of a frame once it was shown
REPLACE, OVER = 0, 1  # how a frame is laid on the canvas


@dataclass(frozen=True, slots=True)
class Header:
    """IHDR: the canvas and how its samples are stored."""

    width: int
    height: int
    depth: int
    color_type: int
    interlaced: bool


@dataclass(slots=True)
class Frame:
    """One image: its place, its ms, how it is laid and disposed of, and its compressed stream in pieces."""

    left: int
    top: int
    width: int
    height: int
    duration: int = 0
    disposal: int = LEAVE
    blend: int = REPLACE
    stream: list[bytes] = field(default_factory=list)

    @property
    def region(self) -> tuple[slice, slice]:
        return slice(self.top, self.top + self.height), slice(self.left, self.left + self.width)


@dataclass(slots=True)
class Chunks:
    """A whole file. `loop` is how often it plays, 0 for ever; a still has one frame and announces none."""

    header: Header
    colors: bytes = b""  # PLTE: r, g, b, r, …
    transparency: bytes = b""  # tRNS
    loop: int = 1
    announced: int = 0
    frames: list[Frame] = field(default_factory=list)
    still: Frame | None = None  # the picture that programs without animation show, where it is not a frame


def parse(data: bytes) -> Chunks:
    """Walk the chunks to IEND. Raises BadPicture for a damaged, truncated, empty or oversized file."""
    chunks = _chunks(data)
    try:
        kind, body = next(chunks, (b"", b""))
        if kind != b"IHDR":
            raise BadPicture("is damaged: it does not start with a header; export it again")
        png = Chunks(_header(body))
        for kind, body in chunks:
            _note(png, kind, body)
    except (struct.error, IndexError):
        raise BadPicture("is damaged: a chunk is too short; export it again") from None
    return _whole(png)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each chunk's kind and body, checked; ends before IEND."""
    at = len(SIGNATURE)
    while True:
        if at + 12 > len(data):
            raise BadPicture("is truncated: fetch or export it again")
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 8 + length
        if end + 4 > len(data):
            raise BadPicture("is truncated: fetch or export it again")
        (checksum,) = struct.unpack_from(">I", data, end)
        known = kind in _MEANT
        if known and zlib.crc32(data[at + 4 : end]) != checksum:
            raise BadPicture(f"is damaged in chunk {kind.decode()}: fetch or export it again")
        if kind == b"IEND":
            return
        if known:
            yield kind, data[at + 8 : end]
        at = end + 4


_MEANT = {
    b"IHDR",
    b"PLTE",
    b"tRNS",
    b"acTL",
    b"fcTL",
    b"IDAT",
    b"fdAT",
    b"IEND",
}  # others do not change a pixel


def _header(body: bytes) -> Header:
    width, height, depth, color_type, _, _, interlace = struct.unpack(">IIBBBBB", body)
    check_size(width, height)
    if depth not in DEPTHS.get(color_type, ()) or interlace > 1:
        raise BadPicture("is damaged: its header names no kind of PNG there is; export it again")
    return Header(width, height, depth, color_type, bool(interlace))


def _note(png: Chunks, kind: bytes, body: bytes) -> None:
    """Take in one chunk."""
    if kind == b"PLTE":
        png.colors = body[: len(body) // 3 * 3]
    elif kind == b"tRNS":
        png.transparency = body
    elif kind == b"acTL":
        png.announced, png.loop = struct.unpack(">II", body)
        check_size(png.header.width, png.header.height, png.announced)
    elif kind == b"fcTL":
        png.frames.append(_frame(png.header, body))
        check_size(png.header.width, png.header.height, len(png.frames))
    elif kind == b"fdAT":
        png.frames[-1].stream.append(body[4:])
    elif png.frames:
        png.frames[-1].stream.append(body)
    else:
        png.still = png.still or Frame(0, 0, png.header.width, png.header.height)
        png.still.stream.append(body)


def _frame(header: Header, body: bytes) -> Frame:
    """A frame control chunk."""
    _, width, height, left, top, part, whole, disposal, blend = struct.unpack(">IIIIIHHBB", body)
    check_size(width, height)
    if left + width > header.width or top + height > header.height or disposal > RESTORE or blend > OVER:
        raise BadPicture("is damaged: a frame does not lie on its canvas; export it again")
    return Frame(left, top, width, height, round(1000 * part / (whole or 100)), disposal, blend)


def _whole(png: Chunks) -> Chunks:
    """The file, once it is sure that all it announced is there; a still becomes its only frame."""
    if not png.announced:
        png.frames = [png.still] if png.still else png.frames[:1]
    else:
        png.frames = png.frames[: png.announced]
    if len(png.frames) < max(png.announced, 1) or not all(frame.stream for frame in png.frames):
        raise BadPicture("lacks a frame: fetch or export it again")
    if png.header.color_type == INDEXED and not png.colors:
        raise BadPicture("is damaged: it is indexed and has no palette; export it again")
    return png
