"""Frames to GIF bytes, whole and exact, times in hundredths of a second; Pillow encodes the LZW streams."""

from __future__ import annotations

from collections.abc import Sequence
from struct import pack

import numpy as np
from PIL import Image

from spriteloom.errors import BadPalette, BadPicture
from spriteloom.pixels.alpha import is_hard
from spriteloom.pixels.arrays import Pixels
from spriteloom.pixels.formats.gif_reader import APPLICATION, CONTROL, EXTENSION, IMAGE, LOOPS, TRAILER
from spriteloom.pixels.formats.pages import Pages, check_times
from spriteloom.pixels.palette import MAX_INDEXED, Palette, index

MAX_SIDE = 2**16 - 1
MAX_DURATION = 10 * (2**16 - 1)
MAX_LOOP = 2**16  # one play and 65,535 repeats
KEEP, CLEAR = 1, 2  # disposals


def write(pages: Pages) -> bytes:
    """The bytes of a GIF. Raises BadPicture or BadPalette for what the format cannot hold."""
    height, width = pages.frames[0].shape[:2]
    if max(width, height) > MAX_SIDE:
        raise BadPicture(f"is {width}×{height}, a GIF's sides at most {MAX_SIDE}: save it as PNG")
    check_times(pages, "a GIF", MAX_DURATION, MAX_LOOP)
    if not all(is_hard(frame) for frame in pages.frames):
        raise BadPicture("has partial alpha, which a GIF cannot hold: harden it, or save it as PNG or WebP")
    shared = _shared_palette(pages)
    parts = [b"GIF89a", pack("<HH", width, height)]
    parts += [pack("BBB", 0x80 | _bits(shared) - 1, 0, 0), _table(shared)] if shared else [b"\x00\x00\x00"]
    if len(pages.frames) > 1 and pages.loop != 1:
        repeats = max(pages.loop - 1, 0)
        parts.append(pack("<BBB11sBBHB", EXTENSION, APPLICATION, 11, LOOPS[0], 3, 1, repeats, 0))
    for frame, milliseconds in zip(pages.frames, pages.durations, strict=True):
        parts += _frame(frame, milliseconds, shared)
    return b"".join([*parts, bytes([TRAILER])])


def _shared_palette(pages: Pages) -> Palette | None:
    """The palette of all frames: that of `pages`, or their colors; None if each frame needs its own."""
    if pages.palette is not None:
        if not is_hard(pages.palette.colors):
            raise BadPalette("the palette has partial alpha, which a GIF cannot hold: harden its colors")
        return pages.palette
    palette = Palette.of(np.stack(pages.frames))
    return palette if len(palette) <= MAX_INDEXED else None


def _frame(frame: Pixels, milliseconds: int, shared: Palette | None) -> Sequence[bytes]:
    """A frame's blocks: control, place, its own table if none is shared, stream."""
    palette = shared or Palette.of(frame)
    if len(palette) > MAX_INDEXED:
        raise BadPicture(f"has {len(palette)} colors, a GIF at most {MAX_INDEXED}: save it as PNG or WebP")
    height, width = frame.shape[:2]
    indices = Image.fromarray(index(frame, palette))
    bits = max(2, _bits(palette))  # LZW starts at two bits
    local = b"" if shared else _table(palette)
    flags = 0x80 | _bits(palette) - 1 if local else 0
    place = pack("<BHHHHB", IMAGE, 0, 0, width, height, flags)
    stream = bytes([bits]) + indices.tobytes("gif", "L", bits, 0) + b"\0"
    clear, hundredths = palette.transparent, (milliseconds + 5) // 10
    packed = KEEP << 2 if clear is None else CLEAR << 2 | 1
    control = pack("<BBBBHBB", EXTENSION, CONTROL, 4, packed, hundredths, clear or 0, 0)
    return control, place, local, stream


def _bits(palette: Palette) -> int:
    """Bits of an index: a table has 2 to this power entries."""
    return max(1, (len(palette) - 1).bit_length())


def _table(palette: Palette) -> bytes:
    """The colors, padded to a power of two with copies of an opaque one, so that no new color appears."""
    if len(palette) > MAX_INDEXED:
        raise BadPalette(f"the palette has {len(palette)} colors, a GIF at most {MAX_INDEXED}: reduce it")
    opaque = palette.colors[palette.colors[:, 3] > 0]
    filler = opaque[:1, :3].tobytes() or bytes(3)
    return palette.colors[:, :3].tobytes() + filler * ((1 << _bits(palette)) - len(palette))
