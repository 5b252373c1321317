"""Sources made from a tree of files: labelled pictures, any folder, and the cells of sprite sheets.

Labels come from `metadata.csv` and `metadata.jsonl` in the Hugging Face imagefolder convention, or else from names:
`slime-back_02.png`, `slime-shiny.png` and `shiny/slime.png` are of the species "slime". If a name is only labels
(`slime/front.png`, `slime/0001.png`), the folder names the species.
"""

from __future__ import annotations

import csv
import io
import json
import posixpath
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from spriteloom.data.source import DerivedSource, Item
from spriteloom.data.sources.tree import Tree
from spriteloom.errors import BadPicture, SourceError
from spriteloom.pixels.arrays import Pixels
from spriteloom.pixels.files import encode_png
from spriteloom.pixels.formats.pages import first_frame
from spriteloom.pixels.sprite import open_animation

PICTURE_SUFFIXES = frozenset({".png", ".apng", ".gif", ".webp", ".bmp", ".jpg", ".jpeg", ".aseprite", ".ase"})
LICENCE_FILE = "LICENCE.txt"  # its first line is the source's licence; `fetch` writes it
UNKNOWN_LICENCE = "not known: that of the files you named"
METADATA_FILES = ("metadata.csv", "metadata.jsonl")
TEXT_COLUMNS = ("species", "shape", "color", "view", "form", "text")
TRUE_WORDS = frozenset({"true", "yes", "1", "1.0"})

ARCHIVE_SUFFIX = re.compile(r"\.(?:zip|tgz|tar(?:\.\w+)?)$", re.IGNORECASE)
NAME_SUFFIX = re.compile(r"(?:^|[-_ .])(?:(?P<word>[a-z]+)[-_ ]?\d*|f?\d+)$", re.IGNORECASE)
LABEL_WORDS: dict[str, dict[str, Any]] = {
    "front": {"view": "front"}, "back": {"view": "back"}, "icon": {"view": "icon"}, "menu": {"view": "icon"},
    "shiny": {"shiny": True}, "female": {"form": "female"}, "male": {}, "frame": {},
}  # fmt: skip

Fields = dict[str, Any]  # of Item
Row = Mapping[str, Any]  # of a metadata file


@dataclass(frozen=True, kw_only=True)
class TreeSource:
    """The pictures of `tree` in its order; `labels` maps paths to items without bytes. Unreadable ones give b""."""

    name: str
    licence: str
    tree: Tree
    labels: Mapping[str, Item]

    def __len__(self) -> int:
        return len(self.labels)

    def items(self) -> Iterator[Item]:
        for path, data in self.tree.read(self.labels):
            yield replace(self.labels[path], data=data)


def is_picture(path: str) -> bool:
    return PurePosixPath(path).suffix.lower() in PICTURE_SUFFIXES


def matching_paths(paths: Iterable[str], pattern: re.Pattern[str]) -> dict[str, re.Match[str]]:
    """Path → match, for the paths in which `pattern` is found."""
    return {path: match for path in paths if (match := pattern.search(path))}


def common_folder(paths: Collection[str]) -> str:
    """The innermost folder that holds all of these paths: "" or ending in "/"."""
    if not paths:
        return ""
    first_parts, last_parts = (PurePosixPath(path).parent.parts for path in (min(paths), max(paths)))
    shared = [a for a, b in zip(first_parts, last_parts, strict=False) if a == b]
    return "".join(f"{part}/" for part in shared)


def folder_source(tree: Tree) -> TreeSource:
    """Every picture below, except hidden files. Raises SourceError for metadata that do not fit."""
    fields = read_metadata(tree)
    name = ARCHIVE_SUFFIX.sub("", tree.place.resolve().name)
    licence = b"".join(data for _, data in tree.read([path for path in tree.paths if path == LICENCE_FILE]))
    first_line = licence.decode("utf-8", "replace").strip().partition("\n")[0].strip()
    labels = {
        path: replace(item_from_path(path, default_species=name), **fields.get(path, {}))
        for path in tree.paths
        if is_picture(path)
    }
    return TreeSource(name=name, licence=first_line or UNKNOWN_LICENCE, tree=tree, labels=labels)


def item_from_path(path: str, default_species: str = "") -> Item:
    """The labels that a path holds. `default_species`: for a file in no folder whose name is only labels."""
    file = PurePosixPath(path)
    folders = [part for part in file.parent.parts if part.lower() not in LABEL_WORDS]
    fields: Fields = {}
    for part in file.parent.parts:
        fields |= LABEL_WORDS.get(part.lower(), {})
    rest = file.stem
    while (match := NAME_SUFFIX.search(rest)) and (match["word"] or "frame").lower() in LABEL_WORDS:
        fields |= LABEL_WORDS.get((match["word"] or "").lower(), {})
        rest = rest[: match.start()]
    if not rest:
        rest = folders[-1] if folders else file.stem if file.stem.isdecimal() else default_species
    return Item(path=path, data=b"", species=rest or file.stem, **fields)


