"""WebP bytes to frames and back, lossless (Google, "WebP Container Specification"); Pillow codes the pixels."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image

from spriteloom.errors import BadPicture
from spriteloom.pixels.alpha import clear_hidden
from spriteloom.pixels.arrays import Pixels
from spriteloom.pixels.formats.pages import Pages, Pick, check_size, check_times, picked

MIN_LENGTH = {b"VP8X": 10, b"ANIM": 6, b"VP8L": 5, b"VP8 ": 10}  # bytes of a body that are read
MAX_SIDE = 16383
MAX_DURATION = 2**24 - 1
MAX_LOOP = 2**16 - 1
ANIMATED, HAS_ALPHA = 0x02, 0x10  # flags of the extended header
FAULTS = (  # errors of Pillow for a damaged file
    *(OSError, SyntaxError, ValueError, EOFError),
    *(Image.DecompressionBombError, Image.DecompressionBombWarning),
)
REPLACE = 0x02  # flag of a frame: draw it without blending


@dataclass(slots=True)
class _Container:
    """The size and counts, as the chunks give them."""

    width: int = 0
    height: int = 0
    frames: int = 1
    loop: int = 1


def read(data: bytes, pick: Pick) -> Pages:
    """The picked frames on the full canvas. Raises BadPicture."""
    container = _parse(data)
    indices = picked(pick, container.frames)
    shown: dict[int, tuple[Pixels, int]] = {}
    try:
        with Image.open(BytesIO(data), formats=["WEBP"]) as image:
            for index in sorted(set(indices)):
                image.seek(index)
                pixels = np.asarray(image.convert("RGBA"))
                shown[index] = clear_hidden(pixels), int(image.info.get("duration", 0))
    except FAULTS:
        raise BadPicture("is damaged or truncated: fetch or export it again") from None
    return Pages([shown[i][0] for i in indices], [shown[i][1] for i in indices], container.loop)


def write(pages: Pages) -> bytes:
    """A still for one frame without a duration, an animation otherwise. Raises BadPicture."""
    height, width = pages.frames[0].shape[:2]
    if max(width, height) > MAX_SIDE:
        raise BadPicture(f"is {width}×{height}, a WebP's sides at most {MAX_SIDE}: save it as PNG")
    check_times(pages, "a WebP", MAX_DURATION, MAX_LOOP)
    if len(pages.frames) == 1 and not pages.durations[0]:
        return _still(pages.frames[0])
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = _chunk(b"VP8X", struct.pack("<I", ANIMATED | HAS_ALPHA) + canvas)
    body += _chunk(b"ANIM", struct.pack("<IH", 0, pages.loop))
    for frame, duration in zip(pages.frames, pages.durations, strict=True):
        place = bytes(6) + canvas + duration.to_bytes(3, "little") + bytes([REPLACE])
        body += _chunk(b"ANMF", place + _still(frame)[12:])
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _still(frame: Pixels) -> bytes:
    """A frame as a complete file; its chunks start at byte 12."""
    file = BytesIO()
    Image.fromarray(frame).save(file, "WEBP", lossless=True, exact=True)
    return file.getvalue()


def _chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def _parse(data: bytes) -> _Container:
    """Sizes and counts. Raises BadPicture if they are above the limit."""
    container, images = _Container(), 0
    for kind, at in _chunks(data):
        if kind == b"VP8X":
            container.width = int.from_bytes(data[at + 4 : at + 7], "little") + 1
            container.height = int.from_bytes(data[at + 7 : at + 10], "little") + 1
        elif kind == b"ANIM":
            (container.loop,) = struct.unpack_from("<H", data, at + 4)
        elif kind == b"ANMF":
            images += 1
        elif kind == b"VP8L" and not container.width:
            (bits,) = struct.unpack_from("<I", data, at + 1)
            container.width, container.height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        elif kind == b"VP8 " and not container.width:
            width, height = struct.unpack_from("<HH", data, at + 6)
            container.width, container.height = width & 0x3FFF, height & 0x3FFF
    container.frames = max(images, 1)
    check_size(container.width, container.height, container.frames)
    return container


def _chunks(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Each top chunk's kind and where its body starts. Raises BadPicture if a body is not complete."""
    if len(data) < 20 or struct.unpack_from("<I", data, 4)[0] + 8 > len(data):
        raise BadPicture("is truncated: fetch or export it again")
    at = 12
    while at + 8 <= len(data):
        kind, length = struct.unpack_from("<4sI", data, at)
        if at + 8 + length > len(data) or length < MIN_LENGTH.get(kind, 0):
            raise BadPicture("is damaged or truncated: fetch or export it again")
        yield kind, at + 8
        at += 8 + length + length % 2
