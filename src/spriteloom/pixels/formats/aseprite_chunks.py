"""The container of Aseprite files, little-endian, as in "Aseprite File Format (.ase/.aseprite) Specifications"."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from spriteloom.errors import BadPicture

MAGIC, FRAME_MAGIC = 0xA5E0, 0xF1FA
HEADER, FRAME_HEADER, CHUNK_HEADER = 128, 16, 6
RGBA, GRAY, INDEXED = 32, 16, 8  # bits a pixel
OLD_PALETTE, OLD_PALETTE_6BIT, LAYER, CEL = 0x0004, 0x0011, 0x2004, 0x2005  # kinds of chunk
TAGS, PALETTE, TILESET = 0x2018, 0x2019, 0x2023
LAYER_OPACITY, GROUP_OPACITY = 1, 2  # flags of the header
VISIBLE, BACKGROUND, REFERENCE = 1, 8, 64  # flags of a layer
GROUP, TILEMAP = 1, 2  # kinds of layer
RAW, LINKED, COMPRESSED, TILES = 0, 1, 2, 3  # kinds of cel

TRUNCATED = "is truncated or damaged: save it again in Aseprite"


@dataclass(frozen=True, kw_only=True)
class Header:
    """`transparent` is the transparent index of an indexed sprite; `depth` is bits a pixel."""

    frames: int
    width: int
    height: int
    depth: int
    flags: int
    transparent: int


@dataclass(frozen=True, kw_only=True)
class Frame:
    """`start` is where its first chunk begins, `chunks` their number; `duration` in milliseconds."""

    start: int
    end: int
    chunks: int
    duration: int


def header(data: bytes) -> Header:
    """The header. Raises BadPicture for an unknown depth."""
    frames, width, height, depth, flags = struct.unpack_from("<HHHHI", data, 6)
    if depth not in (RGBA, GRAY, INDEXED):
        raise BadPicture(f"has {depth} bits a pixel, which Aseprite does not have: save it again in Aseprite")
    return Header(frames=frames, width=width, height=height, depth=depth, flags=flags, transparent=data[28])


def frames(data: bytes, count: int) -> list[Frame]:
    """Where each frame's chunks are. Raises BadPicture if the file ends before them."""
    result, at = [], HEADER
    for _ in range(count):
        size, magic, old, duration, new = _unpack("<IHHHxxI", data, at)
        if magic != FRAME_MAGIC or size < FRAME_HEADER or at + size > len(data):
            raise BadPicture(TRUNCATED)
        result.append(Frame(start=at + FRAME_HEADER, end=at + size, chunks=new or old, duration=duration))
        at += size
    return result


def chunks(data: bytes, frame: Frame) -> Iterator[tuple[int, bytes]]:
    """(kind, body) of each chunk of a frame. Raises BadPicture."""
    at = frame.start
    for _ in range(frame.chunks):
        size, kind = _unpack("<IH", data, at)
        if size < CHUNK_HEADER or at + size > frame.end:
            raise BadPicture(TRUNCATED)
        yield kind, data[at + CHUNK_HEADER : at + size]
        at += size


class Cursor:
    """Reads a chunk's body from front to back. `take` and `text` raise BadPicture where it ends too soon."""

    def __init__(self, body: bytes, at: int = 0) -> None:
        self._body, self._at = body, at

    def take(self, layout: str) -> tuple[int, ...]:
        """Whole numbers by `struct`'s letters, little-endian."""
        values = _unpack("<" + layout, self._body, self._at)
        self._at += struct.calcsize("<" + layout)
        return values

    def skip(self, count: int) -> None:
        self._at += count

    def text(self) -> str:
        """A string: its length, then UTF-8."""
        (length,) = self.take("H")
        raw = self._body[self._at : self._at + length]
        if len(raw) < length:
            raise BadPicture(TRUNCATED)
        self._at += length
        return raw.decode("utf-8", "replace")

    def rest(self) -> bytes:
        return self._body[self._at :]


def inflate(data: bytes, size: int) -> bytes:
    """The first `size` bytes of a zlib stream; no more are decompressed. Raises BadPicture for fewer."""
    try:
        out = zlib.decompressobj().decompress(data, size) if size else b""
    except zlib.error:
        raise BadPicture(TRUNCATED) from None
    if len(out) < size:
        raise BadPicture(TRUNCATED)
    return out


def _unpack(layout: str, data: bytes, at: int) -> tuple[int, ...]:
    try:
        return struct.unpack_from(layout, data, at)
    except struct.error:
        raise BadPicture(TRUNCATED) from None
