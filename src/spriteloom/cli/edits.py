"""The verb recolor."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from spriteloom.cli.options import Run
from spriteloom.cli.printing import say


def add_to(app: typer.Typer) -> None:
    app.command()(recolor)


def recolor(
    picture: Annotated[Path, typer.Argument(help="A PNG, GIF, APNG or WebP file, animated or not.")],
    out: Annotated[Path, typer.Option(help="The file to write, .png, .gif, .apng or .webp.")],
    like: Annotated[
        Path | None, typer.Option(help="Take the colours of this picture, by rank of use.")
    ] = None,
    palette: Annotated[Path | None, typer.Option(help="Put it on this palette file.")] = None,
    colours: Annotated[
        Path | None, typer.Option("--map", help="A file of lines #rrggbb -> #rrggbb, or JSON.")
    ] = None,
    model: Annotated[
        Run | None, typer.Option(help="With --like: swap the codes of this run instead of colours.")
    ] = None,
) -> None:
    """Give a picture other colours; every frame gets the same, and no index of an indexed file moves."""
    from spriteloom.editing import plan_like, plan_map, plan_palette, read_map
    from spriteloom.pixels import open_animation, open_palette, save_animation

    given = [option for option in (like, palette, colours) if option is not None]
    if len(given) != 1:
        raise typer.BadParameter("name one of --like, --palette and --map")
    if model is not None and like is None:
        raise typer.BadParameter("--model goes with --like")
    if model is not None and like is not None:
        _swap_codes(picture, like, model, out)
        return
    animation = open_animation(picture)
    if like is not None:
        plan = plan_like(animation.frames, open_animation(like).frames)
    elif palette is not None:
        plan = plan_palette(animation.frames, open_palette(palette))
    else:
        assert colours is not None
        plan = plan_map(animation.frames, read_map(colours))
    save_animation(plan.apply_animation(animation), out)
    say(f"{len(plan.before)} colours changed in {out}")


def _swap_codes(picture: Path, like: Path, model: Path, out: Path) -> None:
    """The paper's palette swap: on the codes of a codec."""
    from spriteloom.editing.swap import swap_palettes
    from spriteloom.model import load
    from spriteloom.pixels import open_animation, save_animation

    codec, animation = load(model).codec, open_animation(picture)
    frames = swap_palettes(codec, animation.frames, open_animation(like).frames)
    save_animation(replace(animation, frames=tuple(frames)), out)
    say(f"codes swapped in {out}")
