"""The verb onnx of bench: a codec's files in another runtime, against the library."""

from __future__ import annotations

from typing import Annotated

import typer

from spriteloom.cli.options import AsJson, Data, Run
from spriteloom.cli.printing import show_json, show_table


def add_to(app: typer.Typer) -> None:
    app.command()(onnx)


def onnx(
    model: Run,
    data: Data,
    n: Annotated[int, typer.Option("-n", help="How many pictures.", min=1)] = 1_000,
    split: Annotated[str, typer.Option(help="The split to measure on.")] = "test",
    as_json: AsJson = False,
) -> None:
    """Codes and bytes of a codec's ONNX files in onnxruntime, beside the library's own."""
    from spriteloom.bench.onnx_files import bench_onnx
    from spriteloom.data.store import SpriteSet
    from spriteloom.models.capabilities import HasCodec, need
    from spriteloom.models.load import load

    rows = bench_onnx(
        need(load(model, "cpu"), HasCodec).codec, SpriteSet.open(data).all_pictures(split, limit=n).rgb
    )
    if as_json:
        show_json([row.to_json() for row in rows])
        return
    columns = ["file", "pictures", "values", "different", "seconds", "ours"]
    table = [(r.file, r.n, r.values, r.different, r.seconds, r.seconds_ours) for r in rows]
    show_table("ONNX beside the library", columns, table)
