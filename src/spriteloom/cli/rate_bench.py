"""The verb `bench rate`: bits a pixel and loss, way by way."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from spriteloom.cli.options import AsJson, Seed
from spriteloom.cli.printing import say, show_json, show_table


def add_to(app: typer.Typer) -> None:
    app.command()(rate)


def rate(
    source: Annotated[
        str, typer.Argument(help="A prepared set of preprocessing pixel, or a source.")
    ] = "procedural",
    n: Annotated[int, typer.Option("-n", help="How many sprites, at most.")] = 1_000,
    size: Annotated[int, typer.Option(help="Of a source: side of the square its sprites stand in.")] = 64,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """PNG, lossless WebP, own palettes and global codebooks on the same sprites."""
    from tempfile import TemporaryDirectory

    from spriteloom.bench.rate import bench_rate
    from spriteloom.data.prepare import prepare
    from spriteloom.data.preprocessing import preprocessing_named
    from spriteloom.data.sources import open_source
    from spriteloom.data.store import SpriteSet

    with TemporaryDirectory() as room:
        out = Path(source)
        if out.suffix != ".parquet":
            out = Path(room) / "set.parquet"
            prepare(
                open_source(source, seed=seed),
                preprocessing_named("pixel"),
                out=out,
                size=size,
                seed=seed,
                frames=1,
            )
        rows = bench_rate(SpriteSet.open(out), n=n, say=say)
    if as_json:
        show_json([row.to_json() for row in rows])
        return
    columns = ["way", "bits/pixel", "of WebP", "PSNR", "exact", "sprites"]
    table = [(x.way, x.bits_per_pixel, x.ratio, x.psnr, x.exact, x.n) for x in rows]
    show_table("Rate and distortion", columns, table)
