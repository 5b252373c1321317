"""A source becomes one Parquet file: decoded, kept by a preprocessing, split by species. Knows no picture format.

The file is read by Hugging Face `datasets` as it is, and by `store.SpriteSet`. Its metadata carry
"spriteloom", JSON: format, program, preprocessing, size, seed, source, fractions, counts, and every file that was
skipped, with the reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spriteloom.data.expansion import Batch, Written, write
from spriteloom.data.pool import available_cores, map_processes
from spriteloom.data.preprocessing import Preprocessing, preprocessing_from_json, preprocessing_to_json
from spriteloom.data.rows import Skipped, chunks, harvest
from spriteloom.data.schema import FORMAT, STRINGS_FIRST, STRINGS_LAST, arrow_schema, columns, image_struct
from spriteloom.data.source import Item, Source
from spriteloom.data.splits import FRACTIONS, SPLITS, split_species
from spriteloom.data.spool import Spool, beside, replacing
from spriteloom.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

GROUP_ROWS = 1024  # rows of a row group: what a reader holds at once
EXPANDED_ROWS = 32  # stored sprites that a worker turns into pictures at once

Progress = Callable[[str, int, int], None]  # what is being done, how many are done, of how many


@dataclass(frozen=True, kw_only=True)
class PrepareReport:
    """What was written and what was not. The three counts by split are of sprites, species and pictures."""

    out: Path
    preprocessing: str
    items: int  # files of the source that were looked at
    sprites: Mapping[str, int]
    species: Mapping[str, int]
    pictures: Mapping[str, int]
    skipped: tuple[Skipped, ...]
    hardened: int  # sprites whose partial alpha was cut to 0 or 255
    cropped: int  # sprites larger than the canvas
    materialized: bool

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"out": str(self.out)}


def prepare(
    source: Source,
    preprocessing: Preprocessing,
    *,
    out: Path,
    size: int | None = None,
    seed: int = 0,
    workers: int | None = None,
    frames: int | None = None,
    views: set[str] | None = None,
    shiny: bool | None = None,
    limit: int | None = None,
    materialize: bool = False,
    fractions: Mapping[str, float] = FRACTIONS,
    progress: Progress | None = None,
) -> PrepareReport:
    """Write the Parquet file `out`, whole or not at all, and say what is in it.

    `size` and `frames` are the preprocessing's own unless given; `views` and `shiny` keep items by their labels;
    `limit` is how many files are looked at. The same arguments give the same bytes, whatever `workers`
    (processes; as many as cores by default). `materialize` writes every picture of a preprocessing that flattens
    alpha, as RGB beside a 1-bit mask, instead of each sprite once. A bad picture is skipped and reported.
    Raises DataError where nothing is left, where there is one species only, and where `out` cannot be
    written.
    """
    changes = {key: value for key, value in (("size", size), ("frames", frames)) if value is not None}
    preprocessing = preprocessing_from_json({**preprocessing_to_json(preprocessing), **changes})
    workers = workers or available_cores()
    tell = progress or _silent
    items = islice((item for item in source.items() if _wanted(item, views, shiny)), limit)
    if out.is_dir():
        raise DataError(f"{out} is a folder: name the file to write, such as {out / 'set.parquet'}")
    with replacing(out) as part, beside(out) as waiting:
        out.parent.mkdir(parents=True, exist_ok=True)
        with closing(Spool(waiting)) as spool:
            found = _gather(
                items, preprocessing, spool, workers, lambda done: tell("reading", done, len(source))
            )
        sides = _sides(source, spool, found, seed, fractions)
        report = _report(out, preprocessing, spool, sides, found, materialize)
        info = _info(source, preprocessing, report, seed, fractions)
        _write(part, spool, sides, preprocessing, report, info, workers, tell)
    return report


@dataclass(slots=True)
class _Found:
    items: int
    skipped: list[Skipped]
    hardened: int
    cropped: int


def _wanted(item: Item, views: set[str] | None, shiny: bool | None) -> bool:
    return (views is None or item.view in views) and (shiny is None or item.shiny == shiny)


def _gather(
    items: Iterable[Item],
    preprocessing: Preprocessing,
    spool: Spool,
    workers: int,
    tell: Callable[[int], None],
) -> _Found:
    """First pass: every file's rows into the spool."""
    found = _Found(0, [], 0, 0)
    for part in map_processes(partial(harvest, preprocessing=preprocessing), chunks(items), workers=workers):
        spool.add(part.rows)
        found.items += part.items
        found.skipped += part.skipped
        found.hardened += part.hardened
        found.cropped += part.cropped
        tell(found.items)
    return found


def _sides(
    source: Source, spool: Spool, found: _Found, seed: int, fractions: Mapping[str, float]
) -> dict[str, str]:
    if not found.items:
        raise DataError(
            f"{source.name} holds no picture of the views asked for: ask for others, or name another source"
        )
    if not spool.species:
        first = found.skipped[0]
        raise DataError(
            f"none of the {found.items} files of {source.name} can be used, "
            f"{first.path} for one {first.reason}"
        )
    return split_species(spool.species, seed=seed, fractions=fractions)


