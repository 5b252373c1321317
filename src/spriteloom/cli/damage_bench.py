"""The verb `bench damage`: do measures put damaged pixel art in order?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spriteloom.cli.options import AsJson, Seed
from spriteloom.cli.printing import say, show_json, show_table

if TYPE_CHECKING:
    from spriteloom.bench.damage import Sample


def add_to(app: typer.Typer) -> None:
    app.command()(damage)


def damage(
    sets: Annotated[
        list[str] | None,
        typer.Argument(help="Prepared sets of preprocessing pixel, or sources; procedural by default."),
    ] = None,
    n: Annotated[int, typer.Option("-n", help="How many held-out sprites of each.")] = 250,
    features: Annotated[
        bool, typer.Option("--features/--no-features", help="Beside it, FD on EfficientNet-Lite0.")
    ] = True,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Blur, JPEG, resizing, palette noise, jitter at five strengths: which measures rise with each."""
    from spriteloom.bench.damage import bench_damage
    from spriteloom.metrics.generation.features import EfficientNetLite0
    from spriteloom.nn.devices import find_device, precision_of

    network = EfficientNetLite0(precision=precision_of(find_device())) if features else None
    samples = [_sample(name, n, seed) for name in sets or ["procedural"]]
    ladders = bench_damage(samples, network, say)
    if as_json:
        show_json([ladder.to_json() for ladder in ladders])
        return
    rows = [(x.set, x.kind, x.measure, *x.figures, x.monotone, x.tau, x.ordered) for x in ladders]
    columns = ["set", "kind", "measure", "clean", "1", "2", "3", "4", "5", "rises", "tau", "ordered"]
    show_table("Known damage", columns, rows)


def _sample(name: str, n: int, seed: int) -> Sample:
    """Of a prepared set, or of a source, prepared for the moment."""
    from tempfile import TemporaryDirectory

    from spriteloom.bench.damage import sample
    from spriteloom.data.prepare import prepare
    from spriteloom.data.preprocessing import preprocessing_named
    from spriteloom.data.sources import open_source
    from spriteloom.data.store import SpriteSet

    if name.endswith(".parquet"):
        return sample(Path(name).stem, SpriteSet.open(name), n=n)
    with TemporaryDirectory() as room:
        source, out = open_source(name, seed=seed), Path(room) / "set.parquet"
        prepare(source, preprocessing_named("pixel"), out=out, seed=seed, frames=1)
        return sample(source.name, SpriteSet.open(out), n=n)
