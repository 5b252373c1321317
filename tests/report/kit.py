"""What the tests of this room share: a demo that was made, an HTML reader that insists on balance."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from spriteloom.report.figures import Figures
from spriteloom.report.gallery import Gallery
from spriteloom.report.markup import VOID

HOSTILE = 'no <script>alert("&")</script> network'


@dataclass(frozen=True)
class Made:
    """A demo: where it is, what it found, what it showed, what it said."""

    out: Path
    figures: Figures
    gallery: Gallery
    said: list[str]


class Reader(HTMLParser):
    """Reads a page; fails at an end tag that ends nothing. What stays open is in `open`."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> ends nothing"
        assert self.open.pop() == tag, f"</{tag}> crosses another"

    def handle_data(self, data: str) -> None:
        self.words.append(data)
