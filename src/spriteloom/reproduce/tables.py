"""Tables and confusion matrices as values and as Markdown. A table is its rows and its columns by their heads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from spriteloom.reproduce.texts import DASH, duration, small, whole

PROTOCOLS = {"paper": "the paper’s", "ours": "ours"}


@dataclass(frozen=True, kw_only=True)
class Cell:
    """Our figure, the paper's beside it ("" where it prints none), and a note such as an interval."""

    text: str
    paper: str = ""
    note: str = ""
    best: bool = False  # of its column


Column = Callable[[Any], Cell | str]  # what a column shows of a row of results


@dataclass(frozen=True, kw_only=True)
class Table:
    """The first column names the row. Cells stand in the order of `columns`, the name left out."""

    kind: ClassVar[str] = "table"  # the macro of `parts.html` that draws it
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]

    def __post_init__(self) -> None:
        assert all(len(cells) == len(self.columns) - 1 for _, cells in self.rows), self.title

    def with_best(self, best: Iterable[tuple[int, str]]) -> Table:
        """The same table with its best cells marked: (column, name of the row)."""
        places = set(best)
        rows = tuple(
            (name, tuple(replace(value, best=(i, name) in places) for i, value in enumerate(cells, 1)))
            for name, cells in self.rows
        )
        return replace(self, rows=rows)

    def markdown(self) -> str:
        """A caption and a pipe table; the paper's figure stands in brackets."""
        rows = [[escape(name), *map(_cell_markdown, cells)] for name, cells in self.rows]
        return _pipe_table(self.title, [escape(name) for name in self.columns], rows)


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """Requested labels (rows) against recognized ones (columns): `counts[i][j]`, or shares."""

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


def table(
    title: str,
    name: str,
    rows: Iterable[tuple[str, Any]],
    columns: Mapping[str, Column] | Sequence[tuple[str, Column]],
) -> Table:
    """A table of rows by their names; `name` heads the first column. Pairs may repeat a head."""
    pairs = list(columns.items() if isinstance(columns, Mapping) else columns)
    return Table(
        title=title,
        columns=(name, *(head for head, _ in pairs)),
        rows=tuple((label, tuple(_as_cell(show(row)) for _, show in pairs)) for label, row in rows),
    )


def _as_cell(value: Cell | str) -> Cell:
    return value if isinstance(value, Cell) else cell(value)


def figure(path: str, text: Callable[[Any], str] = str, note: Callable[[Any], str] | None = None) -> Column:
    """The column of a row's figure at a path such as "foreground.mse", a dash where there is none.

    `note` is the text of its interval, which the row has at `path` + "_interval".
    """

    def show(row: Any) -> Cell:
        value = _at(row, path)
        return cell(
            "" if value is None else text(value), note=note(_at(row, f"{path}_interval")) if note else ""
        )

    return show


def _at(row: Any, path: str) -> Any:
    for key in path.split("."):
        row = (row or {}).get(key)
    return row


def select(columns: Mapping[str, Column], heads: str) -> dict[str, Column]:
    """The columns of some heads, with bars between them, in that order: "MSE | SSIM | took"."""
    return {head: columns[head] for head in heads.split(" | ")}


def trainings_table(models: Iterable[Mapping[str, Any]], name: str, heads: str, epochs: int = 0) -> Table:
    """Every training of a reproduction, `name` of "job" or "label".

    `epochs` is the paper's number, which stands beside those of its protocol.
    """
    columns: dict[str, Column] = {
        "model": figure("label"),
        "protocol": lambda row: PROTOCOLS[row["whose"]],
        "preset": figure("preset"),
        "parameters": lambda row: whole(row["parameters"]) if row["parameters"] else DASH,
        "minutes": figure("minutes", "{:g}".format),
        "steps": figure("steps", whole),
        "epochs": lambda row: cell(small(row["epochs"]), str(epochs) if row["whose"] == "paper" else ""),
        "time": figure("seconds", duration),
    }
    head = {"job": "training", "label": "model"}[name]
    return table("Trainings", head, ((row[name], row) for row in models), select(columns, heads))


def stages_table(figures: Mapping[str, Any]) -> Table:
    """How long each stage took, and all of them."""
    stages = [*figures["stages"].items(), ("in all", figures["seconds"])]
    return table("Time of each stage", "stage", stages, {"time": duration})


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
