"""Encode, write and read the codes of any number of sprites as a stream, one Parquet row for each sprite.

A row holds `name`, `height`, `width`, the `codes` in raster order, and either `alpha`, a bit for each pixel, or
`palette`, three bytes for each visible color.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from spriteloom.codecs.codes import FORMAT, HINT, Codes, Palettes, check_format
from spriteloom.errors import DataError
from spriteloom.pixels import Sprite
from spriteloom.pixels.disk import whole

if TYPE_CHECKING:
    import pyarrow as pa

CHUNK = 1024  # sprites that are in memory at once
HEAD = b"spriteloom-codes"  # key of the metadata
SUFFIX = ".parquet"


class Coder(Protocol):
    """A codec of patches of m×m."""

    @property
    def m(self) -> int: ...

    def encode(self, sprites: Sequence[Sprite]) -> Codes: ...


def encode_chunks(coder: Coder, sprites: Iterable[Sprite], chunk: int = CHUNK) -> Iterator[Codes]:
    """The codes of sprites in their order, `chunk` sprites at a time."""
    remaining = iter(sprites)
    while batch := list(islice(remaining, chunk)):
        yield coder.encode(batch)


def save_stream(chunks: Iterable[Codes], m: int, path: str | Path) -> int:
    """Write chunks of codes, the whole file or nothing; returns the number of sprites. Raises DataError for none."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    remaining = iter(chunks)
    first = next(remaining, None)
    if first is None:
        raise DataError(f"{path}: there are no codes to write: give sprites")
    entries = 0 if first.palettes is None else first.palettes.table.shape[1]
    head = {"format": FORMAT, "codec": first.codec, "m": m, "entries": entries}
    schema = _table(first, m).schema.with_metadata({HEAD: json.dumps(head)})
    count = 0
    with whole(path, DataError) as part, pq.ParquetWriter(part, schema, compression="zstd") as writer:
        for codes in chain((first,), remaining):
            writer.write_table(pa.table(_table(codes, m).columns, schema=schema))
            count += len(codes)
    return count


def open_stream(path: str | Path, chunk: int = CHUNK) -> Iterator[Codes]:
    """The codes of a file, `chunk` sprites at a time. Raises DataError for a damaged or foreign file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            head = json.loads((file.schema_arrow.metadata or {})[HEAD])
            check_format(path, head)
            for batch in file.iter_batches(chunk):
                yield _codes(batch, head["codec"], int(head["m"]), int(head["entries"]))
    except FileNotFoundError:
        raise DataError(f"{path}: no such file: {HINT}") from None
    except (pa.ArrowException, OSError, KeyError, TypeError, ValueError) as fault:
        reason = (str(fault).splitlines() or ["no reason given"])[0]
        raise DataError(f"{path}: not a file of codes ({reason}): {HINT}") from None


def concatenate_codes(chunks: Iterable[Codes]) -> Codes:
    """Several `Codes` of one codec as one, padded to the largest grid. Raises DataError for none."""
    parts = list(chunks)
    if not parts:
        raise DataError("there are no codes to write: give sprites")
    planes = [part.inside for part in parts if part.inside is not None]
    palettes = None
    if tables := [part.palettes for part in parts if part.palettes is not None]:
        lengths = np.concatenate([part.lengths for part in tables])
        palettes = Palettes(table=np.concatenate([part.table for part in tables]), lengths=lengths)
    return Codes(
        grid=_padded([part.grid for part in parts]),
        sizes=np.concatenate([part.sizes for part in parts]),
        names=tuple(name for part in parts for name in part.names),
        codec=parts[0].codec,
        inside=_padded(planes) if planes else None,
        palettes=palettes,
    )


def _padded(grids: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Arrays (b, h, w) concatenated, padded to the largest height and width."""
    _, height, width = np.max([grid.shape for grid in grids], axis=0)
    margins = [((0, 0), (0, height - h), (0, width - w)) for _, h, w in (grid.shape for grid in grids)]
    return np.concatenate([np.pad(grid, margin) for grid, margin in zip(grids, margins, strict=True)])


def _table(codes: Codes, m: int) -> pa.Table:
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
        rows = zip(codes.palettes.table, codes.palettes.lengths, strict=True)
        columns["palette"] = pa.array([table[1:length].tobytes() for table, length in rows], pa.binary())
    else:
        assert codes.inside is not None
        planes = zip(codes.inside, codes.sizes, strict=True)
        bits = [np.packbits(plane[:h, :w]).tobytes() for plane, (h, w) in planes]
        columns["alpha"] = pa.array(bits, pa.binary())
    return pa.table(columns)


def _codes(batch: pa.RecordBatch, codec: str, m: int, entries: int) -> Codes:
    """Rows as a chunk, palettes padded to `entries`. Raises ValueError if lengths do not agree."""
    sizes = np.stack([batch["height"].to_numpy(), batch["width"].to_numpy()], 1)
    if len(sizes) and sizes.min() < 1:
        raise ValueError(f"a sprite of {sizes.min()} pixels")
    sides = -(-sizes // m)
    kind = batch["codes"].type.value_type.to_pandas_dtype()
    rows = (np.asarray(row.values.to_numpy(), kind) for row in batch["codes"])
    grids = [row.reshape(1, *side) for row, side in zip(rows, sides, strict=True)]
    inside = palettes = None
    if "palette" in batch.schema.names:
        colors = [np.frombuffer(row, np.uint8).reshape(-1, 3) for row in batch["palette"].to_pylist()]
        lengths = np.array([1 + len(palette) for palette in colors], np.int64)
        table = np.zeros((len(colors), entries, 3), np.uint8)
        for row, palette in zip(table, colors, strict=True):
            row[1 : 1 + len(palette)] = palette
        palettes = Palettes(table=table, lengths=lengths)
    else:
        planes = [
            np.unpackbits(np.frombuffer(row, np.uint8), count=h * w).reshape(1, h, w).astype(bool)
            for row, (h, w) in zip(batch["alpha"].to_pylist(), sizes, strict=True)
        ]
        height, width = sides.max(0) * m
        inside = _padded([*planes, np.zeros((0, height, width), bool)])
    names = tuple(batch["name"].to_pylist())
    return Codes(grid=_padded(grids), sizes=sizes, names=names, codec=codec, inside=inside, palettes=palettes)
