"""A table as values: what a page and a text both draw. Knows neither HTML nor Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from spriteloom.report.numbers import DASH


@dataclass(frozen=True, kw_only=True)
class Cell:
    """Ours, the `paper`'s beside it ("" where it prints none), and a word on it such as an interval."""

    ours: str
    paper: str = ""
    note: str = ""
    best: bool = False  # of its column


@dataclass(frozen=True, kw_only=True)
class Grid:
    """The first column names the row. Cells stand in the order of `columns`, the name left out."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]

    def __post_init__(self) -> None:
        assert all(len(cells) == len(self.columns) - 1 for _, cells in self.rows), self.title


def cell(ours: str, paper: str = "", note: str = "") -> Cell:
    return Cell(ours=ours or DASH, paper=paper, note=note)


def grid(title: str, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[Cell | str]]]) -> Grid:
    """A plain text is a cell that the paper has no figure for."""
    whole = tuple(
        (name, tuple(one if isinstance(one, Cell) else cell(one) for one in cells)) for name, cells in rows
    )
    return Grid(title=title, columns=tuple(columns), rows=whole)


def marked(table: Grid, best: Sequence[tuple[int, str]]) -> Grid:
    """The same with the cells marked that are best: (column, name of the row)."""
    chosen = set(best)
    rows = tuple(
        (name, tuple(replace(one, best=(i + 1, name) in chosen) for i, one in enumerate(cells)))
        for name, cells in table.rows
    )
    return replace(table, rows=rows)
