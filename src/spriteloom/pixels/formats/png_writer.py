"""Frames to PNG or APNG bytes. Rows are not filtered: deflate alone compresses pixel art better."""

from __future__ import annotations

import struct
import zlib

import numpy as np

from spriteloom.pixels.arrays import Pixels
from spriteloom.pixels.formats.pages import PNG, Pages, check_times
from spriteloom.pixels.formats.png_reader import INDEXED, LEAVE, REPLACE, RGBA
from spriteloom.pixels.palette import Palette, index

BEST = 9  # deflate's level for files
MAX_DURATION = 2**16 - 1
MAX_LOOP = 2**32 - 1


def write(pages: Pages, level: int = BEST) -> bytes:
    """A still for one frame without a duration, an animation otherwise. Raises BadPalette, or BadPicture for times."""
    check_times(pages, "an APNG", MAX_DURATION, MAX_LOOP)
    height, width = pages.frames[0].shape[:2]
    streams = [zlib.compress(_rows(frame, pages.palette), level) for frame in pages.frames]
    color_type = RGBA if pages.palette is None else INDEXED
    parts = [PNG, _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, color_type, 0, 0, 0))]
    animated = len(streams) > 1 or pages.durations[0] > 0
    if animated:
        parts.append(_chunk(b"acTL", struct.pack(">II", len(streams), pages.loop)))
    if pages.palette is not None:
        parts += _colors(pages.palette)
    sequence = 0  # counts fcTL and fdAT together
    for position, (stream, duration) in enumerate(zip(streams, pages.durations, strict=True)):
        if animated:
            control = (sequence, width, height, 0, 0, duration, 1000, LEAVE, REPLACE)
            parts.append(_chunk(b"fcTL", struct.pack(">IIIIIHHBB", *control)))
            sequence += 1
        if position == 0:
            parts.append(_chunk(b"IDAT", stream))
        else:
            parts.append(_chunk(b"fdAT", struct.pack(">I", sequence) + stream))
            sequence += 1
    return b"".join([*parts, _chunk(b"IEND", b"")])


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _rows(frame: Pixels, palette: Palette | None) -> bytes:
    """The bytes to compress: each row after a 0, "no filter"."""
    height = len(frame)
    samples = frame.reshape(height, -1) if palette is None else index(frame, palette)
    return np.hstack([np.zeros((height, 1), np.uint8), samples]).tobytes()


def _colors(palette: Palette) -> list[bytes]:
    """PLTE, and tRNS up to the last color that is not opaque."""
    alpha = palette.colors[:, 3]
    clear = np.flatnonzero(alpha < 255)
    chunks = [_chunk(b"PLTE", palette.colors[:, :3].tobytes())]
    return [*chunks, _chunk(b"tRNS", alpha[: clear[-1] + 1].tobytes())] if len(clear) else chunks
