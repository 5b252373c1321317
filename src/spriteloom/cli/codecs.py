"""The verbs encode, decode and reconstruct: picture files through a codec and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from spriteloom.cli.options import DEFAULT_CODEC, DeviceName, OutFolder, Run, Show
from spriteloom.cli.printing import say
from spriteloom.progress import tracked

if TYPE_CHECKING:
    from spriteloom.models.capabilities import SpriteCoder
    from spriteloom.pixels import Sprite

Inputs = Annotated[list[Path], Argument(help="Picture files or folders of them.")]
Careful = Annotated[
    bool, Option("--careful", help="Of a tokenizer: search for better codes, 100 times slower.")
]
SHOWN = 64  # sprites that --show prints of a stream
SUFFIXES = {".png", ".gif", ".apng", ".webp"}


def encode(
    inputs: Inputs,
    out: Annotated[Path, Option(help="The file of codes to write: .parquet or .npz.")],
    model: Run = DEFAULT_CODEC,
    careful: Careful = False,
    device: DeviceName = "auto",
) -> None:
    """Encode pictures into one file of codes.

    The same run decodes it. A .parquet file is written as a stream, for any number of pictures.
    """
    from spriteloom.codecs.code_streams import SUFFIX, concatenate_codes, encode_chunks, save_stream

    coder = _coder(model, device, careful=careful)
    chunks = encode_chunks(coder, _open_all(inputs))
    if out.suffix == SUFFIX:
        count = save_stream(chunks, coder.m, out)
    else:
        codes = concatenate_codes(chunks)
        codes.save(out)
        count = len(codes)
    say(f"the codes of {count:,} sprites in {out}")


def decode(
    codes: Annotated[Path, Argument(help="A file of codes, .parquet or .npz.")],
    out: OutFolder,
    model: Run = DEFAULT_CODEC,
    device: DeviceName = "auto",
    show: Show = False,
) -> None:
    """Decode a file of codes into PNG files of the pictures' sizes."""
    from spriteloom.codecs.code_streams import SUFFIX, open_stream
    from spriteloom.codecs.codes import Codes

    coder = _coder(model, device)
    chunks = open_stream(codes) if codes.suffix == SUFFIX else iter((Codes.open(codes),))
    _save_all((sprite for chunk in chunks for sprite in coder.decode(chunk)), out, show=show)


def reconstruct(
    inputs: Inputs,
    out: OutFolder,
    model: Run = DEFAULT_CODEC,
    careful: Careful = False,
    device: DeviceName = "auto",
    show: Show = False,
) -> None:
    """Encode and decode pictures: PNG files of what a codec keeps."""
    from spriteloom.codecs.code_streams import encode_chunks

    coder = _coder(model, device, careful=careful)
    chunks = encode_chunks(coder, _open_all(inputs))
    _save_all((sprite for chunk in chunks for sprite in coder.decode(chunk)), out, show=show)


def _coder(model: str, device: str, *, careful: bool = False) -> SpriteCoder:
    from spriteloom.models.capabilities import Encodes, need
    from spriteloom.models.load import load

    coder = need(load(model, device), Encodes)
    return coder.careful() if careful else coder


def _open_all(inputs: list[Path]) -> Iterator[Sprite]:
    """The first frame of every picture, one at a time; a picture that cannot be read is named and skipped.

    Raises the first picture's BadPicture if no picture can be read.
    """
    from spriteloom.errors import BadPicture
    from spriteloom.pixels import Sprite

    faults = []
    opened = 0
    for file in tracked([file for path in inputs for file in _files(path)], "reading pictures"):
        try:
            sprite = Sprite.open(file)
        except BadPicture as fault:
            faults.append(fault)
        else:
            opened += 1
            yield sprite
    if not opened:
        empty = BadPicture(f"{inputs[0]} holds no picture: name PNG, GIF or WebP files")
        raise faults[0] if faults else empty
    for reason in faults:
        say(f"left out: {reason}")


def _files(path: Path) -> list[Path]:
    """The pictures in and below a folder, sorted; a file as it is."""
    if not path.is_dir():
        return [path]
    from spriteloom.export.sprite_folder import is_contact_sheet

    files = sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES)
    return [file for file in files if not is_contact_sheet(file)]


def _save_all(sprites: Iterable[Sprite], out: Path, *, show: bool) -> None:
    """Save each as a PNG of its name in the folder `out`, made with the first sprite; `show` prints the first few."""
    from spriteloom.cli.show import print_sprites
    from spriteloom.errors import BadPicture
    from spriteloom.pixels.disk import make_folder

    names: set[str] = set()
    first: list[Sprite] = []
    for sprite in tracked(sprites, "writing sprites"):
        make_folder(out, BadPicture)
        sprite.save(out / f"{_free_name(sprite.name, names)}.png")
        first += [sprite] if len(first) < SHOWN else []
    if show:
        print_sprites(first)
    say(f"{len(names)} sprites in {out}")


def _free_name(sprite: str, taken: set[str]) -> str:
    """Add a file's name without a folder to `taken`, with a number if another sprite has that name."""
    name = first = Path(sprite).name or "sprite"
    number = 1
    while name in taken:
        number += 1
        name = f"{first}-{number}"
    taken.add(name)
    return name
