"""The verbs that edit pictures without a generative model: recolor, clean, palette."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from spriteloom.cli.options import PALETTES, DeviceName, PaletteFile, Picture
from spriteloom.cli.printing import say

if TYPE_CHECKING:
    from spriteloom.editing.recoloring import Recoloring
    from spriteloom.pixels import Animation


class By(StrEnum):
    """How `recolor` chooses which color becomes which."""

    TRANSPORT = "transport"
    RANK = "rank"
    NEAREST = "nearest"


def recolor(
    picture: Picture,
    out: Annotated[Path, Option(help="The file to write: .png, .gif, .apng or .webp.")],
    like: Annotated[Path | None, Option(help="A picture whose colors to take.")] = None,
    palette: PaletteFile = None,
    colors: Annotated[
        Path | None, Option("--map", help="A file of lines #rrggbb -> #rrggbb, or JSON.")
    ] = None,
    hue: Annotated[str | None, Option(help="Turn all hues: to a name (blue), or by degrees (+40).")] = None,
    model: Annotated[
        str | None, Option(help="With --like: swap the codes of this run instead of colors.")
    ] = None,
    device: DeviceName = "auto",
    by: Annotated[
        By | None,
        Option(
            help="How colors are matched. With --like: transport (by number and neighbours) or rank (by number). "
            "With --palette: nearest, or transport (as if the palette were the picture's own in other colors).",
            show_default="transport with --like, nearest with --palette",
        ),
    ] = None,
) -> None:
    """Give a picture other colors in the same places.

    Takes one of --like, --palette, --map and --hue. All frames of an animation get the same colors, and an indexed
    file keeps its indices.
    """
    from spriteloom.editing.map_files import read_map
    from spriteloom.editing.plans import plan_map
    from spriteloom.pixels import open_animation, save_animation

    ways = [option for option in (like, palette, colors, hue) if option is not None]
    if len(ways) != 1:
        raise typer.BadParameter("name one of --like, --palette, --map and --hue")
    if model is not None and like is None:
        raise typer.BadParameter("--model goes with --like")
    if by is not None and (colors is not None or hue is not None or model is not None):
        raise typer.BadParameter("--by goes with --like or --palette, and without --model")
    if model is not None and like is not None:
        _swap_codes(picture, like, model, device, out)
        return
    animation = open_animation(picture)
    if like is not None:
        plan = _like(animation, like, by)
    elif palette is not None:
        plan = _onto(animation, palette, by)
    elif hue is not None:
        plan = _turn(animation, hue)
    else:
        assert colors is not None
        plan = plan_map(animation.frames, read_map(colors))
    save_animation(plan.apply_animation(animation), out)
    say(f"{len(plan.before)} colors changed in {out}")


def _like(animation: Animation, like: Path, by: By | None) -> Recoloring:
    from spriteloom.editing.plans import plan_ranked
    from spriteloom.editing.transfer import plan_like
    from spriteloom.pixels import open_animation

    plans = {None: plan_like, By.TRANSPORT: plan_like, By.RANK: plan_ranked}
    if by not in plans:
        raise typer.BadParameter(f"--by {by} goes with --palette")
    return plans[by](animation.frames, open_animation(like).frames)


def _turn(animation: Animation, hue: str) -> Recoloring:
    from spriteloom.editing.plans import plan_hue, plan_hue_shift

    try:
        return plan_hue_shift(animation.frames, float(hue))
    except ValueError:
        return plan_hue(animation.frames, hue)


def _onto(animation: Animation, palette: Path, by: By | None) -> Recoloring:
    from spriteloom.editing.plans import plan_palette
    from spriteloom.editing.transfer import plan_onto
    from spriteloom.pixels import open_palette

    plans = {None: plan_palette, By.NEAREST: plan_palette, By.TRANSPORT: plan_onto}
    if by not in plans:
        raise typer.BadParameter(f"--by {by} goes with --like")
    return plans[by](animation.frames, open_palette(palette))


def _swap_codes(picture: Path, like: Path, model: str, device: str, out: Path) -> None:
    from spriteloom.editing.swap import swap_palettes
    from spriteloom.models.capabilities import HasCodec, need
    from spriteloom.models.load import load
    from spriteloom.pixels import open_animation, save_animation

    codec, animation = need(load(model, device), HasCodec).codec, open_animation(picture)
    frames = swap_palettes(codec, animation.frames, open_animation(like).frames)
    save_animation(replace(animation, frames=tuple(frames)), out)
    say(f"codes swapped in {out}")


def clean(
    picture: Annotated[Path, Argument(help="A picture file, also JPEG or BMP.")],
    out: Annotated[Path, Option(help="The file to write: .png, .gif, .apng or .webp.")],
    size: Annotated[
        int | None, Option(help="Side of a cell in pixels.", show_default="measured in the picture")
    ] = None,
    palette: PaletteFile = None,
    colors: Annotated[int | None, Option(help="Colors at most.", show_default="no limit")] = None,
) -> None:
    """Restore enlarged, blurred or compressed pixel art.

    Finds the grid of cells, and returns one pixel a cell with hard alpha and few colors.
    """
    from spriteloom.editing.clean import clean as restore
    from spriteloom.pixels import open_palette, save_sprite
    from spriteloom.pixels.sprite import open_picture

    cleaned = restore(
        open_picture(picture), size=size, colors=colors, palette=open_palette(palette) if palette else None
    )
    save_sprite(cleaned.sprite, out)
    side, undone = cleaned.grid.size, ", JPEG undone" if cleaned.explained else ""
    say(f"cells of {side}×{side}{undone}: {cleaned.sprite.width}×{cleaned.sprite.height} in {out}")


def palette(
    sources: Annotated[
        list[Path],
        Argument(help=f"Pictures, palette files and names ({PALETTES})."),
    ],
    out: Annotated[Path, Option(help="The palette file to write: .gpl, .hex, .pal, .txt, .ase or .png.")],
    k: Annotated[
        int | None, Option("-k", help="Colors at most, 2 to 256: those that the pixels need most.")
    ] = None,
    ramps: Annotated[
        bool | None,
        Option(
            "--ramps/--no-ramps",
            help="Grays first, then hue by hue, each from dark to light.",
            show_default="ramps with -k",
        ),
    ] = None,
) -> None:
    """Make a palette file of pictures and other palettes.

    Colors come source by source without repetition: in the order of a palette or an indexed file, else the most
    frequent first. An animation counts all frames.
    """
    from spriteloom.editing.palettes import make_palette
    from spriteloom.pixels import save_palette

    palette = make_palette(sources, k=k, ramps=ramps)
    save_palette(palette, out)
    say(f"{len(palette)} colors in {out}")
