"""`prepare` turns a source into one Parquet file: decoded, preprocessed, split by species.

`store.SpriteSet` and Hugging Face `datasets` read the file. Its metadata hold "spriteloom", a JSON text:
format, program, preprocessing, size, seed, source, fractions, counts, and every skipped file with the reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from spriteloom.data.pictures import PictureFiles, StoredBatch, expand_to_files
from spriteloom.data.pool import available_cores, map_processes
from spriteloom.data.preprocessing import Preprocessing, preprocessing_from_json, preprocessing_to_json
from spriteloom.data.rows import (
    FORMAT,
    LABEL_COLUMNS,
    NAME_COLUMNS,
    Counts,
    RowFile,
    Skipped,
    arrow_schema,
    chunks,
    columns,
    image_struct,
    rows_of,
)
from spriteloom.data.source import Item, Source
from spriteloom.data.splits import FRACTIONS, SPLITS, split_species
from spriteloom.errors import DataError
from spriteloom.version import __version__

if TYPE_CHECKING:
    import pyarrow as pa

GROUP_ROWS = 1024  # rows of a row group, which a reader holds in memory
EXPANDED_ROWS = 32  # stored sprites that a worker expands at once

Progress = Callable[[str, int, int], None]  # stage, how many are done, of how many


@dataclass(frozen=True, kw_only=True)
class PrepareReport:
    """What was written. The three counts by split are sprites, species and pictures."""

    out: Path
    preprocessing: str
    items: int  # files of the source that were read
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
    """Write the Parquet file `out`, completely or not at all.

    `size` and `frames` default to the preprocessing's; `views` and `shiny` select items by label; `limit` is
    the number of files to read. The same arguments give the same bytes for any number of `workers`
    (processes; one per core by default). `materialize` writes every picture of a preprocessing without alpha,
    as RGB with a 1-bit mask, instead of each sprite once. A bad picture is skipped and reported.
    Raises DataError if nothing is left, if there is only one species, and if `out` cannot be written.
    """
    changes = {key: value for key, value in (("size", size), ("frames", frames)) if value is not None}
    job = _Job(
        source=source,
        preprocessing=preprocessing_from_json({**preprocessing_to_json(preprocessing), **changes}),
        out=out,
        seed=seed,
        workers=workers or available_cores(),
        materialize=materialize,
        fractions=fractions,
        show=progress or (lambda *_: None),
    )
    of_views = (item for item in source.items() if views is None or item.view in views)
    items = islice((item for item in of_views if shiny is None or item.shiny == shiny), limit)
    if out.is_dir():
        raise DataError(f"{out} is a folder: name the file to write, such as {out / 'set.parquet'}")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=f".{out.name}.", suffix=".part", dir=out.parent) as folder:
            with closing(RowFile(Path(folder) / "rows")) as rows:
                counts = job.read(items, rows)
            splits = job.split(rows, counts)
            report = job.report(rows, splits, counts)
            part = Path(folder) / "set"
            job.write(part, rows, splits, report)
            part.replace(out)
    except OSError as error:
        reason = error.strerror or str(error).splitlines()[0]
        raise DataError(f"{out} cannot be written ({reason}): check the folder and the disk") from error
    return report


@dataclass(frozen=True, kw_only=True)
class _Job:
    """The arguments of `prepare` and its steps."""

    source: Source
    preprocessing: Preprocessing
    out: Path
    seed: int
    workers: int
    materialize: bool
    fractions: Mapping[str, float]
    show: Progress

    def read(self, items: Iterable[Item], rows: RowFile) -> Counts:
        """First pass: write the rows of all files into `rows`."""
        counts = Counts()
        function = partial(rows_of, preprocessing=self.preprocessing)
        for chunk_rows, chunk_counts in map_processes(function, chunks(items), workers=self.workers):
            rows.add(chunk_rows)
            counts.add(chunk_counts)
            self.show("reading", counts.items, len(self.source))
        return counts

    def split(self, rows: RowFile, counts: Counts) -> dict[str, str]:
        """The split of each species. Raises DataError if there are no rows."""
        name = self.source.name
        if not counts.items:
            raise DataError(f"{name} holds no picture with these views: choose others")
        if not rows.species:
            first = f"{counts.skipped[0].path}, {counts.skipped[0].reason}"
            raise DataError(f"none of the {counts.items} files of {name} can be used; the first, {first}")
        return split_species(rows.species, seed=self.seed, fractions=self.fractions)

    def report(self, rows: RowFile, splits: Mapping[str, str], counts: Counts) -> PrepareReport:
        species = Counter(splits.values())
        sprites = {
            split: sum(n for key, n in rows.species.items() if splits[key] == split) for split in SPLITS
        }
        pictures = {split: n * len(self.preprocessing.variants(split)) for split, n in sprites.items()}
        return PrepareReport(
            out=self.out,
            preprocessing=self.preprocessing.name,
            items=counts.items,
            sprites=sprites,
            species={split: species[split] for split in SPLITS},
            pictures=pictures,
            skipped=tuple(counts.skipped),
            hardened=counts.hardened,
            cropped=counts.cropped,
            materialized=self.materialize and self.preprocessing.opaque,
        )

    def write(self, part: Path, rows: RowFile, splits: Mapping[str, str], report: PrepareReport) -> None:
        """Second pass: write the rows split by split; each row group belongs to one split."""
        import pyarrow.parquet as pq

        schema = arrow_schema(columns(materialized=report.materialized), self._info(report))
        labels = ["variant", *NAME_COLUMNS, "types.list.element", *LABEL_COLUMNS, "path"]
        total = sum(report.pictures.values() if report.materialized else report.sprites.values())
        done = first_row = 0
        options = {"compression": "zstd", "use_dictionary": labels, "write_statistics": ["split", "species"]}
        with pq.ParquetWriter(part, schema, **options) as writer:
            for split in SPLITS:
                tables = rows.tables(splits, split)
                if report.materialized:
                    tables = self._materialized(tables, split, first_row)
                for table in _grouped(tables):
                    writer.write_table(table.select(schema.names).replace_schema_metadata(schema.metadata))
                    done += len(table)
                    self.show("writing", done, total)
                first_row += report.sprites[split]

    def _info(self, report: PrepareReport) -> dict[str, Any]:
        counts = report.to_json()
        del counts["out"]
        return {
            "format": FORMAT,
            "program": f"spriteloom {__version__}",
            **counts,
            "preprocessing": preprocessing_to_json(self.preprocessing),
            "size": self.preprocessing.size,
            "seed": self.seed,
            "source": {"name": self.source.name, "licence": self.source.licence},
            "fractions": dict(self.fractions),
        }

    def _materialized(self, tables: Iterable[pa.Table], split: str, first_row: int) -> Iterator[pa.Table]:
        """Tables with a row for each picture. `first_row` is the split's first row among stored sprites."""
        pieces: list[pa.Table] = []  # those that the workers have

        def batches() -> Iterator[StoredBatch]:
            row = first_row
            for table in tables:
                for start in range(0, len(table), EXPANDED_ROWS):
                    piece = table.slice(start, EXPANDED_ROWS)
                    pieces.append(piece)
                    pngs = [image["bytes"] for image in piece["image"].to_pylist()]
                    yield StoredBatch(row, split, pngs, piece["path"].to_pylist())
                    row += len(piece)

        expand = partial(expand_to_files, preprocessing=self.preprocessing, seed=self.seed)
        for files in map_processes(expand, batches(), workers=self.workers):
            yield _with_pictures(pieces.pop(0), files, self.preprocessing.variants(split))


def _grouped(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """The same rows in tables of `GROUP_ROWS`; the last one may be smaller."""
    import pyarrow as pa

    rest: pa.Table | None = None
    for table in tables:
        rest = table if rest is None else pa.concat_tables([rest, table])
        while len(rest) >= GROUP_ROWS:
            yield rest.slice(0, GROUP_ROWS)
            rest = rest.slice(GROUP_ROWS)
    if rest is not None and len(rest):
        yield rest


def _with_pictures(piece: pa.Table, files: PictureFiles, variants: tuple[str, ...]) -> pa.Table:
    """Each row of a piece once for each variant, with that variant's picture and mask."""
    import numpy as np
    import pyarrow as pa

    table = piece.drop_columns("image").take(np.arange(len(piece)).repeat(len(variants)))
    names = [f"{name}.png" for name in table["name"].to_pylist()]
    table = table.append_column("image", image_struct(files.images, names))
    table = table.append_column("mask", image_struct(files.masks, names))
    return table.append_column("variant", pa.array([*variants] * len(piece), pa.string()))
