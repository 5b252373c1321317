"""The columns of a prepared set, its rows made from picture files, and a file in which rows wait for their split.

The metadata of a set hold two JSON texts: "huggingface", from which `datasets.load_dataset("parquet", …)` knows
the image columns, and "spriteloom", described in `prepare.py`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import numpy as np

from spriteloom.data.preprocessing import Preprocessing, StoredSprite
from spriteloom.data.source import Item
from spriteloom.errors import BadPicture
from spriteloom.pixels.arrays import Pixels
from spriteloom.pixels.files import encode_png
from spriteloom.pixels.formats.pages import all_frames, first_frame
from spriteloom.pixels.sprite import Sprite, open_animation

if TYPE_CHECKING:
    import pyarrow as pa

FORMAT = 1  # of the "spriteloom" metadata and the columns; raise it when old readers would misread new files

NAME_COLUMNS = ("name", "species", "split")
LABEL_COLUMNS = ("shape", "color", "view", "form")
ITEM_COLUMNS = (*LABEL_COLUMNS, "types", "shiny", "path", "text")  # taken from a source's item
CHUNK_ITEMS = 64
CHUNK_BYTES = 2**17  # of files: about ten animated GIFs, so that two workers finish together
NOVELTY = 0.25  # a frame is kept if it differs from all kept ones in more than this share of the foreground
BUFFER_ROWS = 512  # rows that `RowFile` writes at once
BUFFER_BYTES = 2**24  # of their PNGs at most, for large sprites

Row = dict[str, Any]  # one stored sprite: column → value; its image is an exact RGBA PNG


def columns(*, materialized: bool) -> dict[str, str]:
    """Column names in order, each with its kind: image, string, strings, bool or int32."""
    kinds = {"image": "image"}
    if materialized:
        kinds |= {"mask": "image", "variant": "string"}
    kinds |= dict.fromkeys(NAME_COLUMNS, "string")
    kinds |= {"types": "strings"} | dict.fromkeys(LABEL_COLUMNS, "string")
    kinds |= {"shiny": "bool", "frame": "int32", "path": "string", "text": "string"}
    return kinds | {"width": "int32", "height": "int32", "placement": "string"}


def arrow_schema(kinds: dict[str, str], info: dict[str, Any] | None = None) -> pa.Schema:
    """The Arrow schema of such columns; with `info`, its metadata hold both JSON texts."""
    import pyarrow as pa

    types = {
        "image": pa.struct([("bytes", pa.binary()), ("path", pa.string())]),
        "string": pa.string(),
        "strings": pa.list_(pa.string()),
        "bool": pa.bool_(),
        "int32": pa.int32(),
    }
    schema = pa.schema([(name, types[kind]) for name, kind in kinds.items()])
    if info is None:
        return schema
    texts = {"huggingface": _features(kinds), "spriteloom": info}
    return schema.with_metadata({key: json.dumps(text, ensure_ascii=False) for key, text in texts.items()})


def image_struct(pngs: list[bytes], paths: list[str]) -> pa.StructArray:
    """An image column: PNG bytes and file names."""
    import pyarrow as pa

    return pa.StructArray.from_arrays([pa.array(pngs, pa.binary()), pa.array(paths)], names=["bytes", "path"])


def _features(kinds: dict[str, str]) -> dict[str, Any]:
    special: dict[str, dict[str, Any]] = {
        "image": {"_type": "Image"},
        "strings": {"feature": {"dtype": "string", "_type": "Value"}, "_type": "Sequence"},
    }
    features = {name: special.get(kind, {"dtype": kind, "_type": "Value"}) for name, kind in kinds.items()}
    return {"info": {"features": features}}


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that could not be used, and the reason."""

    path: str
    reason: str


@dataclass(slots=True)
class Counts:
    """What happened to the items of a source."""

    items: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    hardened: int = 0  # sprites whose partial alpha was cut to 0 or 255
    cropped: int = 0  # sprites whose foreground is larger than the canvas

    def add(self, other: Counts) -> None:
        self.items += other.items
        self.skipped += other.skipped
        self.hardened += other.hardened
        self.cropped += other.cropped


def chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Items in order, in lists of at most `CHUNK_ITEMS` and of about `CHUNK_BYTES`."""
    chunk: list[Item] = []
    size = 0
    for item in items:
        chunk.append(item)
        size += len(item.data)
        if len(chunk) == CHUNK_ITEMS or size >= CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def rows_of(items: list[Item], preprocessing: Preprocessing) -> tuple[list[Row], Counts]:
    """The rows of a chunk, decoded one animation at a time. A bad picture becomes a `Skipped`."""
    rows: list[Row] = []
    counts = Counts(len(items))
    for item in items:
        try:
            frames = _stored_frames(item, preprocessing)
        except BadPicture as error:
            counts.skipped.append(Skipped(item.path, reason_without_path(error, item)))
            continue
        counts.hardened += sum(stored.hardened for _, _, stored in frames)
        counts.cropped += sum(stored.cropped for _, _, stored in frames)
        rows += [_row(item, number, original, stored) for number, original, stored in frames]
    return rows, counts


def reason_without_path(error: BadPicture, item: Item) -> str:
    return str(error).removeprefix(item.path).strip()


def _stored_frames(item: Item, preprocessing: Preprocessing) -> list[tuple[int, Sprite, StoredSprite]]:
    """(frame number, original, what is stored of it). Raises BadPicture, also if no frame shows anything."""
    pick = first_frame if preprocessing.frames == 1 else all_frames
    frames = open_animation(item.data, name=item.path, pick=pick).frames
    numbers = pick_frames([frame.pixels for frame in frames], most=preprocessing.frames)
    stored = [(number, frames[number], preprocessing.keep(frames[number], item.canvas)) for number in numbers]
    visible = [(number, original, sprite) for number, original, sprite in stored if sprite is not None]
    if not visible:
        raise BadPicture("shows nothing, every pixel is transparent: leave it out")
    return visible


def pick_frames(frames: Sequence[Pixels], *, most: int | None = None) -> list[int]:
    """Indices of the frames to keep, in order, always with the first one.

    A frame (h, w, 4) stays if it differs from every kept one in more than `NOVELTY` of the pixels that are visible in
    either; of more than `most`, evenly spread ones.
    """
    if most == 1:
        return [0]
    # Loops hold most frames more than once: equal ones go first, which is cheap.
    earliest = {frames[i].tobytes(): i for i in reversed(range(len(frames)))}
    different = sorted(earliest.values())
    # (h, w, 4) → one uint32 a pixel, 0 for invisible ones; pixels that no frame shows are left out.
    values = [frames[i].view(np.uint32)[..., 0] * (frames[i][..., 3] > 0) for i in different]
    flat = np.stack(values).reshape(len(values), -1)
    flat = flat[:, flat.any(axis=0)]
    kept: list[int] = []
    for index, frame in enumerate(flat):
        differing, foreground = (flat[kept] != frame).sum(axis=1), ((flat[kept] | frame) != 0).sum(axis=1)
        if (differing > NOVELTY * foreground).all():
            kept.append(index)
    numbers = [different[index] for index in kept]
    if most is None or len(numbers) <= most:
        return numbers
    return [numbers[round(position)] for position in np.linspace(0, len(numbers) - 1, most)]


def _row(item: Item, frame: int, original: Sprite, stored: StoredSprite) -> Row:
    stem = PurePosixPath(item.path).stem
    name = f"{stem}-{frame}" if frame else stem
    return {column: getattr(item, column) for column in ITEM_COLUMNS} | {
        "image": {"bytes": encode_png(stored.sprite.pixels), "path": f"{name}.png"},
        "name": name,
        "species": item.species or item.path,
        "frame": frame,
        "width": original.width,  # of the original, like the height
        "height": original.height,
        "placement": stored.placement.to_json() if stored.placement else "",
    }


class RowFile:
    """A growing Arrow file of rows, read back split by split once the split of each species is known."""

    def __init__(self, path: Path) -> None:
        import pyarrow as pa

        self._kinds = columns(materialized=False)
        del self._kinds["split"]
        self._path = path
        self._file = pa.OSFile(str(path), "wb")
        self._writer = pa.ipc.new_file(self._file, arrow_schema(self._kinds))
        self._buffer: list[Row] = []
        self._bytes = 0
        self.species: Counter[str] = Counter()

    def add(self, rows: list[Row]) -> None:
        for row in rows:
            self._buffer.append(row)
            self._bytes += len(row["image"]["bytes"])
            if len(self._buffer) == BUFFER_ROWS or self._bytes >= BUFFER_BYTES:
                self._flush()
        self.species.update(row["species"] for row in rows)

    def close(self) -> None:
        """After this, no rows can be added."""
        try:
            self._flush()
            self._writer.close()
        finally:
            self._file.close()

    def tables(self, splits: Mapping[str, str], split: str) -> Iterator[pa.Table]:
        """After `close`: the rows of one split, given the split of each species, some hundred at a time."""
        import pyarrow as pa
        import pyarrow.compute as pc

        wanted = pa.array([species for species, name in splits.items() if name == split], pa.string())
        schema = arrow_schema(columns(materialized=False))
        with pa.OSFile(str(self._path), "rb") as file, pa.ipc.open_file(file) as reader:
            for index in range(reader.num_record_batches):
                table = pa.Table.from_batches([reader.get_batch(index)])
                table = table.filter(pc.is_in(table["species"], value_set=wanted))
                if len(table):
                    column = pa.array([split] * len(table), pa.string())
                    yield table.append_column("split", column).select(schema.names)

    def _flush(self) -> None:
        import pyarrow as pa

        if not self._buffer:
            return
        self._writer.write_batch(pa.RecordBatch.from_pylist(self._buffer, arrow_schema(self._kinds)))
        self._buffer, self._bytes = [], 0
