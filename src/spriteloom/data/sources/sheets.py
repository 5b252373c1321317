"""Cuts sprite sheets by a grid: each cell with something in it becomes an item. Knows no packer's format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePosixPath

from spriteloom.data.source import Item, Source
from spriteloom.errors import BadPicture
from spriteloom.pixels.arrays import Pixels
from spriteloom.pixels.files import encode_png, open_animation
from spriteloom.pixels.formats.pages import first


@dataclass(frozen=True)
class Sheets:
    """The sheets of `source` cut into cells of `grid` = (width, height) pixels, row by row.

    A cell of one color throughout (transparent or not) is empty and left out, and so is what is left over at
    the right and below. A cell is `stem-r00c01.png`. Cells are species of their own, for a sheet is oftener a
    set than a strip: a `species` in the metadata keeps the cells of its sheet together. A sheet that cannot
    be read is handed on as it is, so that it is reported like any other bad file.
    """

    source: Source
    grid: tuple[int, int]
    labelled: frozenset[str] = frozenset()  # paths of the sheets whose species somebody has named

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
                pixels = open_animation(sheet.data, pick=first).frames[0].pixels
            except BadPicture:
                yield sheet
                continue
            yield from self._cells(sheet, pixels)

    def _cells(self, sheet: Item, pixels: Pixels) -> Iterator[Item]:
        stem = PurePosixPath(sheet.path).with_suffix("").as_posix()
        for row, column, cell in cells(pixels, self.grid):
            place = f"{stem}-r{row:02d}c{column:02d}"
            species = sheet.species if sheet.path in self.labelled else place
            yield replace(sheet, path=f"{place}.png", data=encode_png(cell), species=species)


def cells(pixels: Pixels, grid: tuple[int, int]) -> Iterator[tuple[int, int, Pixels]]:
    """(row, column, cell (h, w, 4)) of each whole cell that is not of one color."""
    width, height = grid
    for row in range(pixels.shape[0] // height):
        for column in range(pixels.shape[1] // width):
            cell = pixels[row * height : (row + 1) * height, column * width : (column + 1) * width]
            if (cell != cell[0, 0]).any():
                yield row, column, cell
