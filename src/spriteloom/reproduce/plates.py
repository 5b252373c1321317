"""The pictures of the page: comparisons in rows, samples in heaps, confusions as heat. Makes no picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from spriteloom.pixels import Sprite
from spriteloom.pixels.arrays import Bytes
from spriteloom.report.markup import Html, el
from spriteloom.report.pictures import opaque, picture
from spriteloom.reproduce.results import Confusion

LARGEST_TWICE = 72  # pixels a side of pictures that are shown at twice their size
LEGIBLE = 0.095  # shares from here on are written into their cell


def compared(title: str, plates: Mapping[str, Bytes]) -> Html:
    """A label and its pictures a row; picture i of each row is of the same sprite."""
    rows = [
        el(
            "tr",
            el("th", label, scope="row"),
            *(el("td", _picture(one, f"{label}, picture {i + 1}")) for i, one in enumerate(pictures)),
        )
        for label, pictures in plates.items()
    ]
    return _scroll(title, el("table", el("caption", title), el("tbody", *rows), class_="plates"))


def heaps(title: str, plates: Mapping[str, Bytes], said: str) -> Html:
    """A label, and under it its pictures as they come."""
    parts = [
        el(
            "figure",
            el("figcaption", el("b", label)),
            el("div", *(_picture(one, f"{label}, sample {i + 1}") for i, one in enumerate(pictures))),
        )
        for label, pictures in plates.items()
    ]
    return el("div", el("h3", title), el("p", said), *parts, class_="heaps")


def neighbours(title: str, plates: Mapping[str, Bytes], said: str) -> Html:
    """Pairs: a sample, the training picture nearest to it."""
    parts = [
        el(
            "figure",
            el("figcaption", el("b", label)),
            el(
                "div",
                *(
                    el(
                        "span",
                        _picture(sample, f"{label}, sample {i + 1}"),
                        _picture(nearest, f"nearest training picture of sample {i + 1}"),
                        class_="pair",
                    )
                    for i, (sample, nearest) in enumerate(pairs)
                ),
            ),
        )
        for label, pairs in plates.items()
    ]
    return el("div", el("h3", title), el("p", said), *parts, class_="heaps")


def heat(title: str, found: Confusion) -> Html:
    """A confusion as a small map: each row in shares of itself, the darker the more."""
    head = el("tr", el("td"), *(el("th", el("span", label), scope="col") for label in found.labels))
    rows = [
        el(
            "tr",
            el("th", label, scope="row"),
            *(_warm(share, label, seen) for share, seen in zip(shares, found.labels, strict=True)),
        )
        for label, shares in zip(found.labels, found.shares(), strict=True)
    ]
    whole = el("table", el("caption", title), el("thead", head), el("tbody", *rows), class_="heat")
    return _scroll(title, whole)


def _warm(share: float, asked: str, seen: str) -> Html:
    number = f"{100 * share:.0f}"
    words = f"{asked} taken for {seen}: {number} %"
    own = "hit" if asked == seen else "miss"
    return el("td", number if share >= LEGIBLE else "", style=f"--v:{share:.3f}", title=words, class_=own)


def _picture(pixels: Bytes, alt: str) -> Html:
    """RGB or RGBA (h, w, 3 or 4)."""
    sprite = opaque(pixels) if pixels.shape[-1] == 3 else Sprite(pixels=pixels)
    scale = 2 if max(sprite.width, sprite.height) <= LARGEST_TWICE else 1
    return picture(replace(sprite, name=alt), alt, scale)


def _scroll(title: str, table: Html) -> Html:
    return el("div", table, class_="scroll", tabindex="0", role="region", aria_label=title)
