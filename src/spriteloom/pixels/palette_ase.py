"""Adobe Swatch Exchange (.ase, "ASEF"): bytes to a palette and back. Big-endian blocks; colors are floats.

RGB and grey swatches are read, by rounding v·255; CMYK and Lab have no exact pixel and are refused. There is
no alpha. Not to be taken for Aseprite's sprites, which share the suffix.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from spriteloom.errors import BadPalette
from spriteloom.pixels.palette import Palette

MAGIC = b"ASEF"
COLOR = 0x0001  # the kind of block that holds one; others open and close groups
GLOBAL = 0  # the kind of swatch we write
CHANNELS = {b"RGB ": 3, b"Gray": 1}


def read(data: bytes) -> Palette:
    """All swatches, groups opened, in their order. Raises BadPalette."""
    try:
        colors = list(_colors(data))
    except struct.error:
        raise BadPalette("is truncated: export it again") from None
    if not colors:
        raise BadPalette("has no color in it: export it again")
    return Palette(colors)


def write(palette: Palette) -> bytes:
    """One swatch a color, named by its hexadecimal value. Raises BadPalette if a color is not opaque."""
    if (palette.colors[:, 3] < 255).any():
        raise BadPalette("an Adobe palette holds no transparency: use .gpl, .hex, .txt or .png")
    blocks = [_block(bytes(color)) for color in palette.colors[:, :3].tolist()]
    return MAGIC + struct.pack(">HHI", 1, 0, len(blocks)) + b"".join(blocks)


def _colors(data: bytes) -> Iterator[tuple[int, int, int]]:
    _, _, blocks = struct.unpack_from(">HHI", data, len(MAGIC))
    at = len(MAGIC) + 8
    for _ in range(blocks):
        kind, length = struct.unpack_from(">HI", data, at)
        if kind == COLOR:
            yield _color(data, at + 6)
        at += 6 + length


def _color(data: bytes, at: int) -> tuple[int, int, int]:
    """A color block's body: its name's length in UTF-16 units, the name, a model, a float a channel."""
    (units,) = struct.unpack_from(">H", data, at)
    at += 2 + 2 * units
    (model,) = struct.unpack_from(">4s", data, at)
    if model not in CHANNELS:
        called = "".join(c for c in model.decode("ascii", "ignore").strip() if c.isprintable())
        raise BadPalette(f"has {called or 'unknown'} colors: save it as RGB swatches")
    values = struct.unpack_from(f">{CHANNELS[model]}f", data, at + 4)
    if not all(0 <= value <= 1 for value in values):
        raise BadPalette("has a color outside 0..1: export it again")
    red, green, blue = (round(value * 255) for value in (values if len(values) == 3 else values * 3))
    return red, green, blue


def _block(rgb: bytes) -> bytes:
    name = f"#{rgb.hex()}\0".encode("utf-16-be")
    body = (
        struct.pack(">H", len(name) // 2)
        + name
        + struct.pack(">4s3fH", b"RGB ", *(v / 255 for v in rgb), GLOBAL)
    )
    return struct.pack(">HI", COLOR, len(body)) + body
