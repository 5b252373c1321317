"""The verb export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spriteloom.cli.options import Out, Seed
from spriteloom.cli.printing import say

if TYPE_CHECKING:
    from spriteloom.pixels import Animation

app = typer.Typer(help="Write what was made or trained as other programs lay it out.", no_args_is_help=True)

Folder = Annotated[Path, typer.Argument(help="A folder of sprites, as `spriteloom generate` writes one.")]
Mod = Annotated[str, typer.Option(help="What the mod is called: small letters and digits.")]
Pictures = Annotated[list[Path], typer.Argument(help="Picture files, still or moving, or folders of them.")]


@app.command()
def onnx(model: Annotated[str, typer.Argument(help="The run of a codec.")], out: Out) -> None:
    """A codec as ONNX files: decoder, nearest encoder, and the network's own."""
    from spriteloom.export.onnx_codec import export_onnx
    from spriteloom.models.capabilities import HasCodec, need
    from spriteloom.models.load import load

    paths = export_onnx(need(load(model, "cpu"), HasCodec).codec, out)
    say(f"{', '.join(path.name for path in paths)} in {out}")


@app.command()
def showdown(source: Folder, out: Out, mod: Mod = "spriteloom", seed: Seed = 0) -> None:
    """Creatures as a mod of Pokémon Showdown, with sprites, icons and a team."""
    from spriteloom.export.creatures import creatures
    from spriteloom.export.games.showdown import export_showdown

    found = creatures(source, seed=seed)
    export_showdown(found, out, mod=mod, seed=seed)
    say(f"{len(found)} creatures in {out}")


@app.command()
def essentials(source: Folder, out: Out, seed: Seed = 0) -> None:
    """Creatures as a tree of Pokémon Essentials v21."""
    from spriteloom.export.creatures import creatures
    from spriteloom.export.games.essentials import export_essentials

    found = creatures(source, seed=seed)
    export_essentials(found, out)
    say(f"{len(found)} creatures in {out}")


@app.command()
def tuxemon(source: Folder, out: Out, mod: Mod = "spriteloom", seed: Seed = 0) -> None:
    """Creatures as a mod of Tuxemon."""
    from spriteloom.export.creatures import creatures
    from spriteloom.export.games.tuxemon import export_tuxemon

    found = creatures(source, seed=seed)
    export_tuxemon(found, out, mod=mod, seed=seed)
    say(f"{len(found)} creatures in {out}")


@app.command()
def sheet(
    pictures: Pictures,
    out: Out,
    columns: Annotated[int | None, typer.Option(help="Cells in a row; about a square by default.")] = None,
    margin: Annotated[int, typer.Option(help="Pixels around and between cells.")] = 0,
    bare: Annotated[bool, typer.Option("--bare", help="Frames keyed 0, 1, …, as Phaser wants them.")] = False,
) -> None:
    """A sheet and Aseprite's JSON for each animation; stills of one size become one sheet."""
    import json

    from spriteloom.errors import RunError
    from spriteloom.export.sheets import aseprite_json, layout_of
    from spriteloom.export.sheets import sheet as drawn
    from spriteloom.pixels import save_sprite
    from spriteloom.pixels.disk import make_folder, write_bytes

    make_folder(out, RunError)
    found = _animations(pictures)
    for name, animation in found.items():
        layout = layout_of(animation, columns=columns, margin=margin)
        save_sprite(drawn(animation, layout), out / f"{name}.png")
        about = aseprite_json(animation, layout, f"{name}.png", bare=bare)
        write_bytes(out / f"{name}.json", json.dumps(about, indent=2).encode(), RunError)
    say(f"{len(found)} sheets in {out}")


@app.command()
def aseprite(pictures: Pictures, out: Out) -> None:
    """Each picture as a .aseprite, indexed where it has a palette."""
    from spriteloom.errors import RunError
    from spriteloom.pixels import open_animation, save_animation
    from spriteloom.pixels.disk import make_folder

    make_folder(out, RunError)
    files = _files(pictures)
    for file in files:
        save_animation(open_animation(file), out / f"{file.stem}.aseprite")
    say(f"{len(files)} sprites in {out}")


def _animations(pictures: list[Path]) -> dict[str, Animation]:
    """Moving pictures by name; all stills as one animation called sprites."""
    from spriteloom.errors import BadPicture
    from spriteloom.pixels import Animation, open_animation

    opened = {file: open_animation(file) for file in _files(pictures)}
    found = {file.stem: one for file, one in opened.items() if len(one.frames) > 1}
    stills = [one.frames[0] for one in opened.values() if len(one.frames) == 1]
    if stills:
        sizes = sorted({f"{one.width}×{one.height}" for one in stills})
        if len(sizes) > 1:
            raise BadPicture(f"stills of {' and '.join(sizes)} do not fit one grid: pad them to one size")
        found["sprites"] = Animation(tuple(stills), (100,) * len(stills))
    return found


def _files(pictures: list[Path]) -> list[Path]:
    """Files as they are named, and those in folders. Raises SourceError where there is none."""
    from spriteloom.data.sources.tree_source import is_picture
    from spriteloom.errors import SourceError

    files = [
        file
        for one in pictures
        for file in (sorted(one.iterdir()) if one.is_dir() else [one])
        if not one.is_dir() or is_picture(file.name)
    ]
    if not files:
        raise SourceError(f"{pictures[0]} holds no picture: name files, or another folder")
    return files
