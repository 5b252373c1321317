"""Frames to Aseprite files: one layer, indexed if there is a palette, RGBA otherwise."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

import numpy as np

from spriteloom.errors import BadPalette, BadPicture
from spriteloom.pixels.arrays import Pixels
from spriteloom.pixels.formats import aseprite_chunks as ase
from spriteloom.pixels.formats.pages import DIRECTIONS, Pages, Tag, check_times
from spriteloom.pixels.palette import MAX_INDEXED, Palette, index

MAX_SIDE = MAX_FRAMES = 2**16 - 1
MAX_DURATION = 2**16 - 1
VISIBLE_AND_EDITABLE = 3  # flags of a layer
STILL = 100  # milliseconds of a frame without a duration


def write(pages: Pages) -> bytes:
    """The bytes of a .aseprite. Raises BadPicture or BadPalette for what the format cannot hold."""
    height, width = pages.frames[0].shape[:2]
    if max(width, height, len(pages.frames)) > MAX_SIDE:
        size = f"{width}×{height} × {len(pages.frames)} frames"
        raise BadPicture(f"is {size}, an .aseprite at most {MAX_SIDE} of each: cut it")
    check_times(pages, "an .aseprite", MAX_DURATION, MAX_FRAMES)
    palette, transparent = _palette(pages)
    layer = struct.pack("<HHHHHHBxxx", VISIBLE_AND_EDITABLE, 0, 0, 0, 0, 0, 255) + _text("Layer 1")
    first = [_chunk(ase.LAYER, layer), *_colors(palette), *_tags(pages.tags)]
    parts = [
        _frame([*(first if not i else []), _cel(frame, palette)], milliseconds or STILL)
        for i, (frame, milliseconds) in enumerate(zip(pages.frames, pages.durations, strict=True))
    ]
    body = b"".join(parts)
    return _header(len(body), pages, palette, transparent) + body


def _palette(pages: Pages) -> tuple[Palette | None, int]:
    """The palette with a transparent color, added at the end if it has none, and that color's index."""
    if pages.palette is None:
        return None, 0
    palette = pages.palette
    if palette.transparent is None:
        if len(palette) >= MAX_INDEXED:
            raise BadPalette(
                f"the palette has {len(palette)} opaque colors, an .aseprite at most 255 and a transparent one: "
                "remove one, or save it without a palette"
            )
        palette = Palette(np.vstack([palette.colors, np.zeros((1, 4), np.uint8)]))
    assert palette.transparent is not None
    return palette, palette.transparent


def _header(size: int, pages: Pages, palette: Palette | None, transparent: int) -> bytes:
    height, width = pages.frames[0].shape[:2]
    depth = ase.RGBA if palette is None else ase.INDEXED
    colors = 0 if palette is None else len(palette) % MAX_INDEXED
    values = (ase.HEADER + size, ase.MAGIC, len(pages.frames), width, height, depth, 1, STILL, 0, 0)
    start = struct.pack("<IHHHHHIHII", *values)
    end = struct.pack("<BxxxHBBhhHH", transparent, colors, 1, 1, 0, 0, 16, 16)
    return (start + end).ljust(ase.HEADER, b"\0")


def _frame(chunks: Sequence[bytes], milliseconds: int) -> bytes:
    body, old_count = b"".join(chunks), min(len(chunks), 0xFFFF)
    head = (ase.FRAME_HEADER + len(body), ase.FRAME_MAGIC, old_count, milliseconds, len(chunks))
    return struct.pack("<IHHHxxI", *head) + body


def _chunk(kind: int, body: bytes) -> bytes:
    return struct.pack("<IH", ase.CHUNK_HEADER + len(body), kind) + body


def _colors(palette: Palette | None) -> list[bytes]:
    """The palette; the transparent entry is written opaque black, because the header holds its index."""
    if palette is None:
        return []
    rows = []
    for rgba in palette.colors.tolist():
        rows.append(struct.pack("<HBBBB", 0, *(rgba if rgba[3] else (0, 0, 0, 255))))
    body = struct.pack("<III8x", len(rows), 0, len(rows) - 1) + b"".join(rows)
    return [_chunk(ase.PALETTE, body)]


def _tags(tags: Sequence[Tag]) -> list[bytes]:
    if not tags:
        return []
    parts = [struct.pack("<H8x", len(tags))]
    for tag in tags:
        direction = DIRECTIONS.index(tag.direction)
        parts.append(struct.pack("<HHBH6xBBBx", tag.first, tag.last, direction, 0, 0, 0, 0) + _text(tag.name))
    return [_chunk(ase.TAGS, b"".join(parts))]


def _cel(frame: Pixels, palette: Palette | None) -> bytes:
    """The smallest box around the visible pixels, compressed; an empty frame has one transparent pixel."""
    rows, columns = (np.flatnonzero(frame[..., 3].any(axis)) for axis in (1, 0))
    top, bottom, left, right = (
        (rows[0], rows[-1] + 1, columns[0], columns[-1] + 1) if len(rows) else (0, 1, 0, 1)
    )
    box = np.ascontiguousarray(frame[top:bottom, left:right])
    raw = box.tobytes() if palette is None else index(box, palette).tobytes()
    place = struct.pack("<HhhBHh5x", 0, left, top, 255, ase.COMPRESSED, 0)
    return _chunk(ase.CEL, place + struct.pack("<HH", right - left, bottom - top) + zlib.compress(raw, 9))


def _text(text: str) -> bytes:
    raw = text.encode("utf-8")
    if len(raw) > 0xFFFF:
        raise BadPicture(f"has a name of {len(raw)} bytes, an .aseprite at most 65,535: shorten it")
    return struct.pack("<H", len(raw)) + raw
