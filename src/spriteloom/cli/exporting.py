"""The verbs of export: sprites for games and other programs, codecs as ONNX files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from spriteloom.cli.options import OutFolder, Seed
from spriteloom.cli.printing import say

if TYPE_CHECKING:
    from spriteloom.pixels import Animation

app = typer.Typer(help="Write sprites and codecs for games and other programs.", no_args_is_help=True)

Folder = Annotated[Path, Argument(help="A folder of sprites, as `spriteloom generate` writes it.")]
Mod = Annotated[str, Option(help="Name of the mod: small letters and digits.")]
Pictures = Annotated[list[Path], Argument(help="Picture files, animated or not, or folders of them.")]


@app.command()
def onnx(model: Annotated[str, Argument(help="The run of a codec.")], out: OutFolder) -> None:
    """Write a codec as ONNX files.

    They are the decoder, the encoder by nearest patch and, if there is a network, its encoder. Needs the extra `onnx`.
    """
    from spriteloom.export.onnx_codec import export_onnx
    from spriteloom.models.capabilities import HasCodec, need
    from spriteloom.models.load import load

    paths = export_onnx(need(load(model, "cpu"), HasCodec).codec, out)
    say(f"{', '.join(path.name for path in paths)} in {out}")


@app.command()
def showdown(source: Folder, out: OutFolder, mod: Mod = "spriteloom", seed: Seed = 0) -> None:
    """Write creatures as a mod of Pokémon Showdown.

    The mod has sprites, icons, moves, stats and a team.
    """
    from spriteloom.export.creatures import creatures
    from spriteloom.export.games.showdown import export_showdown

    roster = creatures(source, seed=seed)
    export_showdown(roster, out, mod=mod, seed=seed)
    say(f"{len(roster)} creatures in {out}")


@app.command()
def essentials(source: Folder, out: OutFolder, seed: Seed = 0) -> None:
    """Write creatures as files of Pokémon Essentials v21."""
    from spriteloom.export.creatures import creatures
    from spriteloom.export.games.essentials import export_essentials

    roster = creatures(source, seed=seed)
    export_essentials(roster, out)
    say(f"{len(roster)} creatures in {out}")


@app.command()
def tuxemon(source: Folder, out: OutFolder, mod: Mod = "spriteloom", seed: Seed = 0) -> None:
    """Write creatures as a mod of Tuxemon."""
    from spriteloom.export.creatures import creatures
    from spriteloom.export.games.tuxemon import export_tuxemon

    roster = creatures(source, seed=seed)
    export_tuxemon(roster, out, mod=mod, seed=seed)
    say(f"{len(roster)} creatures in {out}")


@app.command()
def sheet(
    pictures: Pictures,
    out: OutFolder,
    columns: Annotated[
        int | None, Option(help="Cells in a row.", show_default="about a square sheet")
    ] = None,
    margin: Annotated[int, Option(help="Pixels around and between cells.")] = 0,
    bare: Annotated[bool, Option("--bare", help="Key the frames 0, 1, …, for Phaser.")] = False,
) -> None:
    """Write sheets with Aseprite's JSON, for Godot, Unity or Phaser.

    Each animation gets its own sheet; still pictures of one size share one.
    """
    import json

    from spriteloom.errors import RunError
    from spriteloom.export.sheets import aseprite_json, layout_of
    from spriteloom.export.sheets import sheet as draw
    from spriteloom.pixels import save_sprite
    from spriteloom.pixels.disk import make_folder, write_bytes

    make_folder(out, RunError)
    animations = _animations(pictures)
    for name, animation in animations.items():
        layout = layout_of(animation, columns=columns, margin=margin)
        save_sprite(draw(animation, layout), out / f"{name}.png")
        about = aseprite_json(animation, layout, f"{name}.png", bare=bare)
        write_bytes(out / f"{name}.json", json.dumps(about, indent=2).encode(), RunError)
    say(f"{len(animations)} sheets in {out}")


@app.command()
def aseprite(pictures: Pictures, out: OutFolder) -> None:
    """Write each picture as a .aseprite file.

    The file is indexed where the picture has a palette.
    """
    from spriteloom.errors import RunError
    from spriteloom.pixels import open_animation, save_animation
    from spriteloom.pixels.disk import make_folder

    make_folder(out, RunError)
    files = _files(pictures)
    for file in files:
        save_animation(open_animation(file), out / f"{file.stem}.aseprite")
    say(f"{len(files)} sprites in {out}")


def _animations(pictures: list[Path]) -> dict[str, Animation]:
    """Animated pictures by name, and all still ones as one animation called "sprites"."""
    from spriteloom.errors import BadPicture
    from spriteloom.pixels import Animation, open_animation

    opened = {file: open_animation(file) for file in _files(pictures)}
    animations = {file.stem: picture for file, picture in opened.items() if len(picture.frames) > 1}
    stills = [picture.frames[0] for picture in opened.values() if len(picture.frames) == 1]
    if stills:
        sizes = sorted({f"{still.width}×{still.height}" for still in stills})
        if len(sizes) > 1:
            raise BadPicture(f"stills of {' and '.join(sizes)} do not fit one grid: pad them to one size")
        animations["sprites"] = Animation(tuple(stills), (100,) * len(stills))
    return animations


def _files(pictures: list[Path]) -> list[Path]:
    """The named files, and the pictures in the named folders. Raises SourceError if there is none."""
    from spriteloom.data.sources.folder import is_picture
    from spriteloom.errors import SourceError
    from spriteloom.export.sprite_folder import is_contact_sheet

    files: list[Path] = []
    for path in pictures:
        inside = sorted(path.iterdir()) if path.is_dir() else []
        sprites = [file for file in inside if is_picture(file.name) and not is_contact_sheet(file)]
        files += sprites if path.is_dir() else [path]
    if not files:
        raise SourceError(f"{pictures[0]} holds no picture: name files, or another folder")
    return files
