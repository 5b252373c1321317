"""Files to sprites and back: PNG, APNG, GIF, WebP, Aseprite; still or moving; exact both ways.

Reading looks at the bytes, never at the suffix. Whatever the format: uint8 RGBA, every frame on the full
canvas, color under alpha 0 is 0, partial alpha is kept, 16 bits become 8 by rounding, an indexed file's
palette keeps its order. What is more than `MAX_PIXELS` (width × height × frames) is refused before anything
is decoded. Writing goes by the suffix, and is atomic. Knows nothing of data sets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from spriteloom.errors import BadPalette, BadPicture
from spriteloom.pixels.alpha import clear_hidden
from spriteloom.pixels.animation import Animation
from spriteloom.pixels.arrays import Pixels
from spriteloom.pixels.disk import read_bytes, write_bytes
from spriteloom.pixels.formats.pages import Pages, Pick, Reader, every
from spriteloom.pixels.palette import Palette
from spriteloom.pixels.sprite import Sprite

WRITERS = {  # suffix → the module in `formats` that writes it
    ".png": "png_writer",
    ".apng": "png_writer",
    ".gif": "gif_writer",
    ".webp": "webp",
    ".aseprite": "aseprite_writer",
    ".ase": "aseprite_writer",
}


def open_animation(source: str | Path | bytes, *, name: str = "", pick: Pick = every) -> Animation:
    """The frames of a picture file, given as a path or as its bytes. A still has one frame, (0,) ms, loop 1.

    `pick` is told how many frames there are and answers which to decode, in what order: a few cost less than
    all. `name` becomes the sprites' name and stands in messages; a path's stem otherwise. Raises BadPicture,
    in one line.
    """
    with _named(source, name):
        data = _data(source)
        pages = _reader(data).read(data, pick)
    title = name or ("" if isinstance(source, bytes) else Path(source).stem)
    frames = (Sprite(pixels=pixels, name=title, palette=pages.palette) for pixels in pages.frames)
    return Animation(tuple(frames), tuple(pages.durations), pages.loop, tuple(pages.tags))


def frame_count(source: str | Path | bytes, *, name: str = "") -> int:
    """How many frames a picture file has, without decoding any. Raises BadPicture."""
    with _named(source, name):
        data = _data(source)
        return _reader(data).count(data)


def save_sprite(sprite: Sprite, path: str | Path) -> None:
    """Write a picture as .png, .gif, lossless .webp or .aseprite; indexed, in order, where it has a palette.

    Raises BadPicture for another suffix, for what the format cannot hold and for what the disk refuses,
    BadPalette if the palette does not hold every pixel.
    """
    save_animation(Animation((sprite,), (0,), 1), path)


def save_animation(animation: Animation, path: str | Path) -> None:
    """Write all frames as .png or .apng (APNG), .gif, lossless .webp or .aseprite; no pixel differs.

    Indexed where all frames have the same palette. A GIF rounds durations to hundredths of a second. Raises
    as `save_sprite` does.
    """
    path = Path(path)
    name = WRITERS.get(path.suffix.lower())
    if name is None:
        raise BadPicture(f"{path} has no suffix we write: use one of {' '.join(WRITERS)}")
    frames = [clear_hidden(frame.pixels) for frame in animation.frames]
    palettes = {frame.palette for frame in animation.frames}
    palette = palettes.pop() if len(palettes) == 1 else None
    try:
        data: bytes = _format(name).write(
            Pages(frames, animation.durations, animation.loop, palette, animation.tags)
        )
    except BadPicture as reason:
        raise BadPicture(f"cannot save {path}: the picture {reason}") from None
    except BadPalette as reason:
        raise BadPalette(f"cannot save {path}: {reason}") from None
    write_bytes(path, data, BadPicture)


def encode_png(pixels: Pixels, palette: Palette | None = None, *, level: int = 1) -> bytes:
    """A picture (h, w, 4) as the bytes of a PNG: RGBA, or indexed on `palette`. `level` is deflate's, 0 to 9.

    Level 1 is for stores that are written often; files take 9. Raises BadPalette for a pixel that is not on
    it.
    """
    from spriteloom.pixels.formats import png_writer

    return png_writer.write(Pages([clear_hidden(pixels)], [0], 1, palette), level)


def _data(source: str | Path | bytes) -> bytes:
    return source if isinstance(source, bytes) else read_bytes(source, BadPicture)


def _reader(data: bytes) -> Reader:
    """The module that reads such bytes, imported when it is needed. Raises BadPicture if there is none."""
    reader: Reader
    for module, is_its_own in _READERS.items():
        if is_its_own(data):
            reader = _format(module)
            return reader
    if not data:
        raise BadPicture("is an empty file: fetch or export it again")
    raise BadPicture(
        "is no PNG, GIF, WebP or Aseprite sprite, whatever its name says: convert it, or leave it out"
    )


_READERS: dict[str, Callable[[bytes], bool]] = {
    "png_reader": lambda data: data.startswith(_format("png_chunks").SIGNATURE),
    "gif_reader": lambda data: data.startswith(_format("gif_blocks").SIGNATURES),
    "webp": lambda data: bool(_format("webp").is_webp(data)),
    "aseprite_reader": lambda data: bool(_format("aseprite_chunks").is_aseprite(data)),
}


def _format(module: str) -> Any:
    return import_module(f"spriteloom.pixels.formats.{module}")


@contextmanager
def _named(source: str | Path | bytes, name: str) -> Iterator[None]:
    """Put the file's name before whatever is said against it."""
    called = name or ("picture" if isinstance(source, bytes) else str(source))
    try:
        yield
    except BadPicture as reason:
        raise BadPicture(f"{called} {reason}") from None
