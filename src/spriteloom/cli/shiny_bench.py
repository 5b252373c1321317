"""The verb shinies of bench: recoloring like shiny forms, against what artists drew."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from spriteloom.cli.options import AsJson
from spriteloom.cli.printing import say, show_json, show_table

CREATURES = 64  # pairs that are drawn where no set is named


def add_to(app: typer.Typer) -> None:
    app.command()(shinies)


def shinies(
    data: Annotated[
        Path | None,
        typer.Option(help="A set prepared with --preprocessing pixel; procedural creatures by default."),
    ] = None,
    split: Annotated[str, typer.Option(help="The species to measure on.")] = "test",
    seed: Annotated[int, typer.Option(help="Of k-means and of the intervals.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Recolor sprites like their shiny forms by every method, against the shiny form an artist drew."""
    from spriteloom.bench.material import pictures
    from spriteloom.bench.shinies import bench_shinies, color_codec
    from spriteloom.bench.shiny_pairs import creature_pairs, pairs_in
    from spriteloom.data.store import SpriteSet

    if data is None:
        found = creature_pairs(CREATURES, seed=seed)
        codec = color_codec([pictures(CREATURES, seed + 1)], seed=seed)
    else:
        prepared = SpriteSet.open(data)
        found = pairs_in(prepared, split)
        learned = (some.rgb for some in prepared.without_noise().pictures("train"))
        codec = color_codec(learned, seed=seed)
    say(f"{len(found.pairs)} pairs; {found.differing} more differ in shape and are left out")
    scores = bench_shinies(found.pairs, codec, seed=seed)
    if as_json:
        show_json([score.to_json() for score in scores])
    else:
        columns = ["setting", "method", "exact", "95 %", "near", "error"]
        rows = [
            (
                s.setting,
                s.method,
                s.exact.value,
                f"{s.exact.low:.3f}–{s.exact.high:.3f}",
                s.near.value,
                s.error.value,
            )
            for s in scores
        ]
        show_table(f"{scores[0].n} pairs of {scores[0].species} species", columns, rows)
