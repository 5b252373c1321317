"""Read and write palettes: GIMP .gpl, .hex, JASC .pal, paint.net .txt, Adobe .ase, and a .png of one row.

The reader is chosen by the content, and by the suffix where that leaves a choice. Palettes that are not opaque carry
alpha: a fourth column (.gpl with "Channels: RGBA", as Aseprite writes it; JASC), RRGGBBAA (.hex), AARRGGBB
(paint.net, always). Adobe's CMYK and Lab colors have no exact pixel and are refused.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from spriteloom.errors import BadPalette, BadPicture
from spriteloom.pixels.disk import read_bytes, write_bytes
from spriteloom.pixels.files import encode_png, read_pages
from spriteloom.pixels.formats.pages import PNG
from spriteloom.pixels.named_palettes import named_palette
from spriteloom.pixels.palette import Palette

MAX_BYTES = 2**20  # of a palette file
GIMP, JASC, ADOBE = "GIMP Palette", "JASC-PAL", b"ASEF"  # the first bytes of a file
PAINT_NET = ";paint.net Palette File"
ASEPRITE = b"\xe0\xa5"  # at byte 4 of an Aseprite file, which has Adobe's suffix
ADOBE_COLOR = 0x0001  # kind of a block that holds a color; others open and close groups
ADOBE_GLOBAL = 0  # kind of the swatches written
ADOBE_CHANNELS = {b"RGB ": 3, b"Gray": 1}

Color = tuple[int, ...]  # r, g, b or r, g, b, a


def open_palette(source: str | Path | bytes, *, name: str = "") -> Palette:
    """The colors of a palette in their order: of a file, given as a path or as its bytes, or of a famous one by name.

    A file goes before a name of `named_palettes.py`. Lines of eight hexadecimal digits are AARRGGBB in a .txt or
    after a paint.net comment, RRGGBBAA otherwise. Raises BadPalette.
    """
    title = name or ("palette" if isinstance(source, bytes) else str(source))
    if not isinstance(source, bytes) and _can_be_name(Path(source)):
        return named_palette(str(source))
    try:
        data = source if isinstance(source, bytes) else read_bytes(source, BadPalette, MAX_BYTES)
        return _read(data, Path(title).suffix.lower())
    except (BadPalette, BadPicture) as reason:
        raise BadPalette(f"{title} {reason}") from None


def save_palette(palette: Palette, path: str | Path) -> None:
    """Write in the format of the suffix, atomically. Raises BadPalette for what the format cannot hold."""
    path = Path(path)
    writer = WRITERS.get(path.suffix.lower())
    if writer is None:
        raise BadPalette(f"{path} has no suffix of a palette: use one of {' '.join(WRITERS)}")
    try:
        data = writer(palette)
    except BadPalette as reason:
        raise BadPalette(f"cannot save {path}: {reason}") from None
    write_bytes(path, data, BadPalette)


def _can_be_name(path: Path) -> bool:
    """Whether there is no such file, and nothing in the path that a name cannot have."""
    return path.name == str(path) and not path.suffix and not path.exists()


def _read(data: bytes, suffix: str) -> Palette:
    if data.startswith(PNG):
        return _read_png(data)
    if data.startswith(ADOBE):
        return _read_adobe(data)
    if data.startswith(b"RIFF"):
        raise BadPalette("is a RIFF palette of Windows, which cannot be read: save it as a JASC palette")
    if data[4:6] == ASEPRITE:
        raise BadPalette("is a sprite of Aseprite, not a palette: export its palette as .gpl")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadPalette(f"is not a known palette: use one of {' '.join(WRITERS)}") from None
    return _read_text(text.lstrip(), suffix)


def _read_text(text: str, suffix: str) -> Palette:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not text:
        raise BadPalette("is empty: export it again")
    if text.startswith(GIMP):
        return _read_gimp(lines[1:])
    if text.startswith(JASC):
        return _read_jasc(lines[1:])
    if text.startswith(";") or suffix == ".txt":
        colors = (_hexadecimal(line) for line in lines if not line.startswith(";"))
        return _palette((*color[1:], color[0]) if len(color) == 4 else color for color in colors)
    if suffix == ".hex" or re.match(r"#?[0-9a-fA-F]{6,8}\s", text + "\n"):
        return _palette(_hexadecimal(line) for line in lines)
    raise BadPalette(f"is not a known palette: use one of {' '.join(WRITERS)}")


def _read_png(data: bytes) -> Palette:
    pixels = read_pages(data).frames[0]
    if 1 not in pixels.shape[:2]:
        size = f"{pixels.shape[1]}×{pixels.shape[0]}"
        raise BadPalette(f"is a picture of {size}, but a palette is one pixel high: take Palette.of(pixels)")
    return Palette(pixels.reshape(-1, 4))


def _read_gimp(lines: list[str]) -> Palette:
    """Lines "r g b name" after a header; "r g b a name" after "Channels: RGBA"."""
    channels = 4 if any(re.fullmatch(r"channels:\s*rgba", line, re.IGNORECASE) for line in lines) else 3
    return _palette(_decimal(line, channels) for line in lines if line[0].isdigit())


def _read_jasc(lines: list[str]) -> Palette:
    """JASC (Paint Shop Pro): version, number of colors, lines "r g b" or "r g b a"."""
    if len(lines) < 2 or not lines[1].isdigit() or int(lines[1]) != len(lines) - 2:
        raise BadPalette("is a damaged JASC palette: its count is not its number of colors; export it again")
    return _palette(_decimal(line, len(line.split())) for line in lines[2:])


def _read_adobe(data: bytes) -> Palette:
    colors, at = [], len(ADOBE) + 8
    try:
        _, _, blocks = struct.unpack_from(">HHI", data, len(ADOBE))
        for _ in range(blocks):
            kind, length = struct.unpack_from(">HI", data, at)
            if kind == ADOBE_COLOR:
                colors.append(_adobe_color(data, at + 6))
            at += 6 + length
    except struct.error:
        raise BadPalette("is truncated: export it again") from None
    return _palette(colors)


def _adobe_color(data: bytes, at: int) -> Color:
    """A color block's body: its name's length in UTF-16 units, the name, a model, a float a channel."""
    (units,) = struct.unpack_from(">H", data, at)
    at += 2 + 2 * units
    (model,) = struct.unpack_from(">4s", data, at)
    if model not in ADOBE_CHANNELS:
        name = "".join(c for c in model.decode("ascii", "ignore").strip() if c.isprintable())
        raise BadPalette(f"has {name or 'unknown'} colors: save it as RGB swatches")
    values = struct.unpack_from(f">{ADOBE_CHANNELS[model]}f", data, at + 4)
    if not all(0 <= value <= 1 for value in values):
        raise BadPalette("has a color outside 0..1: export it again")
    return tuple(round(value * 255) for value in (values if len(values) == 3 else values * 3))


def _decimal(line: str, channels: int) -> Color:
    parts = line.split()[:channels]
    numbers = all(part.isascii() and part.isdigit() for part in parts)
    if channels not in (3, 4) or len(parts) < channels or not numbers:
        raise BadPalette(f"has the line {line[:40]!r}, which is not a color: correct or remove it")
    return tuple(int(part) for part in parts)


def _hexadecimal(line: str) -> Color:
    if not re.fullmatch(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{8})", line):
        raise BadPalette(f"has the line {line[:40]!r}, which is not a color: correct or remove it")
    return tuple(bytes.fromhex(line.removeprefix("#")))


def _palette(colors: Iterable[Color]) -> Palette:
    rgba = [color if len(color) == 4 else (*color, 255) for color in colors]
    if not rgba:
        raise BadPalette("has no color in it: export it again")
    if max(map(max, rgba)) > 255:
        raise BadPalette("has a color above 255: correct it")
    return Palette(rgba)


def _write_gimp(palette: Palette) -> bytes:
    colors = _rows(palette)
    head = [GIMP, "Channels: RGBA"] if len(colors[0]) == 4 else [GIMP]
    return "\n".join([*head, "#", *(" ".join(map(str, c)) for c in colors), ""]).encode()


def _write_jasc(palette: Palette) -> bytes:
    """With Windows line ends, which JASC's readers need."""
    lines = [" ".join(map(str, c)) for c in _rows(palette)]
    return "\r\n".join([JASC, "0100", str(len(palette)), *lines, ""]).encode()


