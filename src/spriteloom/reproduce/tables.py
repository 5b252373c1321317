"""Tables and confusion matrices as values, the text of figures in them, and both as Markdown."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

Interval = Sequence[float]  # (low, high), 95 %
DASH = "–"


@dataclass(frozen=True, kw_only=True)
class Cell:
    """Our figure, the paper's beside it ("" where it prints none), and a note such as an interval."""

    text: str
    paper: str = ""
    note: str = ""
    best: bool = False  # of its column


Row = tuple[str, Sequence[Cell | str]]  # the name of a row, its cells; a text is a cell without the paper's


@dataclass(frozen=True, kw_only=True)
class Table:
    """The first column names the row. Cells stand in the order of `columns`, the name left out."""

    kind: ClassVar[str] = "table"  # the macro of `parts.html` that draws it
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]

    def __post_init__(self) -> None:
        assert all(len(cells) == len(self.columns) - 1 for _, cells in self.rows), self.title

    def markdown(self) -> str:
        """A caption and a pipe table; the paper's figure stands in brackets."""
        rows = [[escape(name), *map(_cell_markdown, cells)] for name, cells in self.rows]
        return _pipe_table(self.title, [escape(name) for name in self.columns], rows)


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """Requested labels (rows) against recognised ones (columns): `counts[i][j]`, or shares."""

    kind: ClassVar[str] = "matrix"
    title: str
    labels: Sequence[str]
    counts: Sequence[Sequence[float]]

    def shares(self) -> list[tuple[str, list[float]]]:
        """Each label with its row in shares of the row's sum; an empty row is all zeros."""
        rows = [[count / (sum(row) or 1) for count in row] for row in self.counts]
        return list(zip(self.labels, rows, strict=True))

    def markdown(self) -> str:
        """A caption and a pipe table of per cents."""
        rows = [[escape(label), *(f"{100 * part:.0f}" for part in row)] for label, row in self.shares()]
        return _pipe_table(self.title, ["", *map(escape, self.labels)], rows)


def cell(text: str, paper: str = "", note: str = "") -> Cell:
    return Cell(text=text or DASH, paper=paper, note=note)


def table(title: str, columns: Sequence[str], rows: Sequence[Row]) -> Table:
    whole_rows = tuple(
        (name, tuple(value if isinstance(value, Cell) else cell(value) for value in cells))
        for name, cells in rows
    )
    return Table(title=title, columns=tuple(columns), rows=whole_rows)


def mark_best(unmarked: Table, best: Sequence[tuple[int, str]]) -> Table:
    """The same table with its best cells marked: (column, name of the row)."""
    rows = tuple(
        (name, tuple(replace(value, best=(i, name) in best) for i, value in enumerate(cells, 1)))
        for name, cells in unmarked.rows
    )
    return replace(unmarked, rows=rows)


Column = Callable[[Any], Cell | str]


def columns_table(
    title: str, name: str, rows: Iterable[tuple[str, Any]], columns: Mapping[str, Column]
) -> Table:
    """A table of rows by their names, a function of the row for each column; `name` heads the first one."""
    cells = [(label, [text(row) for text in columns.values()]) for label, row in rows]
    return table(title, [name, *columns], cells)


def trainings_table(models: Iterable[Mapping[str, Any]], name: str, columns: str, epochs: int = 0) -> Table:
    """Every training of a reproduction: `columns` by their names and commas, `name` of "job" or "label".

    `epochs` is the paper's number, which stands beside those of its protocol.
    """
    texts: Mapping[str, Column] = {
        "model": lambda row: row["label"],
        "protocol": lambda row: PROTOCOLS[row["whose"]],
        "preset": lambda row: row["preset"],
        "parameters": lambda row: whole(row["parameters"]) if row["parameters"] else DASH,
        "minutes asked": lambda row: DASH if row["minutes"] is None else f"{row['minutes']:g}",
        "steps": lambda row: whole(row["steps"]),
        "epochs": lambda row: cell(small(row["epochs"]), str(epochs) if row["whose"] == "paper" else ""),
        "took": lambda row: duration(row["seconds"]),
    }
    chosen = {column: texts[column] for column in columns.split(", ")}
    head = {"job": "training", "label": "model"}[name]
    return columns_table("What was trained", head, ((row[name], row) for row in models), chosen)


def stages_table(figures: Mapping[str, Any]) -> Table:
    """How long each stage took, and all of them."""
    stages = [*figures["stages"].items(), ("in all", figures["seconds"])]
    return columns_table("What took how long", "stage", stages, {"time": duration})


PROTOCOLS = {"paper": "the paper’s", "ours": "ours"}


def small(value: float | None, digits: int = 3) -> str:
    """A small figure such as an MSE, to so many digits, never with an exponent: 0.000178."""
    if value is None or not math.isfinite(value):
        return DASH
    if not value:
        return "0"
    return f"{value:.{min(9, max(0, digits - 1 - math.floor(math.log10(abs(value)))))}f}"


def share(value: float | None) -> str:
    """A share as per cent: 93.4 %."""
    return DASH if value is None or not math.isfinite(value) else f"{100 * value:.1f} %"


def fixed(value: float | None, digits: int = 3) -> str:
    return DASH if value is None or not math.isfinite(value) else f"{value:,.{digits}f}"


def times(value: float | None) -> str:
    """A ratio: 1.04×, 12×, 3,400×."""
    if value is None or not math.isfinite(value):
        return DASH
    return f"{value:,.0f}×" if value >= 10 else f"{value:.2f}×"


def speed(value: float) -> str:
    """Mpx/s to three digits."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def whole(value: float) -> str:
    return f"{value:,.0f}"


def duration(seconds: float | None) -> str:
    """5 min 12 s, or 12.3 s."""
    if seconds is None:
        return DASH
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def interval(bounds: Interval | None, digits: int | None = None) -> str:
    """0.116 to 0.172, to so many decimals, or to three digits; "" where there is none."""
    if bounds is None:
        return ""
    low, high = (small(bound) if digits is None else fixed(bound, digits) for bound in bounds)
    return f"{low} to {high}"


def escape(text: str) -> str:
    """Text that can break neither a Markdown table nor a line, and is no markup."""
    text = " ".join(text.split())
    for mark in "\\|<>*_`[]":
        text = text.replace(mark, f"\\{mark}")
    return text


def _pipe_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    rule = ["---", *["---:"] * (len(columns) - 1)]
    lines = ["| " + " | ".join(cells) + " |" for cells in (columns, rule, *rows)]
    return "\n".join([f"{escape(title)}:", "", *lines])


def _cell_markdown(value: Cell) -> str:
    text = f"**{escape(value.text)}**" if value.best else escape(value.text)
    note = f" {escape(value.note)}" if value.note else ""
    return text + note + (f" ({escape(value.paper)})" if value.paper else "")
