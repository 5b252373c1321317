"""Codes of any number of sprites, a Parquet row each, made, written and read as a stream. Knows no codec.

A row holds `name`, `height`, `width`, its own `codes` row by row, and either `alpha`, a bit for each pixel
row by row, or `palette`, three bytes for each visible color. Which codec they are of, and the side of its
patches, stand in the file's metadata.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from spriteloom.codecs.codes import Codes, Palettes
from spriteloom.errors import DataError
from spriteloom.pixels import Sprite
from spriteloom.pixels.disk import whole

if TYPE_CHECKING:
    import pyarrow as pa

CHUNK = 1024  # sprites that are in memory at once
FORMAT = 1
HEAD = b"spriteloom-codes"
SUFFIX = ".parquet"


class Coder(Protocol):
    """What makes codes of patches of m×m."""

    @property
    def m(self) -> int: ...

    def encode(self, sprites: Sequence[Sprite]) -> Codes: ...


def encoded(coder: Coder, sprites: Iterable[Sprite], chunk: int = CHUNK) -> Iterator[Codes]:
    """The codes of sprites, `chunk` at a time, in their order."""
    left = iter(sprites)
    while some := list(islice(left, chunk)):
        yield coder.encode(some)


def save_stream(chunks: Iterable[Codes], m: int, path: str | Path) -> int:
    """Write codes of patches of m×m, whole or not at all, each chunk as it comes. Returns how many sprites.

    Raises DataError where there are none, and for what the disk says.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    left = iter(chunks)
    first = next(left, None)
    if first is None:
        raise DataError(f"{path}: there are no codes to write: give sprites")
    entries = 0 if first.palettes is None else first.palettes.table.shape[1]
    head = {"format": FORMAT, "codec": first.codec, "m": m, "entries": entries}
    schema = _table(first, m).schema.with_metadata({HEAD: json.dumps(head)})
    many = 0
    with whole(path, DataError) as part, pq.ParquetWriter(part, schema, compression="zstd") as writer:
        for codes in chain((first,), left):
            writer.write_table(pa.table(_table(codes, m).columns, schema=schema))
            many += len(codes)
    return many


def open_stream(path: str | Path, chunk: int = CHUNK) -> Iterator[Codes]:
    """The codes of a file, so many sprites at a time. Raises DataError for a damaged or foreign file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    said = "give the .parquet that `spriteloom encode` wrote"
    try:
        with pq.ParquetFile(path) as file:
            head = json.loads((file.schema_arrow.metadata or {})[HEAD])
            if head["format"] != FORMAT:
                raise DataError(
                    f"{path}: codes of format {head['format']}, this program reads {FORMAT}: encode again"
                )
            for batch in file.iter_batches(chunk):
                yield _codes(batch, head["codec"], int(head["m"]), int(head["entries"]))
    except FileNotFoundError:
        raise DataError(f"{path}: no such file: {said}") from None
    except (pa.ArrowException, OSError, KeyError, TypeError, ValueError) as fault:
        reason = (str(fault).splitlines() or ["no reason given"])[0]
        raise DataError(f"{path}: not a file of codes ({reason}): {said}") from None


def joined(chunks: Iterable[Codes]) -> Codes:
    """One `Codes` of several by one codec, on grids of the largest. Raises DataError for none."""
    parts = list(chunks)
    if not parts:
        raise DataError("there are no codes to join: give sprites")
    palettes = [part.palettes for part in parts if part.palettes is not None]
    planes = [part.inside for part in parts if part.inside is not None]
    return Codes(
        grid=_padded([part.grid for part in parts]),
        sizes=np.concatenate([part.sizes for part in parts]),
        names=tuple(name for part in parts for name in part.names),
        codec=parts[0].codec,
        inside=_padded(planes) if planes else None,
        palettes=Palettes(
            table=np.concatenate([one.table for one in palettes]),
            many=np.concatenate([one.many for one in palettes]),
        )
        if palettes
        else None,
    )


def _padded(grids: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Arrays (b, h, w) one after another, all as high and wide as the largest."""
    _, h, w = np.max([grid.shape for grid in grids], axis=0)
    return np.concatenate(
        [np.pad(grid, ((0, 0), (0, h - grid.shape[1]), (0, w - grid.shape[2]))) for grid in grids]
    )


def _table(codes: Codes, m: int) -> pa.Table:
    """A chunk as rows, each cropped to its sprite."""
    import pyarrow as pa

    sides = -(-codes.sizes // m)
    grids = [grid[:h, :w].ravel() for grid, (h, w) in zip(codes.grid, sides, strict=True)]
    offsets = np.concatenate([[0], np.cumsum([len(grid) for grid in grids])]).astype(np.int32)
    columns = {
        "name": pa.array(codes.names, pa.string()),
        "height": pa.array(codes.sizes[:, 0]),
        "width": pa.array(codes.sizes[:, 1]),
        "codes": pa.ListArray.from_arrays(offsets, np.concatenate(grids)),
    }
    if codes.palettes is not None:
        rows = zip(codes.palettes.table, codes.palettes.many, strict=True)
        columns["palette"] = pa.array([table[1:many].tobytes() for table, many in rows], pa.binary())
    else:
        assert codes.inside is not None
        planes = zip(codes.inside, codes.sizes, strict=True)
        columns["alpha"] = pa.array(
            [np.packbits(plane[:h, :w]).tobytes() for plane, (h, w) in planes], pa.binary()
        )
    return pa.table(columns)


def _codes(batch: pa.RecordBatch, codec: str, m: int, entries: int) -> Codes:
    """Rows as a chunk, palettes as long as the encoder's. Raises ValueError for lengths that do not agree."""
    sizes = np.stack([batch["height"].to_numpy(), batch["width"].to_numpy()], 1)
    if len(sizes) and sizes.min() < 1:
        raise ValueError(f"a sprite of {sizes.min()} pixels")
    sides = -(-sizes // m)
    kind = batch["codes"].type.value_type.to_pandas_dtype()
    grids = [
        np.asarray(row.values.to_numpy(), kind).reshape(1, *side)
        for row, side in zip(batch["codes"], sides, strict=True)
    ]
    inside = palettes = None
    if "palette" in batch.schema.names:
        colors = [np.frombuffer(row, np.uint8).reshape(-1, 3) for row in batch["palette"].to_pylist()]
        many = np.array([1 + len(one) for one in colors], np.int64)
        table = np.zeros((len(colors), entries, 3), np.uint8)
        for row, one in zip(table, colors, strict=True):
            row[1 : 1 + len(one)] = one
        palettes = Palettes(table=table, many=many)
    else:
        planes = [
            np.unpackbits(np.frombuffer(row, np.uint8), count=h * w).reshape(1, h, w).astype(bool)
            for row, (h, w) in zip(batch["alpha"].to_pylist(), sizes, strict=True)
        ]
        high, wide = sides.max(0) * m
        inside = _padded([*planes, np.zeros((0, high, wide), bool)])
    return Codes(
        grid=_padded(grids),
        sizes=sizes,
        names=tuple(batch["name"].to_pylist()),
        codec=codec,
        inside=inside,
        palettes=palettes,
    )
