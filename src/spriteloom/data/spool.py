"""Rows wait in a file until all species are known, then leave it split by split. Knows no preprocessing.

Two passes keep memory flat: nothing can be given a side before the last species has been read, and a set is
stored by side, so that reading one never touches the others.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from spriteloom.data.rows import Row
from spriteloom.data.schema import arrow_schema, columns, image_struct
from spriteloom.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = 512  # a batch of the spool
BYTES = 2**24  # of PNGs in a batch at most, where sprites are large


@contextmanager
def beside(out: Path) -> Iterator[Path]:
    """A temporary name beside `out`, gone afterwards. Raises DataError for what the disk refuses."""
    part = out.with_name(f".{out.name}.{secrets.token_hex(4)}.part")
    try:
        try:
            yield part
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        why = error.strerror or str(error).splitlines()[0]
        raise DataError(f"{out} cannot be written ({why}): check the folder and the disk") from error


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """A temporary name that becomes `out` when the block ends well, and is gone when it does not."""
    with beside(out) as part:
        yield part
        part.replace(out)


class Spool:
    """A growing Arrow file of rows. `species` counts the rows of each."""

    def __init__(self, path: Path) -> None:
        import pyarrow as pa

        self._kinds = columns(materialized=False)
        del self._kinds["split"]
        self._path = path
        self._file = pa.OSFile(str(path), "wb")
        self._writer = pa.ipc.new_file(self._file, arrow_schema(self._kinds))
        self._waiting: list[Row] = []
        self._bytes = 0
        self.species: Counter[str] = Counter()

    def add(self, rows: list[Row]) -> None:
        for row in rows:
            self._waiting.append(row)
            self._bytes += len(row.image)
            if len(self._waiting) == ROWS or self._bytes >= BYTES:
                self._flush()
        self.species.update(row.species for row in rows)

    def close(self) -> None:
        """No more rows will come, or they are wanted no more."""
        try:
            self._flush()
            self._writer.close()
        finally:
            self._file.close()

    def tables(self, sides: Mapping[str, str], split: str) -> Iterator[pa.Table]:
        """After `close`: the rows whose species is of that split, a few hundred at a time."""
        import pyarrow as pa
        import pyarrow.compute as pc

        wanted = pa.array([species for species, side in sides.items() if side == split], pa.string())
        schema = arrow_schema(columns(materialized=False))
        with pa.OSFile(str(self._path), "rb") as file, pa.ipc.open_file(file) as reader:
            for index in range(reader.num_record_batches):
                table = pa.Table.from_batches([reader.get_batch(index)])
                table = table.filter(pc.is_in(table["species"], value_set=wanted))
                if len(table):
                    side = pa.array([split] * len(table), pa.string())
                    yield table.append_column("split", side).select(schema.names)

    def _flush(self) -> None:
        import pyarrow as pa

        if not self._waiting:
            return
        values = {field.name: [getattr(row, field.name) for row in self._waiting] for field in fields(Row)}
        values["image"] = image_struct(values["image"], [f"{name}.png" for name in values["name"]])
        schema = arrow_schema(self._kinds)
        arrays = [pa.array(values[field.name], field.type) for field in schema]
        self._writer.write_batch(pa.record_batch(arrays, schema=schema))
        self._waiting, self._bytes = [], 0
