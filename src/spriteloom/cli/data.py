"""The verbs of sets of sprites: data fetch, data prepare, data audit, search."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from spriteloom.cli.options import AsJson, Data, DeviceName, OutFolder, Picture, Seed
from spriteloom.cli.printing import counting, say, show_json, show_table

if TYPE_CHECKING:
    from spriteloom.data.source import Source

app = typer.Typer(help="Fetch sprites, prepare sets of them, find faults in them.", no_args_is_help=True)

SourceName = Annotated[
    str, Argument(help="pokeapi, pokesprite, nouns or procedural; or a folder or an archive of pictures.")
]
Grid = Annotated[str | None, Option(help="Cut sheets into cells of WIDTHxHEIGHT pixels, such as 32x32.")]


Workers = Annotated[int | None, Option(help="Processes that read files.", show_default="one a core")]


class By(StrEnum):
    """What `search` compares."""

    PIXELS = "pixels"
    FEATURES = "features"


@app.command()
def fetch(
    source: Annotated[str, Argument(help="pokeapi, pokesprite, nouns or procedural.")],
    out: OutFolder,
    n: Annotated[int | None, Option("-n", help="Number of pictures.", show_default="all")] = None,
    seed: Seed = 0,
) -> None:
    """Write a source's pictures into a folder.

    Labels are in metadata.jsonl, in the form of Hugging Face's imagefolder.
    """
    from spriteloom.data.sources import fetch as write

    count = write(source, out, n, seed)
    say(f"{count:,} pictures in {out}")


@app.command()
def prepare(
    source: SourceName,
    out: Annotated[Path, Option(help="The .parquet file to write.")],
    preprocessing: Annotated[str, Option(help="pixel, pixel-vqvae or pokemon-vae.")] = "pixel",
    size: Annotated[
        int | None, Option(help="Side of the pictures in pixels.", show_default="that of the preprocessing")
    ] = None,
    seed: Seed = 0,
    frames: Annotated[int | None, Option(help="Frames to keep of an animation.", show_default="all")] = None,
    view: Annotated[
        list[str] | None,
        Option(help="Keep this view only, such as front; may be repeated.", show_default="all"),
    ] = None,
    shiny: Annotated[
        bool | None,
        Option("--shiny/--no-shiny", help="Keep shiny sprites only, or none.", show_default="keep both"),
    ] = None,
    n: Annotated[int | None, Option("-n", help="Files to read at most.", show_default="all")] = None,
    materialize: Annotated[bool, Option("--materialize", help="Store every augmented picture.")] = False,
    workers: Workers = None,
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
    counts = (report.species, report.sprites, report.pictures)
    rows = [(split, *(count[split] for count in counts)) for split in report.sprites]
    show_table(f"{out}: {report.preprocessing}", ["split", "species", "sprites", "pictures"], rows)
    for skipped in report.skipped[:10]:
        say(f"skipped {skipped.path}: {skipped.reason}")
    if len(report.skipped) > 10:
        say(f"… and {len(report.skipped) - 10} more; `spriteloom data audit` lists them all")


@app.command()
def audit(
    source: Annotated[str, Argument(help="A prepared .parquet file, or a source, folder or archive.")],
    seed: Seed = 0,
    workers: Workers = None,
    grid: Grid = None,
    as_json: AsJson = False,
) -> None:
    """List faults and oddities of a source or a prepared set."""
    from spriteloom.data.audit import audit as find_faults
    from spriteloom.data.store import SpriteSet

    opened = SpriteSet.open(source) if source.endswith(".parquet") else _open(source, seed, grid)
    with counting("auditing") as progress:
        report = find_faults(
            opened, workers=workers, progress=lambda done, total: progress("pictures", done, total)
        )
    if as_json:
        show_json(report.to_json())
    else:
        show_table(f"Audit of {source}", ["finding", "details"], report.rows())


def search(
    picture: Picture,
    data: Data,
    n: Annotated[int, Option("-n", help="Number of matches.")] = 8,
    by: Annotated[By, Option(help="Compare pixels, or features of a network (extra metrics).")] = By.PIXELS,
    model: Annotated[
        str | None, Option(help="Compare how often the codes of this run occur, instead of --by.")
    ] = None,
    device: DeviceName = "auto",
    as_json: AsJson = False,
) -> None:
    """Find the sprites of a set that are most like a picture."""
    from spriteloom.data.store import SpriteSet
    from spriteloom.evaluation.searching import by_codes, by_features, by_pixels
    from spriteloom.evaluation.searching import search as find
    from spriteloom.metrics.generation.features import EfficientNetLite0
    from spriteloom.models.capabilities import HasCodec, need
    from spriteloom.models.load import load
    from spriteloom.pixels import Sprite

    if model is not None:
        embed = by_codes(need(load(model, device), HasCodec).codec)
    else:
        embed = by_pixels if by is By.PIXELS else by_features(EfficientNetLite0(device=device))
    matches = find(Sprite.open(picture), SpriteSet.open(data), embed, n)
    if as_json:
        show_json([match.to_json() for match in matches])
        return
    rows = [(match.distance, match.name, match.species, match.split, match.path) for match in matches]
    show_table(f"Like {picture.name}", ["distance", "name", "species", "split", "path"], rows)


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
