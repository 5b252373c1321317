"""The verbs encode, decode and reconstruct: files through a codec and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spriteloom.cli.options import DeviceName, Out, Run
from spriteloom.cli.printing import say

if TYPE_CHECKING:
    from spriteloom.models.capabilities import SpriteCoder
    from spriteloom.pixels import Sprite

Inputs = Annotated[list[Path], typer.Argument(help="Picture files or folders of them.")]
Careful = Annotated[
    bool, typer.Option("--careful", help="Of a tokenizer: search for better codes, a hundred times as slow.")
]
SUFFIXES = {".png", ".gif", ".apng", ".webp"}


def add_to(app: typer.Typer) -> None:
    app.command()(encode)
    app.command()(decode)
    app.command()(reconstruct)


def encode(
    inputs: Inputs, model: Run, out: Out, careful: Careful = False, device: DeviceName = "auto"
) -> None:
    """Pictures → one file of codes, which the same run decodes: .parquet for any number of them, or .npz."""
    from spriteloom.codecs.code_streams import SUFFIX, concatenate_codes, encode_chunks, save_stream

    coder = _coder(model, device, careful=careful)
    chunks = encode_chunks(coder, _open_all(inputs))
    if out.suffix == SUFFIX:
        many = save_stream(chunks, coder.m, out)
    else:
        codes = concatenate_codes(chunks)
        codes.save(out)
        many = len(codes)
    say(f"the codes of {many:,} sprites in {out}")


def decode(
    codes: Annotated[Path, typer.Argument(help="A .parquet or .npz of codes.")],
    model: Run,
    out: Out,
    device: DeviceName = "auto",
) -> None:
    """Codes → PNG files in a folder, in the sizes that the pictures had."""
    from spriteloom.codecs.code_streams import SUFFIX, open_stream
    from spriteloom.codecs.codes import Codes

    coder = _coder(model, device)
    chunks = open_stream(codes) if codes.suffix == SUFFIX else iter((Codes.open(codes),))
    _save_all((sprite for chunk in chunks for sprite in coder.decode(chunk)), out)


def reconstruct(
    inputs: Inputs, model: Run, out: Out, careful: Careful = False, device: DeviceName = "auto"
) -> None:
    """Pictures → codes → PNG files in a folder: what the codec keeps of them."""
    from spriteloom.codecs.code_streams import encode_chunks

    coder = _coder(model, device, careful=careful)
    chunks = encode_chunks(coder, _open_all(inputs))
    _save_all((sprite for chunk in chunks for sprite in coder.decode(chunk)), out)


def _coder(model: str, device: str, *, careful: bool = False) -> SpriteCoder:
    """What makes codes of sprites and sprites of codes."""
    from spriteloom.models.capabilities import Encodes, need
    from spriteloom.models.load import load

    coder = need(load(model, device), Encodes)
    return coder.careful() if careful else coder


def _open_all(inputs: list[Path]) -> Iterator[Sprite]:
    """The first frame of every picture, one at a time; one that cannot be read is named and left out.

    Raises BadPicture where none is left: what is wrong with the first.
    """
    from spriteloom.errors import BadPicture
    from spriteloom.pixels import Sprite

    faults = []
    opened = 0
    for file in (file for given in inputs for file in _files(given)):
        try:
            sprite = Sprite.open(file)
        except BadPicture as fault:
            faults.append(fault)
        else:
            opened += 1
            yield sprite
    if not opened:
        none = BadPicture(f"{inputs[0]} holds no picture: name PNG, GIF or WebP files")
        raise faults[0] if faults else none
    for left_out in faults:
        say(f"left out: {left_out}")


def _files(given: Path) -> list[Path]:
    """The pictures of a folder, sorted; a file as it is."""
    if not given.is_dir():
        return [given]
    return sorted(path for path in given.rglob("*") if path.suffix.lower() in SUFFIXES)


def _save_all(sprites: Iterable[Sprite], out: Path) -> None:
    """Each as a PNG under its own name in the folder `out`, which is made when the first is there."""
    from spriteloom.errors import BadPicture
    from spriteloom.pixels.disk import make_folder

    names: set[str] = set()
    for sprite in sprites:
        make_folder(out, BadPicture)
        sprite.save(out / f"{_free_name(sprite.name, names)}.png")
    say(f"{len(names)} sprites in {out}")


def _free_name(wanted: str, taken: set[str]) -> str:
    """A file's name without a folder in it, numbered where another sprite has it; it is taken now."""
    name = first = Path(wanted).name or "sprite"
    number = 1
    while name in taken:
        number += 1
        name = f"{first}-{number}"
    taken.add(name)
    return name
