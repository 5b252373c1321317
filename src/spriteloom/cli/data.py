"""The verbs of data: fetch, prepare, audit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spriteloom.cli.options import AsJson, Out, Seed
from spriteloom.cli.printing import counting, say, show_json, show_table

if TYPE_CHECKING:
    from spriteloom.data.source import Source

app = typer.Typer(
    help="Fetch sprites, prepare sets of them, see what is wrong with them.", no_args_is_help=True
)

SourceName = Annotated[
    str,
    typer.Argument(
        help="pokeapi, pokesprite, nouns, procedural; or a folder or archive, such as a checkout."
    ),
]
Grid = Annotated[str | None, typer.Option(help="Cut sheets into cells, WIDTHxHEIGHT in pixels.")]


@app.command()
def fetch(
    source: Annotated[str, typer.Argument(help="pokeapi, pokesprite, nouns or procedural.")],
    out: Out,
    n: Annotated[int | None, typer.Option("-n", help="How many pictures; all by default.")] = None,
    seed: Seed = 0,
) -> None:
    """Write a source's pictures into a folder, with metadata.jsonl as Hugging Face's imagefolder has it."""
    from spriteloom.data.sources import fetch as write

    count = write(source, out, n, seed)
    say(f"{count:,} pictures in {out}")


@app.command()
def prepare(
    source: SourceName,
    out: Annotated[Path, typer.Option(help="The .parquet file to write.")],
    preprocessing: Annotated[str, typer.Option(help="pixel, pixel-vqvae or pokemon-vae.")] = "pixel",
    size: Annotated[
        int | None, typer.Option(help="Side of the pictures in pixels; the preprocessing's own by default.")
    ] = None,
    seed: Seed = 0,
    frames: Annotated[int | None, typer.Option(help="Frames to keep of an animation.")] = None,
    view: Annotated[
        list[str] | None, typer.Option(help="Only these views (front, back, …); repeatable.")
    ] = None,
    shiny: Annotated[
        bool | None, typer.Option("--shiny/--no-shiny", help="Only shiny ones, or none.")
    ] = None,
    n: Annotated[int | None, typer.Option("-n", help="Look at so many files only.")] = None,
    materialize: Annotated[
        bool, typer.Option("--materialize", help="Write every augmented picture.")
    ] = False,
    workers: Annotated[int | None, typer.Option(help="Processes; as many as cores by default.")] = None,
    grid: Grid = None,
    as_json: AsJson = False,
) -> None:
    """Turn a source into one Parquet file, split by species."""
    from spriteloom.data.prepare import prepare as write
    from spriteloom.data.preprocessing import preprocessing_named

    chosen = preprocessing_named(preprocessing)
    opened = _open(source, seed, grid)
    with counting(f"preparing {opened.name}") as progress:
        report = write(
            opened,
            chosen,
            out=out,
            size=size,
            seed=seed,
            workers=workers,
            frames=frames,
            views=set(view) if view else None,
            shiny=shiny,
            limit=n,
            materialize=materialize,
            progress=progress,
        )
    if as_json:
        show_json(report.to_json())
        return
    rows = [
        (split, report.species[split], report.sprites[split], report.pictures[split])
        for split in report.sprites
    ]
    show_table(f"{out}: {report.preprocessing}", ["split", "species", "sprites", "pictures"], rows)
    for skipped in report.skipped[:10]:
        say(f"skipped {skipped.path}: {skipped.reason}")
    if len(report.skipped) > 10:
        say(f"… and {len(report.skipped) - 10} more; `spriteloom data audit` lists them all")


@app.command()
def audit(
    source: Annotated[str, typer.Argument(help="A prepared .parquet file, or a source, folder or archive.")],
    seed: Seed = 0,
    workers: Annotated[int | None, typer.Option(help="Processes; as many as cores by default.")] = None,
    grid: Grid = None,
    as_json: AsJson = False,
) -> None:
    """Tell what is wrong or odd about a source or a prepared set, before any training."""
    from spriteloom.data.audit import audit as look
    from spriteloom.data.store import SpriteSet

    opened = SpriteSet.open(source) if source.endswith(".parquet") else _open(source, seed, grid)
    with counting("auditing") as progress:
        report = look(opened, workers=workers, progress=lambda done, total: progress("pictures", done, total))
    if as_json:
        show_json(report.to_json())
    else:
        show_table(f"Audit of {source}", ["finding", "what was found"], report.rows())


def _open(source: str, seed: int, grid: str | None) -> Source:
    from spriteloom.data.sources import open_source

    return open_source(source, seed=seed, grid=_cell(grid))


def _cell(grid: str | None) -> tuple[int, int] | None:
    if grid is None:
        return None
    try:
        width, height = (int(part) for part in grid.lower().split("x"))
    except ValueError:
        raise typer.BadParameter(f"--grid {grid}: write WIDTHxHEIGHT, such as 32x32") from None
    return width, height
