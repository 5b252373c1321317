"""The verbs of bench: how fast the program's own paths are, in one process."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from spriteloom.cli import damage_bench, edit_benches, onnx_bench, rate_bench, shiny_bench, tokens_bench
from spriteloom.cli.options import AsJson
from spriteloom.cli.printing import say, show_json, show_table

app = typer.Typer(help="Time the program's own paths against one another.", no_args_is_help=True)


@app.callback()
def bench() -> None:
    """Time the program's own paths against one another."""


for room in (damage_bench, edit_benches, onnx_bench, rate_bench, shiny_bench, tokens_bench):
    room.add_to(app)


@app.command()
def codec(
    model: Annotated[
        list[str] | None, typer.Option(help="Run folders; untrained presets by default.")
    ] = None,
    data: Annotated[
        Path | None, typer.Option(help="A prepared set; procedural creatures by default.")
    ] = None,
    n: Annotated[int, typer.Option("-n", help="How many pictures.")] = 64,
    as_json: AsJson = False,
) -> None:
    """Encode and decode by convolutions, by tables and by nearest patch, beside a plain copy."""
    from spriteloom.bench.codec import bench_codecs
    from spriteloom.bench.material import networks, pictures
    from spriteloom.codecs.codec import PatchNetwork
    from spriteloom.data.store import SpriteSet
    from spriteloom.errors import RunError
    from spriteloom.models.capabilities import HasCodec, need
    from spriteloom.models.load import load

    rgb = SpriteSet.open(data).all_pictures("test", limit=n).rgb if data else pictures(n)
    chosen: dict[str, PatchNetwork] = dict(networks()) if not model else {}
    for run in model or []:
        network = need(load(run, "cpu"), HasCodec).codec.network
        if network is None:
            raise RunError(f"{run} is a table without a network: there is nothing to compare it with")
        chosen[run] = network
    timings = bench_codecs(chosen, rgb)
    if as_json:
        show_json([timing.to_json() for timing in timings])
    else:
        rows = [(t.model, t.path, t.stage, t.mpx_per_s, t.ratio) for t in timings]
        show_table(
            f"{n} pictures of {rgb.shape[1]}×{rgb.shape[2]}",
            ["model", "path", "stage", "Mpx/s", "ratio"],
            rows,
        )


@app.command()
def sampling(
    batch: Annotated[int, typer.Option(help="How many grids are drawn at once.", min=1)] = 16,
    grids: Annotated[list[int] | None, typer.Option(help="Sides of the grids: 16 32 64.", min=1)] = None,
    more: Annotated[list[int] | None, typer.Argument(help="Further sides.", hidden=True, min=1)] = None,
    as_json: AsJson = False,
) -> None:
    """The paper's PixelCNN sampled from caches, beside one whole forward pass for every code."""
    from spriteloom.bench.sampling import bench_sampling

    timings = bench_sampling([*(grids or (16, 32, 64)), *(more or ())], batch, tell=say)
    if as_json:
        show_json([timing.to_json() for timing in timings])
    else:
        rows = [(t.grid, t.naive_s, t.cached_s, t.ratio, t.identical) for t in timings]
        show_table(
            f"{batch} grids at once", ["grid", "naive, s", "cached, s", "ratio", "identical codes"], rows
        )