def metadata_line(item: Item) -> str:
    """An item's line of metadata.jsonl. Every line has every column; unknown labels are empty."""
    row = {"file_name": item.path, "types": list(item.types), "shiny": item.shiny, "canvas": item.canvas}
    return json.dumps(row | {name: getattr(item, name) for name in TEXT_COLUMNS}, ensure_ascii=False) + "\n"


def read_metadata(tree: Tree) -> dict[str, Fields]:
    """Path in the tree → fields of its item, from all metadata files. SourceError names file and line."""
    fields: dict[str, Fields] = {}
    known_paths = frozenset(tree.paths)
    files = [path for path in tree.paths if posixpath.basename(path) in METADATA_FILES]
    for path, data in tree.read(files):
        for line, row in _rows(f"{tree.place}: {path}", data):
            where = f"{tree.place}: {path}, line {line}"
            name = row.get("file_name")
            if not isinstance(name, str) or not name:
                raise SourceError(f"{where}: there is no file_name; each row needs one")
            picture = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
            if picture not in known_paths:
                raise SourceError(f"{where}: there is no file {picture}; correct the row or remove it")
            if picture in fields:
                raise SourceError(f"{where}: {picture} has a row already; remove one of them")
            fields[picture] = _fields(row)
    return fields


def _rows(file: str, data: bytes) -> Iterator[tuple[int, Row]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{file}: not UTF-8 text ({error.reason} at byte {error.start})") from error
    yield from _csv_rows(file, text) if file.endswith(".csv") else _json_rows(file, text)


def _csv_rows(file: str, text: str) -> Iterator[tuple[int, Row]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="")
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise SourceError(f"{file}, line {reader.line_num}: {error}") from error


def _json_rows(file: str, text: str) -> Iterator[tuple[int, Row]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                row = json.loads(line)
            except ValueError as error:
                raise SourceError(f"{file}, line {number}: not JSON ({error})") from error
            if not isinstance(row, dict):
                raise SourceError(f"{file}, line {number}: not an object with file_name and labels")
            yield number, row


def _fields(row: Row) -> Fields:
    """The item's fields that a row fills; an empty cell fills none. "colour" is read as "color"."""
    row = {**row, "color": row.get("color") or row.get("colour")}
    fields: Fields = {name: str(row[name]).strip() for name in TEXT_COLUMNS if row.get(name)}
    if types := row.get("types"):  # a list, or words separated by spaces, commas, semicolons, bars or slashes
        words = re.split(r"[\s,;|/\[\]'\"]+", types) if isinstance(types, str) else map(str, types)
        fields["types"] = tuple(filter(None, words))
    if row.get("shiny") not in (None, ""):
        fields["shiny"] = str(row["shiny"]).strip().lower() in TRUE_WORDS
    if str(row.get("canvas") or "").isdecimal():
        fields["canvas"] = int(row["canvas"])
    return fields


@dataclass(frozen=True)
class SheetSource(DerivedSource):
    """The sheets of `source` cut into cells of `grid` = (width, height) pixels, row by row.

    Cells of a single color are left out, and the rest at the right and bottom. A cell is named `stem-r00c01.png` and
    is its own species, unless the metadata name the sheet's. A sheet that cannot be read is passed on unchanged.
    """

    grid: tuple[int, int]
    sheets_with_species: frozenset[str] = frozenset()  # paths whose species the metadata name

    def __len__(self) -> int:
        return self._count

    @cached_property
    def _count(self) -> int:
        return sum(1 for _ in self.items())

    def items(self) -> Iterator[Item]:
        for sheet in self.source.items():
            try:
                pixels = open_animation(sheet.data, pick=first_frame).frames[0].pixels
            except BadPicture:
                yield sheet
                continue
            stem = PurePosixPath(sheet.path).with_suffix("").as_posix()
            for row, column, cell in _cells(pixels, self.grid):
                name = f"{stem}-r{row:02d}c{column:02d}"
                species = sheet.species if sheet.path in self.sheets_with_species else name
                yield replace(sheet, path=f"{name}.png", data=encode_png(cell), species=species)


def _cells(pixels: Pixels, grid: tuple[int, int]) -> Iterator[tuple[int, int, Pixels]]:
    """(row, column, cell (h, w, 4)) of each whole cell that has more than one color."""
    width, height = grid
    for row in range(pixels.shape[0] // height):
        for column in range(pixels.shape[1] // width):
            cell = pixels[row * height : (row + 1) * height, column * width : (column + 1) * width]
            if (cell != cell[0, 0]).any():
                yield row, column, cell
