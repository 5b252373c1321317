"""The frame of a page: one file that needs no other, no script, no network. Knows not what it shows."""

from __future__ import annotations

from importlib.resources import files

from spriteloom.report.markup import Html, el, join


def document(title: str, *body: Html, style: str = "") -> str:
    """The whole page as text. `style` is CSS beside that of every page."""
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("title", title),
        el("style", Html(sheet("spriteloom.report") + style)),
    )
    return "<!doctype html>\n" + el("html", head, el("body", *body), lang="en") + "\n"


def sheet(room: str) -> str:
    """The style sheet that lies in a room of the package."""
    return files(room).joinpath("style.css").read_text(encoding="utf-8")


def section(title: str, *parts: str) -> Html:
    return el("section", el("h2", title), join(*parts))