def _report(
    out: Path,
    preprocessing: Preprocessing,
    spool: Spool,
    sides: Mapping[str, str],
    found: _Found,
    materialize: bool,
) -> PrepareReport:
    sprites: Counter[str] = Counter()
    for species, count in spool.species.items():
        sprites[sides[species]] += count
    members = Counter(sides.values())
    return PrepareReport(
        out=out,
        preprocessing=preprocessing.name,
        items=found.items,
        sprites={split: sprites[split] for split in SPLITS},
        species={split: members[split] for split in SPLITS},
        pictures={split: sprites[split] * len(preprocessing.variants(split)) for split in SPLITS},
        skipped=tuple(found.skipped),
        hardened=found.hardened,
        cropped=found.cropped,
        materialized=materialize and preprocessing.opaque,
    )


def _info(
    source: Source,
    preprocessing: Preprocessing,
    report: PrepareReport,
    seed: int,
    fractions: Mapping[str, float],
) -> dict[str, Any]:
    counts = report.to_json()
    del counts["out"]
    return {
        "format": FORMAT,
        "program": f"spriteloom {version('spriteloom')}",
        **counts,
        "preprocessing": preprocessing_to_json(preprocessing),
        "size": preprocessing.size,
        "seed": seed,
        "source": {"name": source.name, "licence": source.licence},
        "fractions": dict(fractions),
    }


def _write(
    part: Path,
    spool: Spool,
    sides: Mapping[str, str],
    preprocessing: Preprocessing,
    report: PrepareReport,
    info: dict[str, Any],
    workers: int,
    tell: Progress,
) -> None:
    """Second pass: the spool's rows, side by side, as row groups that belong to one split each."""
    import pyarrow.parquet as pq

    schema = arrow_schema(columns(materialized=report.materialized), info)
    labels = ["variant", *STRINGS_FIRST, "types.list.element", *STRINGS_LAST, "path"]
    total = sum(report.pictures.values() if report.materialized else report.sprites.values())
    done = row = 0
    options = {"compression": "zstd", "use_dictionary": labels, "write_statistics": ["split", "species"]}
    with pq.ParquetWriter(part, schema, **options) as writer:
        for split in SPLITS:
            tables = spool.tables(sides, split)
            if report.materialized:
                tables = _expanded(tables, preprocessing, split, info["seed"], row, workers)
            for table in _grouped(tables):
                writer.write_table(table.select(schema.names).replace_schema_metadata(schema.metadata))
                done += len(table)
                tell("writing", done, total)
            row += report.sprites[split]


def _grouped(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """The same rows in tables of `GROUP_ROWS`, the last one smaller."""
    import pyarrow as pa

    waiting: pa.Table | None = None
    for table in tables:
        waiting = table if waiting is None else pa.concat_tables([waiting, table])
        while len(waiting) >= GROUP_ROWS:
            yield waiting.slice(0, GROUP_ROWS)
            waiting = waiting.slice(GROUP_ROWS)
    if waiting is not None and len(waiting):
        yield waiting


def _expanded(
    tables: Iterable[pa.Table], preprocessing: Preprocessing, split: str, seed: int, row: int, workers: int
) -> Iterator[pa.Table]:
    """Tables with a row for each picture. `row` is the split's first row in a file of stored sprites."""
    pieces: list[pa.Table] = []  # sent out and not yet back: as few as the pool has in flight

    def batches() -> Iterator[Batch]:
        at = row
        for table in tables:
            for start in range(0, len(table), EXPANDED_ROWS):
                piece = table.slice(start, EXPANDED_ROWS)
                pieces.append(piece)
                pngs = [image["bytes"] for image in piece["image"].to_pylist()]
                yield Batch(at, split, pngs, piece["path"].to_pylist())
                at += len(piece)

    expand = partial(write, preprocessing=preprocessing, seed=seed)
    for written in map_processes(expand, batches(), workers=workers):
        yield _with_pictures(pieces.pop(0), written, preprocessing.variants(split))


def _with_pictures(piece: pa.Table, written: Written, variants: tuple[str, ...]) -> pa.Table:
    """Each row of a piece once for each variant, with that variant's picture and mask."""
    import numpy as np
    import pyarrow as pa

    table = piece.drop_columns("image").take(np.arange(len(piece)).repeat(len(variants)))
    names = [f"{name}.png" for name in table["name"].to_pylist()]
    table = table.append_column("image", image_struct(written.images, names))
    table = table.append_column("mask", image_struct(written.masks, names))
    return table.append_column("variant", pa.array([*variants] * len(piece), pa.string()))


def _silent(stage: str, done: int, total: int) -> None:
    """Where nobody watches."""
