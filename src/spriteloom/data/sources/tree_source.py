"""Sources made from a tree of files: its labelled pictures, and the cells of sprite sheets."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePosixPath

from spriteloom.data.source import Item, Source
from spriteloom.data.sources.tree import Tree
from spriteloom.errors import BadPicture
from spriteloom.pixels.arrays import Pixels
from spriteloom.pixels.files import encode_png
from spriteloom.pixels.formats.pages import first_frame
from spriteloom.pixels.sprite import open_animation

PICTURE_SUFFIXES = frozenset({".png", ".apng", ".gif", ".webp", ".bmp", ".jpg", ".jpeg", ".aseprite", ".ase"})


@dataclass(frozen=True, kw_only=True)
class TreeSource:
    """The pictures of `tree` that `labels` names, in the tree's order.

    `labels` maps a path of the tree to its item without bytes. A file that cannot be read becomes an item
    with b"": no decoder accepts it, so the audit lists it and nothing stops.
    """

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


@dataclass(frozen=True)
class SheetSource:
    """The sheets of `source` cut into cells of `grid` = (width, height) pixels, row by row.

    Cells of a single color (transparent or not) are left out; so is the rest at the right and bottom. A cell
    is named `stem-r00c01.png`. Each cell is its own species, unless the metadata name the sheet's species. A
    sheet that cannot be read is passed on unchanged and is reported like any other bad file.
    """

    source: Source
    grid: tuple[int, int]
    sheets_with_species: frozenset[str] = frozenset()  # paths whose species the metadata name

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def licence(self) -> str:
        return self.source.licence

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
            yield from self._cells(sheet, pixels)

    def _cells(self, sheet: Item, pixels: Pixels) -> Iterator[Item]:
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
