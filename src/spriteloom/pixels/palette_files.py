"""Palettes to files and back: .gpl .hex .pal .txt .ase .png. Reading trusts the content before the suffix."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from spriteloom.errors import BadPalette, BadPicture
from spriteloom.pixels import palette_ase, palette_text
from spriteloom.pixels.disk import read_bytes, write_bytes
from spriteloom.pixels.files import encode_png, open_animation
from spriteloom.pixels.formats.png_chunks import SIGNATURE as PNG
from spriteloom.pixels.palette import Palette

MAX_BYTES = 2**20  # a palette file of a million bytes is none

ASEPRITE = b"\xe0\xa5"  # at byte 4 of a sprite that shares Adobe's suffix


def open_palette(source: str | Path | bytes, *, name: str = "") -> Palette:
    """The colors of a palette file, given as a path or as its bytes, in their order.

    GIMP, JASC, Adobe swatches and a PNG one pixel high or wide are known by their content. Lines of eight
    hexadecimal digits are AARRGGBB in a .txt or behind a paint.net comment, RRGGBBAA otherwise. Raises
    BadPalette.
    """
    called = name or ("palette" if isinstance(source, bytes) else str(source))
    try:
        data = source if isinstance(source, bytes) else read_bytes(source, BadPalette, MAX_BYTES)
        return _read(data, Path(called).suffix.lower())
    except (BadPalette, BadPicture) as reason:
        raise BadPalette(f"{called} {reason}") from None


def save_palette(palette: Palette, path: str | Path) -> None:
    """Write by suffix, atomically; opening it again gives an equal palette. Raises BadPalette."""
    path = Path(path)
    writer = WRITERS.get(path.suffix.lower())
    if writer is None:
        raise BadPalette(f"{path} has no suffix of a palette: use one of {' '.join(WRITERS)}")
    try:
        data = writer(palette)
    except BadPalette as reason:
        raise BadPalette(f"cannot save {path}: {reason}") from None
    write_bytes(path, data, BadPalette)


def _read(data: bytes, suffix: str) -> Palette:
    """Whatever kind of palette the bytes are."""
    if data.startswith(PNG):
        return _strip(data)
    if data.startswith(palette_ase.MAGIC):
        return palette_ase.read(data)
    if data.startswith(b"RIFF"):
        raise BadPalette("is a RIFF palette of Windows, which we do not read: save it as a JASC palette")
    if data[4:6] == ASEPRITE:
        raise BadPalette("is a sprite of Aseprite, no palette: export its palette as .gpl")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadPalette(f"is no palette we know: use one of {' '.join(WRITERS)}") from None
    return _text_reader(text.lstrip(), suffix)(text)


def _text_reader(text: str, suffix: str) -> Callable[[str], Palette]:
    """Which of the text formats this is."""
    if not text:
        raise BadPalette("is empty: export it again")
    if text.startswith(palette_text.GIMP):
        return palette_text.read_gpl
    if text.startswith(palette_text.JASC):
        return palette_text.read_jasc
    if text.startswith(";") or suffix == ".txt":
        return palette_text.read_paint_net
    if suffix == ".hex" or re.match(r"#?[0-9a-fA-F]{6,8}\s", text + "\n"):
        return palette_text.read_hex
    raise BadPalette(f"is no palette we know: use one of {' '.join(WRITERS)}")


def _strip(data: bytes) -> Palette:
    """A PNG one pixel high or wide, one color a pixel."""
    pixels = open_animation(data).frames[0].pixels
    if 1 not in pixels.shape[:2]:
        size = f"{pixels.shape[1]}×{pixels.shape[0]}"
        raise BadPalette(
            f"is a picture of {size}: a palette is one pixel high; take Palette.of(pixels) for its colors"
        )
    return Palette(pixels.reshape(-1, 4))


WRITERS: dict[str, Callable[[Palette], bytes]] = {
    ".gpl": lambda palette: palette_text.write_gpl(palette).encode(),
    ".hex": lambda palette: palette_text.write_hex(palette).encode(),
    ".pal": lambda palette: palette_text.write_jasc(palette).encode(),
    ".txt": lambda palette: palette_text.write_paint_net(palette).encode(),
    ".ase": palette_ase.write,
    ".png": lambda palette: encode_png(palette.colors[None], level=9),
}
