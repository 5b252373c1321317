"""The verbs encode, decode and reconstruct: files through a codec and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spriteloom.cli.options import Out, Run
from spriteloom.cli.printing import say

if TYPE_CHECKING:
    from spriteloom.pixels import Sprite

Inputs = Annotated[list[Path], typer.Argument(help="Picture files or folders of them.")]
SUFFIXES = {".png", ".gif", ".apng", ".webp"}


def add_to(app: typer.Typer) -> None:
    app.command()(encode)
    app.command()(decode)
    app.command()(reconstruct)


def encode(inputs: Inputs, model: Run, out: Out) -> None:
    """Pictures → one .npz of codes, which the same run decodes."""
    from spriteloom.model import load

    codes = load(model).codec.encode(_open_all(inputs))
    codes.save(out)
    say(f"{len(codes)} sprites as {codes.grid.size:,} codes in {out}")


def decode(codes: Annotated[Path, typer.Argument(help="An .npz of codes.")], model: Run, out: Out) -> None:
    """Codes → PNG files in a folder, in the sizes that the pictures had."""
    from spriteloom.codecs.codes import Codes
    from spriteloom.model import load

    _save_all(load(model).codec.decode(Codes.open(codes)), out)


def reconstruct(inputs: Inputs, model: Run, out: Out) -> None:
    """Pictures → codes → PNG files in a folder: what the codec keeps of them."""
    from spriteloom.model import load

    codec = load(model).codec
    _save_all(codec.decode(codec.encode(_open_all(inputs))), out)


def _open_all(inputs: list[Path]) -> list[Sprite]:
    """The first frame of every picture; one that cannot be read is named and left out.

    Raises BadPicture where none is left.
    """
    from spriteloom.errors import BadPicture
    from spriteloom.pixels import Sprite

    files = [file for given in inputs for file in (_pictures_in(given) if given.is_dir() else [given])]
    sprites, faults = [], []
    for file in files:
        try:
            sprites.append(Sprite.open(file))
        except BadPicture as fault:
            faults.append(fault)
    if not sprites:
        raise (
            faults[0] if faults else BadPicture(f"{inputs[0]} holds no picture: name PNG, GIF or WebP files")
        )
    for fault in faults:
        say(f"left out: {fault}")
    return sprites


def _pictures_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)


def _save_all(sprites: list[Sprite], out: Path) -> None:
    from spriteloom.errors import BadPicture

    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise BadPicture(
            f"{out} cannot be made ({fault.strerror}): name a folder that can be written"
        ) from None
    taken: dict[str, int] = {}
    for sprite in sprites:
        name = Path(sprite.name).stem or "sprite"
        taken[name] = taken.get(name, 0) + 1
        sprite.save(out / (f"{name}.png" if taken[name] == 1 else f"{name}-{taken[name]}.png"))
    say(f"{len(sprites)} sprites in {out}")
