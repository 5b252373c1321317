"""PNG and APNG bytes to frames, every kind of sample; Pillow undoes deflate and the row filters.

Source: W3C, "Portable Network Graphics (PNG) Specification (Third Edition)", which includes animation. 16 bits
become 8 by rounding, v·255/65535; fewer than 8 are spread over 0..255. Stored values are taken as they are: gamma
and color profiles change nothing. Color under alpha 0 becomes 0.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from spriteloom.errors import BadPicture
from spriteloom.pixels.alpha import clear_hidden, overlay
from spriteloom.pixels.arrays import Bytes, Pixels
from spriteloom.pixels.formats.pages import PNG, Pages, Pick, check_size, picked
from spriteloom.pixels.palette import Palette

GRAY, RGB, INDEXED, GRAY_ALPHA, RGBA = 0, 2, 3, 4, 6  # color types
SAMPLES = {GRAY: 1, RGB: 3, INDEXED: 1, GRAY_ALPHA: 2, RGBA: 4}
DEPTHS = {GRAY: (1, 2, 4, 8, 16), RGB: (8, 16), INDEXED: (1, 2, 4, 8), GRAY_ALPHA: (8, 16), RGBA: (8, 16)}
LEAVE, CLEAR, RESTORE = 0, 1, 2  # disposals of a frame after it was shown
REPLACE, OVER = 0, 1  # ways to draw a frame on the canvas
KNOWN = {b"IHDR", b"PLTE", b"tRNS", b"acTL", b"fcTL", b"IDAT", b"fdAT", b"IEND"}  # others change no pixel
MAX_DEFLATE = 1032  # the most bytes that one byte of a deflate stream can hold
MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}  # bytes a pixel → Pillow's mode
Samples = Bytes | NDArray[np.uint16]  # (h, w, samples a pixel), as stored


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
    """An image: its place, milliseconds, disposal, blend, and its compressed stream in pieces."""

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
    """A parsed file. `loop`: times to play, 0 for ever; `announced`: the number of frames of an animation."""

    header: Header
    colors: bytes = b""  # PLTE: r, g, b, r, …
    transparency: bytes = b""  # tRNS
    loop: int = 1
    announced: int = 0
    frames: list[Frame] = field(default_factory=list)
    still: Frame | None = None  # for programs without animation, if it is not a frame


def read(data: bytes, pick: Pick) -> Pages:
    """The picked frames on the full canvas; an indexed file's palette in its order. Raises BadPicture."""
    png = _parse(data)
    indices = picked(pick, len(png.frames))
    shown = _draw(png, set(indices))
    palette = Palette(_colors(png)) if png.header.color_type == INDEXED else None
    durations = [png.frames[i].duration for i in indices]
    return Pages([shown[i] for i in indices], durations, png.loop, palette)


