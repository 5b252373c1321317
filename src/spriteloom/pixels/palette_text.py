"""Palettes as text: GIMP .gpl, .hex, JASC .pal, paint.net .txt. Text to colors and back; knows no files.

Opaque palettes are written in each format's plain form. Others carry alpha: a fourth column (.gpl with
"Channels: RGBA", as Aseprite has it; JASC), RRGGBBAA (.hex), AARRGGBB (paint.net, always).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

from spriteloom.errors import BadPalette
from spriteloom.pixels.palette import Palette

GIMP, JASC = "GIMP Palette", "JASC-PAL"  # first lines
PAINT_NET = ";paint.net Palette File"

Color = tuple[int, ...]  # r, g, b or r, g, b, a


def read_gpl(text: str) -> Palette:
    """GIMP: "r g b name" a line, after a head; with four columns under "Channels: RGBA"."""
    lines = _lines(text)[1:]
    wide = 4 if any(re.fullmatch(r"channels:\s*rgba", line, re.IGNORECASE) for line in lines) else 3
    colors = [line for line in lines if line[0].isdigit()]
    return _palette(_decimal(line, wide) for line in colors)


def write_gpl(palette: Palette) -> str:
    """GIMP's, with Unix line ends."""
    wide = _channels(palette)
    head = [GIMP, "Channels: RGBA"] if wide == 4 else [GIMP]
    return "\n".join([*head, "#", *(" ".join(map(str, c)) for c in palette.colors[:, :wide].tolist()), ""])


def read_jasc(text: str) -> Palette:
    """JASC (Paint Shop Pro): head, version, how many, "r g b" or "r g b a" a line."""
    lines = _lines(text)[1:]
    if len(lines) < 2 or not lines[1].isdigit() or int(lines[1]) != len(lines) - 2:
        raise BadPalette("is a damaged JASC palette: its count is not its number of colors; export it again")
    return _palette(_decimal(line, len(line.split())) for line in lines[2:])


def write_jasc(palette: Palette) -> str:
    """JASC's, with Windows line ends, which its readers insist on."""
    colors = palette.colors[:, : _channels(palette)].tolist()
    return "\r\n".join([JASC, "0100", str(len(palette)), *(" ".join(map(str, c)) for c in colors), ""])


def read_hex(text: str) -> Palette:
    """RRGGBB or RRGGBBAA a line, with or without #."""
    return _palette(_hexadecimal(line) for line in _lines(text))


def write_hex(palette: Palette) -> str:
    """RRGGBB, or RRGGBBAA if any color is not opaque; Windows line ends, as Lospec writes them."""
    return "".join(bytes(c).hex() + "\r\n" for c in palette.colors[:, : _channels(palette)].tolist())


def read_paint_net(text: str) -> Palette:
    """AARRGGBB a line, or RRGGBB for opaque ones; a line that starts with ; is a comment."""
    found = (_hexadecimal(line) for line in _lines(text) if not line.startswith(";"))
    return _palette((*color[1:], color[0]) if len(color) == 4 else color for color in found)


def write_paint_net(palette: Palette) -> str:
    """paint.net's, with Windows line ends."""
    alpha_first = np.roll(palette.colors, 1, axis=1).tolist()
    return "\r\n".join([PAINT_NET, *(bytes(c).hex().upper() for c in alpha_first), ""])


def _lines(text: str) -> list[str]:
    """Lines with something on them."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _channels(palette: Palette) -> int:
    return 3 if (palette.colors[:, 3] == 255).all() else 4


def _decimal(line: str, wide: int) -> Color:
    parts = line.split()[:wide]
    if (
        wide not in (3, 4)
        or len(parts) < wide
        or not all(part.isascii() and part.isdigit() for part in parts)
    ):
        raise BadPalette(f"has the line {line[:40]!r}, which is no color: mend or remove it")
    return tuple(int(part) for part in parts)


def _hexadecimal(line: str) -> Color:
    if not re.fullmatch(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{8})", line):
        raise BadPalette(f"has the line {line[:40]!r}, which is no color: mend or remove it")
    return tuple(bytes.fromhex(line.removeprefix("#")))


def _palette(colors: Iterable[Color]) -> Palette:
    rgba = [color if len(color) == 4 else (*color, 255) for color in colors]
    if not rgba:
        raise BadPalette("has no color in it: export it again")
    if max(map(max, rgba)) > 255:
        raise BadPalette("has a color above 255: mend it")
    return Palette(rgba)
