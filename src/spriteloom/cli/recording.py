"""The verbs record and undo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from spriteloom.cli.printing import say


def add_to(app: typer.Typer) -> None:
    app.command()(record)
    app.command()(undo)


def record(
    before: Annotated[Path, typer.Argument(help="The picture as it was.")],
    after: Annotated[Path, typer.Argument(help="The picture edited, by whatever program.")],
    out: Annotated[Path, typer.Option(help="The record to write, a .json.")],
) -> None:
    """Keep what an edit changed, so that it can be undone and done again."""
    from spriteloom.editing.records import Record
    from spriteloom.pixels import Sprite

    made = Record.of(Sprite.open(before), Sprite.open(after))
    made.save(out)
    say(f"{int(made.changed.sum())} changed pixels in {out}")


def undo(
    picture: Annotated[Path, typer.Argument(help="The edited picture; with --redo the original.")],
    record: Annotated[Path, typer.Option(help="What `spriteloom record` wrote.")],
    out: Annotated[Path, typer.Option(help="The picture to write.")],
    redo: Annotated[bool, typer.Option("--redo", help="Do the edit again instead.")] = False,
) -> None:
    """Take an edit back: every pixel and the palette as they were."""
    from spriteloom.editing.records import Record
    from spriteloom.pixels import Sprite, save_sprite

    kept, sprite = Record.open(record), Sprite.open(picture)
    save_sprite(kept.redo(sprite) if redo else kept.undo(sprite), out)
    say(f"{'done again' if redo else 'undone'} in {out}")
