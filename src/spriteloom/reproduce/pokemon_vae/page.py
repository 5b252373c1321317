"""The page and the text of the second paper's reproduction. Arrange what other files make."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from spriteloom.errors import RunError
from spriteloom.pixels.arrays import Bytes
from spriteloom.pixels.disk import write_bytes
from spriteloom.report.document import document, section, sheet
from spriteloom.report.markup import Html, el
from spriteloom.report.numbers import duration
from spriteloom.reproduce import plates
from spriteloom.reproduce.drawn import bullets, nothing, safe, table, table_in_words
from spriteloom.reproduce.grid import Grid

PAGE, RESULTS, WORDS = "index.html", "results.json", "results.md"
TITLE = "The Pokémon VAE paper, reproduced"


@dataclass(frozen=True, kw_only=True, eq=False)
class Chapter:
    """`compared` are rows of pictures of the same sprites, `heaps` samples as they come; by label. `drawn` is
    what the page shows of its figures above their tables."""

    title: str
    said: str
    grids: Sequence[Grid] = ()
    drawn: Html | None = None
    compared: Mapping[str, Bytes] = field(default_factory=dict)
    heaps: Mapping[str, Bytes] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, eq=False)
class Report:
    """`figures` is what results.json holds; `trained` and `called` are seconds: of all trainings, and of the
    call that wrote this, which found what earlier ones kept."""

    lede: Sequence[str]
    sentences: Sequence[str]
    chapters: Sequence[Chapter]
    figures: Mapping[str, Any]
    trained: float
    called: float


def write(report: Report, folder: Path) -> None:
    """index.html, results.json and results.md in a folder, each replaced whole. Raises RunError."""
    plain = json.dumps(report.figures, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    write_bytes(folder / RESULTS, plain.encode(), RunError)
    write_bytes(folder / WORDS, _text(report).encode(), RunError)
    write_bytes(folder / PAGE, _page(report).encode(), RunError)


def _page(report: Report) -> str:
    head = el(
        "header",
        el("p", "spriteloom", class_="brand"),
        el("h1", TITLE),
        *(el("p", one, class_="lede" if not i else "") for i, one in enumerate(report.lede)),
    )
    said = section("In words", el("ul", *(el("li", one) for one in report.sentences), class_="said"))
    main = el("main", said, *(_chapter(one) for one in report.chapters))
    spent = f"Trained for {duration(report.trained)}; the last call took {duration(report.called)}."
    end = el("footer", el("p", spent))
    return document(TITLE, head, main, end, style=sheet("spriteloom.reproduce"))


def _chapter(one: Chapter) -> Html:
    parts = [*([one.drawn] if one.drawn else []), *(table(each) for each in one.grids)]
    if one.compared:
        parts.append(plates.compared(one.title, one.compared))
    if one.heaps:
        parts.append(plates.heaps(one.title, one.heaps, "As they came, none left out."))
    return section(one.title, el("p", one.said), *(parts or [nothing("No figures yet.")]))


def _text(report: Report) -> str:
    parts = [f"# {TITLE}", *map(safe, report.lede), "## In words", bullets(report.sentences)]
    for one in report.chapters:
        parts += [f"## {one.title}", safe(one.said), *(table_in_words(each) for each in one.grids)]
    return "\n\n".join(part for part in parts if part) + "\n"
