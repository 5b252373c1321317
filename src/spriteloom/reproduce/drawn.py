"""A table as HTML and as Markdown. Knows no figure."""

from __future__ import annotations

from collections.abc import Sequence

from spriteloom.report.markup import Html, el
from spriteloom.reproduce.grid import Cell, Grid


def table(one: Grid) -> Html:
    """The paper's figure stands under ours."""
    if not one.rows:
        return nothing(f"{one.title}: nothing yet.")
    head = el("tr", *(el("th", name, scope="col") for name in one.columns))
    body = [
        el("tr", el("th", name, scope="row"), *(_cell(each) for each in cells)) for name, cells in one.rows
    ]
    whole = el("table", el("caption", one.title), el("thead", head), el("tbody", *body), class_="beside")
    return el("div", whole, class_="scroll", tabindex="0", role="region", aria_label=one.title)


def _cell(one: Cell) -> Html:
    parts = [el("strong", one.ours) if one.best else el("span", one.ours)]
    if one.note:
        parts.append(el("small", one.note))
    if one.paper:
        parts.append(el("small", f"paper {one.paper}", class_="published"))
    return el("td", *parts)


def nothing(said: str) -> Html:
    return el("p", said, class_="nothing")


def table_in_words(one: Grid) -> str:
    """A caption and a pipe table; the paper's figure stands in brackets."""
    if not one.rows:
        return f"{safe(one.title)}: nothing yet."
    head = "| " + " | ".join(safe(name) for name in one.columns) + " |"
    rule = "| " + " | ".join(["---", *["---:"] * (len(one.columns) - 1)]) + " |"
    rows = [
        f"| {safe(name)} | " + " | ".join(_cell_in_words(each) for each in cells) + " |"
        for name, cells in one.rows
    ]
    return "\n".join([f"{safe(one.title)}:", "", head, rule, *rows])


def _cell_in_words(one: Cell) -> str:
    ours = f"**{safe(one.ours)}**" if one.best else safe(one.ours)
    note = f" {safe(one.note)}" if one.note else ""
    return ours + note + (f" ({safe(one.paper)})" if one.paper else "")


def bullets(sentences: Sequence[str]) -> str:
    return "\n".join(f"- {safe(one)}" for one in sentences)


def safe(text: str) -> str:
    """Text that can break neither a table nor a line, and is no markup."""
    text = " ".join(text.split())
    for mark in "\\|<>*_`[]":
        text = text.replace(mark, f"\\{mark}")
    return text
