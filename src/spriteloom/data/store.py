"""`SpriteSet`: a prepared and split data set, one Parquet file, read in small batches."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spriteloom.data.pictures import Pictures, StoredBatch, decode_png, expand_batch, read_files, rechunk
from spriteloom.data.pool import map_threads
from spriteloom.data.preprocessing import Preprocessing, preprocessing_from_json, without_noise
from spriteloom.data.rows import FORMAT, ITEM_COLUMNS, LABEL_COLUMNS, columns
from spriteloom.data.source import Item
from spriteloom.data.splits import SPLITS
from spriteloom.errors import BadPicture, DataError
from spriteloom.pixels.sprite import Sprite

if TYPE_CHECKING:
    import pyarrow as pa

    from spriteloom.data.tensors import SpriteDataset

ROWS = 64  # stored sprites that a thread expands at once
PREPARE_AGAIN = "prepare the set again"
LABELS = (*LABEL_COLUMNS, "text", "path")


@dataclass(frozen=True, eq=False, kw_only=True)
class SpriteSet:
    """A prepared set on disk. `info` is its "spriteloom" metadata; `preprocessing` makes its pictures."""

    path: Path
    preprocessing: Preprocessing
    info: dict[str, Any]
    groups: dict[str, list[int]]  # the row groups of each split, in order
    rows: dict[str, range]  # the rows of each split

    @classmethod
    def open(cls, path: str | Path) -> SpriteSet:
        """Read the metadata, no picture. Raises DataError for a missing, damaged or foreign file."""
        import pyarrow.parquet as pq

        path = Path(path)
        if path.is_dir():
            raise DataError(f"{path} is a folder: name the Parquet file in it")
        with _readable(path), pq.ParquetFile(path) as file:
            info = _info(path, file.schema_arrow, file.metadata.metadata or {})
            groups, rows = _layout(path, file.metadata)
        preprocessing = preprocessing_from_json(info["preprocessing"])
        return cls(path=path, preprocessing=preprocessing, info=info, groups=groups, rows=rows)

    @property
    def materialized(self) -> bool:
        """Whether the file holds every picture instead of each sprite once."""
        return bool(self.info["materialized"])

    def without_noise(self) -> SpriteSet:
        """The same set without its pictures over noise; the other pictures stay the same, byte for byte."""
        return replace(self, preprocessing=without_noise(self.preprocessing))

    def count(self, split: str) -> int:
        """The number of pictures of a split, with augmentation."""
        original = preprocessing_from_json(self.info["preprocessing"])
        copies = len(original.variants(split)) if self.materialized else 1  # rows of a sprite in the file
        return len(self._rows(split)) // copies * len(self.preprocessing.variants(split))

    def species(self, split: str) -> list[str]:
        """The species of a split, sorted."""
        batches = (batch["species"].unique().to_pylist() for batch in self._batches(split, ["species"]))
        return sorted({species for batch in batches for species in batch})

    def sprites(self, split: str, *, limit: int | None = None) -> Iterator[Sprite]:
        """The stored sprites with their labels; of a materialized set the pictures, with the mask as alpha."""
        for row in islice(self._records(split, None), limit):
            with _readable(self.path):
                yield _sprite(row)

    def labels(self, split: str) -> Iterator[dict[str, Any]]:
        """The labels of each picture, in the order of `pictures`: strings, and "types" as a tuple."""
        copies = 1 if self.materialized else len(self.preprocessing.variants(split))
        for row in self._records(split, ["types", "shiny", *LABELS]):
            yield from repeat(_labels(row), copies)

    def items(self, split: str) -> Iterator[Item]:
        """The stored rows as items of a source: PNG bytes with labels."""
        names = [name for name in columns(materialized=False) if name not in ("name", "frame", "placement")]
        for row in self._records(split, names):
            values = {name: row[name] for name in ITEM_COLUMNS} | {"types": tuple(row["types"])}
            yield Item(data=row["image"]["bytes"], species=row["species"], **values)

    def pictures(
        self, split: str, *, chunk: int = 1024, workers: int = 2, limit: int | None = None
    ) -> Iterator[Pictures]:
        """The pictures of a split in the order of the file, `chunk` at a time, the first `limit` of them.

        Stored sprites are augmented here, on `workers` threads; neither number changes order or bytes.
        """
        return rechunk(self._blocks(split, workers, limit), chunk)

    def all_pictures(self, split: str, *, workers: int = 2, limit: int | None = None) -> Pictures:
        """All pictures of a split (or the first `limit`) at once."""
        count = self.count(split)
        n = count if limit is None else min(count, limit)
        return Pictures.collect(self._blocks(split, workers, limit), n, self.preprocessing.size)

    def as_torch(self, split: str) -> SpriteDataset:
        """The split as a `torch.utils.data.Dataset`; see `SpriteDataset`."""
        from spriteloom.data.tensors import SpriteDataset

        return SpriteDataset(self, split)

    def _records(self, split: str, names: list[str] | None) -> Iterator[dict[str, Any]]:
        return (row for batch in self._batches(split, names) for row in batch.to_pylist())

    def _rows(self, split: str) -> range:
        if split not in SPLITS:
            raise DataError(f"no split is called {split!r}: choose one of {', '.join(SPLITS)}")
        return self.rows[split]

    def _batches(self, split: str, names: list[str] | None) -> Iterator[pa.RecordBatch]:
        """The rows of a split whose variant the preprocessing has, at most `ROWS` at a time; `names`: None for all."""
        import pyarrow as pa
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        self._rows(split)
        variants = pa.array(self.preprocessing.variants(split))
        if names is not None and self.materialized:
            names = [*names, "variant"]
        with _readable(self.path), pq.ParquetFile(self.path) as file:
            batches = file.iter_batches(ROWS, self.groups[split], names, use_threads=False)
            while batch := next(batches, None):
                yield batch.filter(pc.is_in(batch["variant"], variants)) if self.materialized else batch

    def _blocks(self, split: str, workers: int, limit: int | None) -> Iterator[Pictures]:
        left = self.count(split) if limit is None else min(limit, self.count(split))
        blocks = self._materialized(split, workers) if self.materialized else self._expanded(split, workers)
        with _readable(self.path):
            while left:
                block = next(blocks)[:left]
                left -= len(block)
                yield block

    def _expanded(self, split: str, workers: int) -> Iterator[Pictures]:
        def stored() -> Iterator[StoredBatch]:
            row = self._rows(split).start
            for batch in self._batches(split, ["image", "path"]):
                yield StoredBatch(row, split, _pngs(batch["image"]), batch["path"].to_pylist())
                row += len(batch)

        work = partial(expand_batch, preprocessing=self.preprocessing, seed=int(self.info["seed"]))
        return map_threads(work, stored(), workers=workers)

    def _materialized(self, split: str, workers: int) -> Iterator[Pictures]:
        def read(batch: pa.RecordBatch) -> Pictures:
            names = batch["path"].to_pylist()
            size = self.preprocessing.size
            return read_files(_pngs(batch["image"]), _pngs(batch["mask"]), names, size)

        return map_threads(read, self._batches(split, ["image", "mask", "path"]), workers=workers)


def _pngs(images: pa.StructArray) -> list[bytes]:
    return list(images.field("bytes").to_pylist())


def _sprite(row: dict[str, Any]) -> Sprite:
    pixels = decode_png(row["image"]["bytes"], row["path"])
    if "mask" in row:
        inside = decode_png(row["mask"]["bytes"], row["path"])[..., :1] > 0
        pixels = pixels * inside
    return Sprite(pixels=pixels, name=row["name"], species=row["species"], labels=_labels(row))


def _labels(row: dict[str, Any]) -> dict[str, Any]:
    labels = {key: row[key] for key in LABELS if row[key]}
    labels |= {"types": tuple(row["types"])} if row["types"] else {}
    return labels | ({"shiny": "yes"} if row["shiny"] else {})


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Turn what goes wrong with the file into a DataError of one line."""
    import pyarrow as pa

    try:
        yield
    except FileNotFoundError:
        raise DataError(f"{path} does not exist: check the path, or prepare a set there") from None
    except PermissionError:
        raise DataError(f"{path} cannot be read: check its permissions") from None
    except BadPicture as reason:
        raise DataError(f"{path} is damaged, {reason}: {PREPARE_AGAIN}") from None
    except (pa.ArrowException, OSError, ValueError) as reason:
        first_line = (str(reason).splitlines() or ["no reason given"])[0]
        raise DataError(f"{path} is no Parquet file, or is damaged ({first_line}): {PREPARE_AGAIN}") from None


