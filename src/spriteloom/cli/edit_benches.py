"""The verbs clean and edits of bench: whether edits bring back, and keep, what they promise."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spriteloom.cli.options import AsJson
from spriteloom.cli.printing import say, show_json, show_table

if TYPE_CHECKING:
    from spriteloom.pixels import Sprite

QUALITIES = (95, 90, 80, 70, 60)

Data = Annotated[
    Path | None,
    typer.Option(help="A set prepared with --preprocessing pixel; procedural creatures by default."),
]


def add_to(app: typer.Typer) -> None:
    app.command()(clean)
    app.command()(edits)


def clean(
    data: Data = None,
    n: Annotated[int, typer.Option("-n", help="How many sprites.", min=1)] = 200,
    split: Annotated[str, typer.Option(help="The species to measure on.")] = "test",
    seed: Annotated[int, typer.Option(help="Of enlargements and offsets.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Clean sprites enlarged 2 to 8 times, off their grid and compressed, against what they were."""
    from spriteloom.bench.cleaning import bench_cleaning

    rows = bench_cleaning(_sprites(data, split, n, seed), QUALITIES, seed=seed, say=say)
    if as_json:
        show_json([row.to_json() for row in rows])
    else:
        columns = ["quality", "cells found", "exact", "within 2", "of the figure", "seconds"]
        found = [(str(r.quality), r.scale, r.exact, r.near, r.figure, r.seconds) for r in rows]
        show_table(f"{rows[0].n} sprites", columns, found)


def edits(
    model: Annotated[
        str | None,
        typer.Option(help="The run of a diffusion, to paint masks anew."),
    ] = None,
    animation: Annotated[
        Path | None, typer.Option(help="What to recolor; a sprite that hops by default.")
    ] = None,
    data: Data = None,
    n: Annotated[int, typer.Option("-n", help="How many masks.", min=1)] = 200,
    split: Annotated[str, typer.Option(help="The species to measure on.")] = "test",
    steps: Annotated[int | None, typer.Option(help="Of the diffusion; promises do not hang on it.")] = None,
    seed: Annotated[int, typer.Option(help="Of masks and of what is painted.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Paint random masks anew and recolor an animation; count what broke a promise."""
    from spriteloom.bench.edits import bench_inpaints, bench_recolors, hopping
    from spriteloom.editing.generative import with_sampler
    from spriteloom.models.load import load
    from spriteloom.pixels import open_animation

    sprites = _sprites(data, split, max(n, 2), seed)
    moving = open_animation(animation) if animation else hopping(sprites[0])
    recolored = bench_recolors(moving, sprites[-1])
    found = {"recolor": recolored.to_json()}
    if model is not None:
        editor = with_sampler(load(model), num_steps=steps)
        found["inpaint"] = bench_inpaints(editor, sprites[:n], seed=seed, say=say).to_json()
    if as_json:
        show_json(found)
    else:
        for name, row in found.items():
            show_table(name, list(row), [tuple(str(value) for value in row.values())])


def _sprites(data: Path | None, split: str, n: int, seed: int) -> list[Sprite]:
    """n sprites, evenly over those of the split."""
    from spriteloom.data.procedural import creatures
    from spriteloom.data.store import SpriteSet
    from spriteloom.errors import DataError

    if data is None:
        return list(islice(creatures(n, seed=seed), n))
    found = SpriteSet.open(data)
    if found.preprocessing.name != "pixel":
        raise DataError(
            f"{data} was prepared by {found.preprocessing.name}, which resamples: use --preprocessing pixel"
        )
    every = list(found.sprites(split))
    if not every:
        raise DataError(f"{data} has no sprites in its {split} split: prepare more species")
    return [every[i * len(every) // min(n, len(every))] for i in range(min(n, len(every)))]
