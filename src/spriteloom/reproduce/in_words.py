"""The results as Markdown: every table, no picture. Lays out what `chapters.py` gives."""

from __future__ import annotations

from collections.abc import Sequence

from spriteloom.report.numbers import duration
from spriteloom.reproduce import words
from spriteloom.reproduce.chapters import chapters
from spriteloom.reproduce.grid import Cell, Grid
from spriteloom.reproduce.results import Confusion, Results


def markdown(results: Results) -> str:
    """The whole as a text for `results/`."""
    data, machine = results.data, results.machine
    parts = [
        "# The Pixel VQ-VAE paper, reproduced",
        f"`{results.command}`: scale `{results.scale}`, {duration(results.seconds)} in all, on "
        f"{machine.cores} cores of {_safe(machine.processor)}, {machine.precision}.",
        f"{_safe(words.counts(data))} {_safe(words.beside())}",
    ]
    if results.waiting:
        parts.append(_safe(words.waiting(results)))
    if results.sentences:
        parts += ["## In words", _list(results.sentences)]
    for one in chapters(results):
        parts += [f"## {one.title}", _safe(one.said), *(_table(grid) for grid in one.grids if grid)]
    parts += [_confusions(results)] if results.conditioning else []
    if results.notes:
        parts += ["## Notes", _list(results.notes)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _table(one: Grid) -> str:
    """A caption and a pipe table; the paper's figure stands in brackets."""
    if not one.rows:
        return f"{_safe(one.title)}: nothing yet."
    head = "| " + " | ".join(_safe(name) for name in one.columns) + " |"
    rule = "| " + " | ".join(["---", *["---:"] * (len(one.columns) - 1)]) + " |"
    rows = [
        f"| {_safe(name)} | " + " | ".join(_cell(each) for each in cells) + " |" for name, cells in one.rows
    ]
    return "\n".join([f"{_safe(one.title)}:", "", head, rule, *rows])


def _cell(one: Cell) -> str:
    ours = f"**{_safe(one.ours)}**" if one.best else _safe(one.ours)
    note = f" {_safe(one.note)}" if one.note else ""
    return ours + note + (f" ({_safe(one.paper)})" if one.paper else "")


def _confusions(results: Results) -> str:
    parts = []
    for one in results.conditioning:
        for field, found in (("type", one.confusion_types), ("shape", one.confusion_shapes)):
            if found and found.labels:
                parts.append(f"Requested {field} (rows) and recognised ones, {_safe(one.label)}, per cent:")
                parts.append(_matrix(found))
    return "\n\n".join(parts)


def _matrix(found: Confusion) -> str:
    head = "| | " + " | ".join(_safe(label) for label in found.labels) + " |"
    rule = "| --- |" + " ---: |" * len(found.labels)
    rows = [
        f"| {_safe(label)} | " + " | ".join(f"{100 * part:.0f}" for part in shares) + " |"
        for label, shares in zip(found.labels, found.shares(), strict=True)
    ]
    return "\n".join([head, rule, *rows])


def _list(sentences: Sequence[str]) -> str:
    return "\n".join(f"- {_safe(one)}" for one in sentences)


def _safe(text: str) -> str:
    """Text that can break neither a table nor a line, and is no markup."""
    text = " ".join(text.split())
    for mark in "\\|<>*_`[]":
        text = text.replace(mark, f"\\{mark}")
    return text
