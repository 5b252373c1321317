"""PNG and APNG bytes to frames, every kind of sample; deflate and the row filters are Pillow's to undo.

16 bits become 8 by rounding, v·255/65535; fewer than 8 are spread over 0..255, as the format says. The stored
values are taken as they are: gamma and color profiles change nothing. Color under alpha 0 becomes 0.
"""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from spriteloom.errors import BadPicture
from spriteloom.pixels.alpha import clear_hidden, overlay
from spriteloom.pixels.arrays import Pixels
from spriteloom.pixels.formats.pages import Pages, Pick, picked
from spriteloom.pixels.formats.png_chunks import (
    CLEAR,
    GREY,
    INDEXED,
    LEAVE,
    REPLACE,
    RGB,
    SAMPLES,
    Chunks,
    Frame,
    Header,
    parse,
)
from spriteloom.pixels.palette import Palette

Samples = NDArray[np.uint8] | NDArray[np.uint16]  # (h, w, samples a pixel), as stored

DEFLATED = 1032  # bytes that one of deflate can stand for at most

MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}  # what Pillow calls pixels of so many bytes


def count(data: bytes) -> int:
    """How many frames there are; decodes none. Raises BadPicture."""
    return len(parse(data).frames)


def read(data: bytes, pick: Pick) -> Pages:
    """The picked frames on the full canvas; an indexed file's palette in its order. Raises BadPicture."""
    png = parse(data)
    wanted = picked(pick, len(png.frames))
    shown = _draw(png, set(wanted))
    palette = Palette(_colors(png)) if png.header.color_type == INDEXED else None
    return Pages([shown[i] for i in wanted], [png.frames[i].duration for i in wanted], png.loop, palette)


def _draw(png: Chunks, wanted: set[int]) -> dict[int, Pixels]:
    """The canvas as it is shown at each of the wanted frames."""
    canvas = np.zeros((png.header.height, png.header.width, 4), np.uint8)
    shown: dict[int, Pixels] = {}
    for index in range(max(wanted) + 1):
        frame = png.frames[index]
        region = canvas[frame.region]
        before = region.copy()
        try:
            drawn = _pixels(png, frame)
        except (ValueError, OSError):
            raise BadPicture(f"is damaged in frame {index + 1}: fetch or export it again") from None
        region[...] = drawn if frame.blend == REPLACE else overlay(before, drawn)
        if index in wanted:
            shown[index] = canvas.copy()
        if frame.disposal != LEAVE:
            region[...] = 0 if frame.disposal == CLEAR else before
    return shown


def _pixels(png: Chunks, frame: Frame) -> Pixels:
    """One frame's own pixels, (h, w, 4)."""
    samples = _samples(png.header, frame)
    color_type = png.header.color_type
    if color_type == INDEXED:
        colors = _colors(png)
        if int(samples.max()) >= len(colors):
            raise BadPicture(
                f"uses color {int(samples.max())} of a palette of {len(colors)}: export it again"
            )
        return colors[samples[..., 0]]
    values = _to_eight(samples, png.header.depth)
    if color_type in (GREY, RGB):
        alpha = _keyed(samples, png)
    else:
        values, alpha = values[..., :-1], values[..., -1:]
    if values.shape[-1] == 1:
        values = np.repeat(values, 3, axis=-1)
    return clear_hidden(np.concatenate([values, alpha], axis=-1))


def _samples(header: Header, frame: Frame) -> Samples:
    """The samples as they are stored, filters undone. Raises ValueError or OSError for a damaged stream."""
    stream = b"".join(frame.stream)
    if frame.width * frame.height * SAMPLES[header.color_type] * header.depth > 8 * DEFLATED * len(stream):
        raise ValueError("so few bytes never hold so many pixels")

    def decode(mode: str, raw: str) -> NDArray[np.uint8]:
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
    mode = MODES[width // 2]  # wider than any mode of Pillow: once the high bytes, once the low
    high, low = decode(mode, f"{mode};16B"), decode(mode, f"{mode};16L")
    return high * np.uint16(256) + low


def _to_eight(samples: Samples, depth: int) -> NDArray[np.uint8]:
    """Samples of any depth as 0..255."""
    most = (1 << depth) - 1
    if depth == 8:
        return samples.astype(np.uint8, copy=False)
    if depth > 8:
        return ((samples.astype(np.uint32) * 255 + most // 2) // most).astype(np.uint8)
    return (samples * np.uint8(255 // most)).astype(np.uint8)


def _keyed(samples: Samples, png: Chunks) -> NDArray[np.uint8]:
    """The alpha of a picture without alpha: 0 where tRNS names the color, else 255; (h, w, 1)."""
    alpha = np.full((*samples.shape[:2], 1), 255, np.uint8)
    wide = samples.shape[2]
    if len(png.transparency) >= 2 * wide:
        key = struct.unpack_from(f">{wide}H", png.transparency)
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
