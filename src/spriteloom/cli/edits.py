"""The verbs recolor and clean."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spriteloom.cli.options import DeviceName
from spriteloom.cli.printing import say

if TYPE_CHECKING:
    from spriteloom.editing import Recoloring
    from spriteloom.pixels import Animation


class By(StrEnum):
    """How it is decided which color becomes which."""

    TRANSPORT = "transport"
    RANK = "rank"
    NEAREST = "nearest"


def add_to(app: typer.Typer) -> None:
    app.command()(recolor)
    app.command()(clean)


def recolor(
    picture: Annotated[Path, typer.Argument(help="A PNG, GIF, APNG or WebP file, animated or not.")],
    out: Annotated[Path, typer.Option(help="The file to write, .png, .gif, .apng or .webp.")],
    like: Annotated[
        Path | None, typer.Option(help="Take the colors of this picture, each for what it is used for.")
    ] = None,
    palette: Annotated[Path | None, typer.Option(help="Put it on this palette file.")] = None,
    colors: Annotated[
        Path | None, typer.Option("--map", help="A file of lines #rrggbb -> #rrggbb, or JSON.")
    ] = None,
    hue: Annotated[
        str | None, typer.Option(help="Turn all hues: onto a named one (blue), or by degrees (+40).")
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="With --like: swap the codes of this run instead of colors.")
    ] = None,
    device: DeviceName = "auto",
    by: Annotated[
        By | None,
        typer.Option(
            help="With --like: by use and neighbours (transport, the default) or by rank of use (rank). "
            "With --palette: onto the nearest (nearest, the default), or as if it were this picture's own "
            "in other colors (transport)."
        ),
    ] = None,
) -> None:
    """Give a picture other colors; every frame gets the same, and no index of an indexed file moves."""
    from spriteloom.editing import plan_map, read_map
    from spriteloom.pixels import open_animation, save_animation

    given = [option for option in (like, palette, colors, hue) if option is not None]
    if len(given) != 1:
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
        plan = _turned(animation, hue)
    else:
        assert colors is not None
        plan = plan_map(animation.frames, read_map(colors))
    save_animation(plan.apply_animation(animation), out)
    say(f"{len(plan.before)} colors changed in {out}")


def _like(animation: Animation, like: Path, by: By | None) -> Recoloring:
    from spriteloom.editing import plan_like, plan_ranked
    from spriteloom.pixels import open_animation

    plans = {None: plan_like, By.TRANSPORT: plan_like, By.RANK: plan_ranked}
    if by not in plans:
        raise typer.BadParameter(f"--by {by} goes with --palette")
    return plans[by](animation.frames, open_animation(like).frames)


def _turned(animation: Animation, hue: str) -> Recoloring:
    from spriteloom.editing.plans import plan_hue, plan_hue_shift

    try:
        return plan_hue_shift(animation.frames, float(hue))
    except ValueError:
        return plan_hue(animation.frames, hue)


def _onto(animation: Animation, palette: Path, by: By | None) -> Recoloring:
    from spriteloom.editing import plan_onto, plan_palette
    from spriteloom.pixels import open_palette

    plans = {None: plan_palette, By.NEAREST: plan_palette, By.TRANSPORT: plan_onto}
    if by not in plans:
        raise typer.BadParameter(f"--by {by} goes with --like")
    return plans[by](animation.frames, open_palette(palette))


def _swap_codes(picture: Path, like: Path, model: str, device: str, out: Path) -> None:
    """The paper's palette swap: on the codes of a codec."""
    from spriteloom.editing.swap import swap_palettes
    from spriteloom.models.capabilities import HasCodec, need
    from spriteloom.models.load import load
    from spriteloom.pixels import open_animation, save_animation

    codec, animation = need(load(model, device), HasCodec).codec, open_animation(picture)
    frames = swap_palettes(codec, animation.frames, open_animation(like).frames)
    save_animation(replace(animation, frames=tuple(frames)), out)
    say(f"codes swapped in {out}")


def clean(
    picture: Annotated[Path, typer.Argument(help="A picture file; JPEG too.")],
    out: Annotated[Path, typer.Option(help="The file to write.")],
    size: Annotated[
        int | None, typer.Option(help="Pixels a side of a cell, where that is known; found otherwise.")
    ] = None,
    palette: Annotated[Path | None, typer.Option(help="Put it on this palette file.")] = None,
    colors: Annotated[int | None, typer.Option(help="At most so many colors.")] = None,
) -> None:
    """Put enlarged, smoothed or compressed pixel art back on its grid, with hard alpha and few colors."""
    from spriteloom.editing.clean import clean as cleaned
    from spriteloom.pixels import open_palette, save_sprite
    from spriteloom.pixels.sprite import open_picture

    known = open_palette(palette) if palette else None
    made = cleaned(open_picture(picture), size=size, colors=colors, palette=known)
    save_sprite(made.sprite, out)
    undone = ", JPEG undone" if made.explained else ""
    size_made = f"{made.sprite.width}×{made.sprite.height}"
    say(f"cells of {made.grid.size}×{made.grid.size}{undone}: {size_made} in {out}")