def _parse(data: bytes) -> Chunks:
    """Walk the chunks to IEND. Raises BadPicture for a damaged, truncated, empty or oversized file."""
    chunks = _chunks(data)
    try:
        kind, body = next(chunks, (b"", b""))
        if kind != b"IHDR":
            raise BadPicture("is damaged: it does not start with a header; export it again")
        png = Chunks(_header(body))
        for kind, body in chunks:
            _add_chunk(png, kind, body)
    except (struct.error, IndexError):
        raise BadPicture("is damaged: a chunk is too short; export it again") from None
    return _complete(png)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The kind and body of each known chunk before IEND. Raises BadPicture for a damaged one."""
    at = len(PNG)
    while True:
        if at + 12 > len(data):
            raise BadPicture("is truncated: fetch or export it again")
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 8 + length
        if end + 4 > len(data):
            raise BadPicture("is truncated: fetch or export it again")
        (checksum,) = struct.unpack_from(">I", data, end)
        known = kind in KNOWN
        if known and zlib.crc32(data[at + 4 : end]) != checksum:
            raise BadPicture(f"is damaged in chunk {kind.decode()}: fetch or export it again")
        if kind == b"IEND":
            return
        if known:
            yield kind, data[at + 8 : end]
        at = end + 4


def _header(body: bytes) -> Header:
    width, height, depth, color_type, _, _, interlace = struct.unpack(">IIBBBBB", body)
    check_size(width, height)
    if depth not in DEPTHS.get(color_type, ()) or interlace > 1:
        raise BadPicture("is damaged: its header is invalid; export it again")
    return Header(width, height, depth, color_type, bool(interlace))


def _add_chunk(png: Chunks, kind: bytes, body: bytes) -> None:
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
    _, width, height, left, top, part, whole, disposal, blend = struct.unpack(">IIIIIHHBB", body)
    check_size(width, height)
    if left + width > header.width or top + height > header.height or disposal > RESTORE or blend > OVER:
        raise BadPicture("is damaged: a frame is outside its canvas; export it again")
    return Frame(left, top, width, height, round(1000 * part / (whole or 100)), disposal, blend)


def _complete(png: Chunks) -> Chunks:
    """The file with its final list of frames, of which a still has one. Raises BadPicture if one is missing."""
    if not png.announced:
        png.frames = [png.still] if png.still else png.frames[:1]
    else:
        png.frames = png.frames[: png.announced]
    if len(png.frames) < max(png.announced, 1) or not all(frame.stream for frame in png.frames):
        raise BadPicture("lacks a frame: fetch or export it again")
    if png.header.color_type == INDEXED and not png.colors:
        raise BadPicture("is damaged: it is indexed and has no palette; export it again")
    return png


def _draw(png: Chunks, indices: set[int]) -> dict[int, Pixels]:
    canvas = np.zeros((png.header.height, png.header.width, 4), np.uint8)
    shown: dict[int, Pixels] = {}
    for index in range(max(indices) + 1):
        frame = png.frames[index]
        region = canvas[frame.region]
        before = region.copy()
        try:
            drawn = _pixels(png, frame)
        except (ValueError, OSError):
            raise BadPicture(f"is damaged in frame {index + 1}: fetch or export it again") from None
        region[...] = drawn if frame.blend == REPLACE else overlay(before, drawn)
        if index in indices:
            shown[index] = canvas.copy()
        if frame.disposal != LEAVE:
            region[...] = 0 if frame.disposal == CLEAR else before
    return shown


def _pixels(png: Chunks, frame: Frame) -> Pixels:
    """A frame's pixels before they are drawn on the canvas, (h, w, 4)."""
    samples = _samples(png.header, frame)
    color_type = png.header.color_type
    if color_type == INDEXED:
        colors = _colors(png)
        if int(samples.max()) >= len(colors):
            raise BadPicture(f"uses color {samples.max()} of a palette of {len(colors)}: export it again")
        return colors[samples[..., 0]]
    values = _to_eight(samples, png.header.depth)
    if color_type in (GRAY, RGB):
        alpha = _keyed(samples, png)
    else:
        values, alpha = values[..., :-1], values[..., -1:]
    if values.shape[-1] == 1:
        values = np.repeat(values, 3, axis=-1)
    return clear_hidden(np.concatenate([values, alpha], axis=-1))


def _samples(header: Header, frame: Frame) -> Samples:
    """The stored samples, filters undone. Raises ValueError or OSError for a damaged stream."""
    stream = b"".join(frame.stream)
    if frame.width * frame.height * SAMPLES[header.color_type] * header.depth > 8 * MAX_DEFLATE * len(stream):
        raise ValueError("the stream is too short for its pixels")

    def decode(mode: str, raw: str) -> Bytes:
        size = frame.width, frame.height
        image = Image.frombytes(mode, size, stream, "zip", (raw, int(header.interlaced)))
        return np.asarray(image).reshape(frame.height, frame.width, -1)

    if header.depth < 8:
        return decode("P", f"P;{header.depth}")
    width = SAMPLES[header.color_type] * header.depth // 8  # bytes a pixel
    if header.depth == 8:
        return decode(MODES[width], MODES[width])
    if width <= 4:  # two bytes a sample, read as two samples of a byte
        return np.ascontiguousarray(decode(MODES[width], MODES[width])).view(">u2").astype(np.uint16)
    mode = MODES[width // 2]  # Pillow has no mode as wide: decode the high bytes, then the low bytes
    high, low = decode(mode, f"{mode};16B"), decode(mode, f"{mode};16L")
    return high * np.uint16(256) + low


def _to_eight(samples: Samples, depth: int) -> Bytes:
    maximum = (1 << depth) - 1
    if depth == 8:
        return samples.astype(np.uint8, copy=False)
    if depth > 8:
        return ((samples.astype(np.uint32) * 255 + maximum // 2) // maximum).astype(np.uint8)
    return (samples * np.uint8(255 // maximum)).astype(np.uint8)


def _keyed(samples: Samples, png: Chunks) -> Bytes:
    """The alpha of a picture without an alpha channel: 0 for the color in tRNS, else 255; (h, w, 1)."""
    alpha = np.full((*samples.shape[:2], 1), 255, np.uint8)
    channels = samples.shape[2]
    if len(png.transparency) >= 2 * channels:
        key = struct.unpack_from(f">{channels}H", png.transparency)
        alpha[(samples == key).all(axis=-1)] = 0
    return alpha


def _colors(png: Chunks) -> Pixels:
    """The palette with its transparency, (n, 4); color under alpha 0 is 0."""
    rgb = np.frombuffer(png.colors, np.uint8).reshape(-1, 3)
    rgba = np.full((len(rgb), 4), 255, np.uint8)
    rgba[:, :3] = rgb
    alpha = np.frombuffer(png.transparency, np.uint8)[: len(rgba)]
    rgba[: len(alpha), 3] = alpha
    return clear_hidden(rgba)
