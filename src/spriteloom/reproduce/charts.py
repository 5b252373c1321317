"""Charts as SVG by matplotlib, in the fonts and colors of the page; the same bytes for the same figures."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLORS = {  # of the style sheet: the variable that the page shows → a color that matplotlib draws with
    "ours": "#b5432a",
    "published": "#2f6f8f",
    "kmeans": "#c9bfae",
    "preset": "#8a7a3c",
    "soft": "#6d665c",
    "line": "#e3ddd1",
    "ink": "#23201c",
}
_STYLE: Any = {
    "svg.fonttype": "none",  # text stays text
    **dict.fromkeys(("text.color", "axes.labelcolor", "xtick.color", "ytick.color"), COLORS["soft"]),
    **dict.fromkeys(("axes.edgecolor", "grid.color"), COLORS["line"]),
    **dict.fromkeys(("axes.spines.top", "axes.spines.right", "axes.spines.left"), False),
    **dict.fromkeys(("xtick.major.size", "xtick.minor.size", "ytick.major.size"), 0),
}


@dataclass(frozen=True, kw_only=True)
class Chart:
    """An SVG with its title; `key` says what the colors of its marks stand for."""

    kind: ClassVar[str] = "chart"
    title: str
    svg: str
    key: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Point:
    """A measured value at a place of an axis, with its 95 % interval."""

    at: float
    value: float
    interval: tuple[float, float]


def dots(
    title: str,
    rows: Mapping[str, Mapping[str, float]],
    key: Mapping[str, str],
    *,
    intervals: Mapping[str, tuple[float, float]] | None = None,
    log: bool = True,
) -> Chart:
    """Rows of dots along one axis, further left is better: row → color → value. No dot for what is 0."""
    figure, axes = _axes(height=0.4 + 0.34 * len(rows))
    for y, (name, values) in enumerate(rows.items()):
        shown = {color: value for color, value in values.items() if value > 0}
        ends = (intervals or {}).get(name) or [*shown.values()]
        if shown:
            axes.plot([min(ends), max(ends)], [y, y], color=COLORS["kmeans"], lw=1.2, zorder=1, clip_on=False)
        for color, value in shown.items():
            size = 110 if color == "kmeans" else 40
            axes.scatter([value], [y], s=size, color=COLORS[color], zorder=2, clip_on=False)
    if log:
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:.9f}".rstrip("0").rstrip("."))
        axes.minorticks_off()
    axes.set_yticks(range(len(rows)), list(rows), color=COLORS["ink"], fontweight="bold")
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.xaxis.tick_top()
    axes.grid(axis="x", clip_on=False)
    axes.spines["bottom"].set_visible(False)
    return Chart(title=title, svg=_svg(figure, title), key=key)


def curves(title: str, axis: str, level: tuple[float, str], lines: Mapping[str, Sequence[Point]]) -> Chart:
    """Lines with intervals over one axis and a dashed level, each with its name at its end.

    Lines come in pairs, in two colors; the first pair is dashed.
    """
    figure, axes = _axes(height=3.2)
    ends = []
    for i, (name, points) in enumerate(lines.items()):
        if points:
            color, dashes = COLORS[("ours", "published")[i % 2]], "--" if i < 2 else "-"
            at, value = [point.at for point in points], [point.value for point in points]
            errors = [[abs(point.value - point.interval[side]) for point in points] for side in (0, 1)]
            axes.errorbar(at, value, errors, color=color, fmt="o", markersize=5, elinewidth=1, clip_on=False)
            axes.plot(at, value, dashes, color=color, lw=1.5, clip_on=False)
            ends.append((value[-1], at[-1], name, color))
    axes.axhline(level[0], color=COLORS["soft"], lw=1, linestyle=":", clip_on=False)
    axes.set_xticks(sorted({point.at for points in lines.values() for point in points}))
    axes.set_xlabel(axis)
    axes.set_ylim(0)
    axes.grid(axis="y", clip_on=False)
    near: Any = {"textcoords": "offset points", "annotation_clip": False}
    right = max(at for _, at, _, _ in ends)
    axes.annotate(level[1], (right, level[0]), (-4, 4), ha="right", color=COLORS["soft"], **near)
    gap = 0.06 * axes.get_ylim()[1]
    height = -gap
    for value_at_end, at_end, name, color in sorted(ends, key=lambda end: end[0]):
        height = max(value_at_end, height + gap)  # no name on another
        axes.annotate(name, (at_end, height), (10, -4), color=color, **near)
    return Chart(title=title, svg=_svg(figure, title))


def _axes(height: float) -> tuple[Figure, Axes]:
    import matplotlib as mpl
    from matplotlib.figure import Figure as New

    with mpl.rc_context(_STYLE):
        figure = New(figsize=(8.5, height), layout="constrained")
        return figure, figure.add_subplot()


def _svg(figure: Figure, title: str) -> str:
    """The drawing without its XML head, its colors as variables of the style sheet."""
    import matplotlib as mpl

    file, metadata = io.StringIO(), dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with mpl.rc_context({**_STYLE, "svg.hashsalt": title}):
        figure.savefig(file, format="svg", transparent=True, metadata=metadata)
    text = file.getvalue()
    for name, color in COLORS.items():
        text = text.replace(color, f"var(--{name})")
    return text[text.index("<svg") :]