def _write_hex(palette: Palette) -> bytes:
    """RRGGBB, or RRGGBBAA if any color is not opaque; Windows line ends, as Lospec writes them."""
    return "".join(bytes(c).hex() + "\r\n" for c in _rows(palette)).encode()


def _write_paint_net(palette: Palette) -> bytes:
    alpha_first = np.roll(palette.colors, 1, axis=1).tolist()
    return "\r\n".join([PAINT_NET, *(bytes(c).hex().upper() for c in alpha_first), ""]).encode()


def _write_adobe(palette: Palette) -> bytes:
    """One swatch a color, named by its hexadecimal value. Raises BadPalette if a color is not opaque."""
    if (palette.colors[:, 3] < 255).any():
        raise BadPalette("an Adobe palette holds no transparency: use .gpl, .hex, .txt or .png")
    data = ADOBE + struct.pack(">HHI", 1, 0, len(palette))
    for rgb in palette.colors[:, :3].tolist():
        name = f"#{bytes(rgb).hex()}\0".encode("utf-16-be")
        body = struct.pack(">H", len(name) // 2) + name
        body += struct.pack(">4s3fH", b"RGB ", *(v / 255 for v in rgb), ADOBE_GLOBAL)
        data += struct.pack(">HI", ADOBE_COLOR, len(body)) + body
    return data


def _rows(palette: Palette) -> list[list[int]]:
    """The colors with three channels if all are opaque, else with four."""
    opaque = (palette.colors[:, 3] == 255).all()
    rows: list[list[int]] = palette.colors[:, : 3 if opaque else 4].tolist()
    return rows


WRITERS: dict[str, Callable[[Palette], bytes]] = {
    ".gpl": _write_gimp,
    ".hex": _write_hex,
    ".pal": _write_jasc,
    ".txt": _write_paint_net,
    ".ase": _write_adobe,
    ".png": lambda palette: encode_png(palette.colors[None], level=9),
}
