"""Read and write picture files as arrays: PNG, APNG, GIF, WebP, Aseprite; still or moving; exact both ways.

The reader is chosen by the file's first bytes, the writer by the suffix. Frames are uint8 RGBA on the full canvas,
color under alpha 0 is 0, 16 bits become 8 by rounding, and an indexed file's palette keeps its order.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from spriteloom.errors import BadPalette, BadPicture
from spriteloom.pixels.alpha import clear_hidden
from spriteloom.pixels.arrays import Pixels
from spriteloom.pixels.disk import read_bytes, write_bytes
from spriteloom.pixels.formats.pages import PNG, Pages, Pick, all_frames
from spriteloom.pixels.palette import Palette

READERS: dict[str, Callable[[bytes], bool]] = {  # module in `formats` → whether it reads such bytes
    "png_reader": lambda data: data.startswith(PNG),
    "gif_reader": lambda data: data.startswith((b"GIF87a", b"GIF89a")),
    "webp": lambda data: data[:4] == b"RIFF" and data[8:12] == b"WEBP",
    "aseprite_reader": lambda data: len(data) >= 128 and data[4:6] == b"\xe0\xa5",
}
WRITERS = {  # suffix → module in `formats`
    ".png": "png_writer", ".apng": "png_writer", ".gif": "gif_writer", ".webp": "webp",
    ".aseprite": "aseprite_writer", ".ase": "aseprite_writer",
}  # fmt: skip


def read_pages(source: str | Path | bytes, *, name: str = "", pick: Pick = all_frames) -> Pages:
    """The picked frames of a file, given as a path or as its bytes. Raises BadPicture, which begins with the name."""
    title = name or ("picture" if isinstance(source, bytes) else str(source))
    try:
        data = source if isinstance(source, bytes) else read_bytes(source, BadPicture)
        pages: Pages = _reader(data).read(data, pick)
    except BadPicture as reason:
        raise BadPicture(f"{title} {reason}") from None
    return pages


def write_pages(pages: Pages, path: Path) -> None:
    """Write frames, in which color under alpha 0 is 0, in the format of the suffix. Raises as `save_sprite`."""
    name = WRITERS.get(path.suffix.lower())
    if name is None:
        raise BadPicture(f"{path} has a suffix that cannot be written: use one of {' '.join(WRITERS)}")
    try:
        data: bytes = _format(name).write(pages)
    except BadPicture as reason:
        raise BadPicture(f"cannot save {path}: the picture {reason}") from None
    except BadPalette as reason:
        raise BadPalette(f"cannot save {path}: {reason}") from None
    write_bytes(path, data, BadPicture)


def encode_png(pixels: Pixels, palette: Palette | None = None, *, level: int = 1) -> bytes:
    """A picture (h, w, 4) as a PNG, RGBA or indexed by `palette`; `level` is deflate's, 0 to 9. Raises BadPalette."""
    data: bytes = _format("png_writer").write(Pages([clear_hidden(pixels)], [0], 1, palette), level)
    return data


def _reader(data: bytes) -> Any:
    """The module that reads such bytes. Raises BadPicture if there is none."""
    for module, matches in READERS.items():
        if matches(data):
            return _format(module)
    if not data:
        raise BadPicture("is an empty file: fetch or export it again")
    raise BadPicture("is not a PNG, GIF, WebP or Aseprite file: convert it or leave it out")


def _format(module: str) -> Any:
    return import_module(f"spriteloom.pixels.formats.{module}")