def _info(path: Path, schema: pa.Schema, metadata: dict[bytes, bytes]) -> dict[str, Any]:
    """The "spriteloom" metadata. Raises DataError if `prepare` did not write this file."""
    if b"spriteloom" not in metadata:
        raise DataError(f"{path} is a Parquet file of another program: use `spriteloom data prepare`")
    info = json.loads(metadata[b"spriteloom"])
    if not isinstance(info, dict) or "format" not in info:
        raise DataError(f"{path}: its metadata are damaged, they lack a format: {PREPARE_AGAIN}")
    if info["format"] != FORMAT:
        raise DataError(f"{path} has format {info['format']}, this program reads {FORMAT}: {PREPARE_AGAIN}")
    if missing := {"materialized", "preprocessing", "seed", "source"} - set(info):
        keys = ", ".join(sorted(missing))
        raise DataError(f"{path}: its metadata are damaged, they lack {keys}: {PREPARE_AGAIN}")
    if missing := set(columns(materialized=bool(info["materialized"]))) - set(schema.names):
        raise DataError(f"{path} lacks the columns {', '.join(sorted(missing))}: {PREPARE_AGAIN}")
    return info


def _layout(path: Path, metadata: pa.parquet.FileMetaData) -> tuple[dict[str, list[int]], dict[str, range]]:
    """Row groups and rows of each split. Raises DataError if a group holds more than one split."""
    groups: dict[str, list[int]] = {split: [] for split in SPLITS}
    rows = dict.fromkeys(SPLITS, range(0))
    start = 0
    for index in range(metadata.num_row_groups):
        group = metadata.row_group(index)
        split = _split_of(group)
        if split not in groups:
            raise DataError(f"{path} was rewritten by another program, its splits are mixed: {PREPARE_AGAIN}")
        stop = start + group.num_rows
        rows[split] = range(rows[split].start if groups[split] else start, stop)
        groups[split].append(index)
        start = stop
    return groups, rows


def _split_of(group: pa.parquet.RowGroupMetaData) -> str:
    for index in range(group.num_columns):
        column = group.column(index)
        if column.path_in_schema == "split" and column.statistics is not None:
            low, high = column.statistics.min, column.statistics.max
            return str(low) if low == high else ""
    return ""
