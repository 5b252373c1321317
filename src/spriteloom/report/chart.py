"""One chart: the MSE of each size beside everything it is compared with, on a logarithmic line. SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence

from spriteloom.report.figures import PUBLISHED, SIZES, Figures
from spriteloom.report.markup import Html, el

WIDTH, ROW, LEFT, RIGHT, TOP = 720, 58, 84, 24, 34
KINDS = {  # css class → what it is
    "kmeans": "k-means, the yardstick",
    "ours": "ours",
    "published": "the paper’s figure, on its own data",
    "paper": "the paper’s recipe, in this run",
}


def chart(figures: Figures) -> Html:
    """Dots further left are better."""
    rows = _values(figures)
    values = [value for _, dots in rows for value in dots.values() if value > 0]
    low, high = (
        (math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))) if values else (-4, -1)
    )
    high = max(high, low + 1)

    def x(value: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (math.log10(value) - low) / (high - low)

    height = TOP + ROW * len(rows)
    parts = [_grid(x(10.0**power), 10.0**power, height) for power in range(low, high + 1)]
    for i, (name, dots) in enumerate(rows):
        parts.append(_row(name, {kind: x(v) for kind, v in dots.items() if v > 0}, TOP + ROW * (i + 0.5)))
    title = "Mean squared error of each model, further left is better"
    drawing = el("svg", *parts, viewBox=f"0 0 {WIDTH} {height}", role="img", aria_label=title)
    keys = [el("li", el("i", class_=kind), words) for kind, words in KINDS.items()]
    return el("figure", drawing, el("ul", *keys, class_="key"), class_="chart")


def _values(figures: Figures) -> list[tuple[str, dict[str, float]]]:
    return [
        (
            SIZES[ours.size],
            {
                "kmeans": ours.evaluation.kmeans.mse,
                "published": PUBLISHED[ours.size].mse,
                "paper": paper.evaluation.scores.mse,
                "ours": ours.evaluation.scores.mse,
            },
        )
        for ours, paper in zip(figures.ours, figures.paper, strict=True)
    ]


def _grid(x: float, value: float, height: float) -> Html:
    line = el("line", x1=f"{x:.1f}", x2=f"{x:.1f}", y1=f"{TOP - 8}", y2=f"{height}")
    words = el(
        "text", f"{value:.9f}".rstrip("0").rstrip("."), x=f"{x:.1f}", y=f"{TOP - 16}", text_anchor="middle"
    )
    return el("g", line, words, class_="grid")


def _row(name: str, dots: dict[str, float], y: float) -> Html:
    words = el("text", name, x="0", y=f"{y + 5:.1f}", class_="name")
    ends: Sequence[float] = sorted(dots.values())
    parts = [words]
    if ends:
        parts.append(
            el("line", x1=f"{ends[0]:.1f}", x2=f"{ends[-1]:.1f}", y1=f"{y:.1f}", y2=f"{y:.1f}", class_="span")
        )
    for kind, x in dots.items():
        mark = el(
            "circle", el("title", KINDS[kind]), cx=f"{x:.1f}", cy=f"{y:.1f}", r=_RADIUS[kind], class_=kind
        )
        parts.append(mark)
    return el("g", *parts)


_RADIUS = {"kmeans": "11", "ours": "6", "published": "6", "paper": "6"}
