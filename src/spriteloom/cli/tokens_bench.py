"""The verb `bench tokens`: tokenizers beside k-means at as many codes."""

from __future__ import annotations

from typing import Annotated

import typer

from spriteloom.cli.options import AsJson, Data
from spriteloom.cli.printing import say, show_json, show_table


def add_to(app: typer.Typer) -> None:
    app.command()(tokens)


def tokens(
    model: Annotated[list[str], typer.Option(help="Run folders of tokenizers.")],
    data: Data,
    split: Annotated[str, typer.Option(help="The split to measure on.")] = "test",
    as_json: AsJson = False,
) -> None:
    """Error, alpha and bits of tokenizers beside k-means with as many codes, on held-out sprites."""
    from spriteloom.bench.tokens import TokenizesPalettes, bench_tokens
    from spriteloom.data.store import SpriteSet
    from spriteloom.errors import RunError
    from spriteloom.models.load import load

    chosen: dict[str, TokenizesPalettes] = {}
    for run in model:
        opened = load(run)
        if not isinstance(opened, TokenizesPalettes):
            raise RunError(f"{run} is a run of {opened.name}, no tokenizer: train tokenizer-lowres")
        chosen[opened.name if opened.name not in chosen else run] = opened
    rows = bench_tokens(chosen, SpriteSet.open(data), split, say=say)
    if as_json:
        show_json([row.to_json() for row in rows])
        return
    columns = ["way", "m", "MSE", "of k-means", "alpha wrong", "exact", "bits", "modelled bits", "sprites"]
    table = [
        (
            x.way,
            x.m,
            x.mse,
            x.of_kmeans,
            "–" if x.alpha_errors is None else x.alpha_errors,
            x.exact,
            x.code_bits + x.beside_bits,
            x.modelled_code_bits + x.modelled_beside_bits,
            x.n,
        )
        for x in rows
    ]
    show_table("Tokenizers on held-out sprites", columns, table)
