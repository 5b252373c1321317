"""Table 6: sprites recoloured like their shiny forms, beside what the artists drew. Trains nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from spriteloom.bench.shinies import bench_shinies, colour_codec
from spriteloom.bench.shiny_pairs import Pairs, creature_pairs, pairs_in
from spriteloom.data.prepare import prepare
from spriteloom.data.recipes import PIXEL
from spriteloom.data.source import Source
from spriteloom.data.store import SpriteSet
from spriteloom.reproduce.results import Swap

SET = "shinies.parquet"
FRAMES = 8  # of each sprite's animation that are kept
CREATURES = 24  # procedural ones, where the source is those


def swaps(source: Source, out: Path, *, seed: int) -> list[dict[str, Any]]:
    """The rows of `bench_shinies` on a source's test species; of made creatures where it makes them."""
    path = out / SET
    if not path.exists():
        prepare(source, PIXEL, out=path, seed=seed, frames=FRAMES)
    data = SpriteSet.open(path)
    pairs = _pairs(source, data, seed)
    codec = colour_codec((some.rgb for some in data.pictures("train")), seed=seed)
    return [score.to_json() for score in bench_shinies(pairs.pairs, codec, seed=seed)]


def swap(row: dict[str, Any]) -> Swap:
    """A row as the results have it."""
    interval = {name: (low, high) for name, (low, high) in row["interval"].items()}
    return Swap(
        **{key: row[key] for key in ("method", "setting", "exact", "near", "error", "n")}, interval=interval
    )


def _pairs(source: Source, data: SpriteSet, seed: int) -> Pairs:
    return creature_pairs(CREATURES, seed=seed) if source.name == "procedural" else pairs_in(data)
