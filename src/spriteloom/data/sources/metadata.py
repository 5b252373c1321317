"""Labels beside pictures in the Hugging Face imagefolder convention: metadata.csv and metadata.jsonl.

`file_name` is relative to the folder that the metadata lies in. Of the other columns, those named like a
field of `Item` (species, types, shape, color, view, form, shiny, canvas, text) are used and the rest are
passed over.
"""

from __future__ import annotations

import csv
import io
import json
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from spriteloom.data.source import Item
from spriteloom.data.sources.tree import Tree
from spriteloom.errors import SourceError

NAMES = ("metadata.csv", "metadata.jsonl")
WORDS = ("species", "shape", "color", "view", "form", "text")
TRUE = frozenset({"true", "yes", "1", "1.0"})

Fields = dict[str, Any]  # of Item


def read_metadata(tree: Tree) -> dict[str, Fields]:
    """Path in the tree -> fields of its item, from every metadata file. SourceError names file and line."""
    found: dict[str, Fields] = {}
    known = frozenset(tree.paths)
    files = [path for path in tree.paths if posixpath.basename(path) in NAMES]
    for path, data in tree.read(files):
        for line, row in _rows(f"{tree.place}: {path}", data):
            where = f"{tree.place}: {path}, line {line}"
            picture = posixpath.normpath(posixpath.join(posixpath.dirname(path), _file_name(row, where)))
            if picture not in known:
                raise SourceError(f"{where}: there is no file {picture}; mend the row or take it out")
            if picture in found:
                raise SourceError(f"{where}: {picture} has a row already; take one of them out")
            found[picture] = _fields(row)
    return found


def as_row(item: Item) -> str:
    """One line of metadata.jsonl for an item. What is unknown is empty, so every row has every column."""
    row = {"file_name": item.path, "types": list(item.types), "shiny": item.shiny, "canvas": item.canvas}
    return json.dumps(row | {word: getattr(item, word) for word in WORDS}, ensure_ascii=False) + "\n"


def _rows(file: str, data: bytes) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """(line in the file, row) of each row."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{file}: not UTF-8 text ({error.reason} at byte {error.start})") from error
    yield from _csv_rows(file, text) if file.endswith(".csv") else _json_rows(file, text)


def _csv_rows(file: str, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="")
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise SourceError(f"{file}, line {reader.line_num}: {error}") from error


def _json_rows(file: str, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                row = json.loads(line)
            except ValueError as error:
                raise SourceError(f"{file}, line {number}: not JSON ({error})") from error
            if not isinstance(row, dict):
                raise SourceError(f"{file}, line {number}: not an object with file_name and labels")
            yield number, row


def _file_name(row: Mapping[str, Any], where: str) -> str:
    name = row.get("file_name")
    if not isinstance(name, str) or not name:
        raise SourceError(f"{where}: there is no file_name; each row needs one")
    return name


def _fields(row: Mapping[str, Any]) -> Fields:
    """The fields of an item that a row fills; an empty cell fills none."""
    fields: Fields = {word: str(row[word]).strip() for word in WORDS if row.get(word)}
    if types := row.get("types"):
        fields["types"] = tuple(_words(types))
    if row.get("shiny") not in (None, ""):
        fields["shiny"] = str(row["shiny"]).strip().lower() in TRUE
    if str(row.get("canvas") or "").isdecimal():
        fields["canvas"] = int(row["canvas"])
    return fields


def _words(types: str | Iterable[Any]) -> Iterable[str]:
    """Types as a list, or as words between spaces, commas, semicolons, bars or slashes ("fire/flying")."""
    return filter(None, re.split(r"[\s,;|/\[\]'\"]+", types) if isinstance(types, str) else map(str, types))
