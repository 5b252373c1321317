"""Curves with intervals over one axis, as SVG. Knows no measure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spriteloom.report.markup import Html, el, join

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 300, 44, 190, 16, 44
TICKS = 5


@dataclass(frozen=True, kw_only=True)
class Point:
    """One measure: where on the axis, how much, and between what (95 %)."""

    at: float
    value: float
    interval: tuple[float, float]


def curves(title: str, along: str, level: tuple[float, str], lines: Mapping[str, Sequence[Point]]) -> Html:
    """Each line with its name at its end, and a dashed level with its own. At least one point in all.

    Lines come in pairs, in two colors: the style sheet dashes the first pair.
    """
    points = [point for line in lines.values() for point in line]
    left, right = min(point.at for point in points), max(point.at for point in points)
    top = max(level[0], *(point.interval[1] for point in points))
    step = _step(top / TICKS)

    def x(at: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * ((at - left) / (right - left) if right > left else 0.5)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top

    parts = [
        _across(y(step * i), f"{step * i:g}", WIDTH - RIGHT) for i in range(math.floor(top / step + 1e-9) + 1)
    ]
    for at in sorted({point.at for point in points}):
        parts.append(_text(f"{at:g}", x(at), HEIGHT - BOTTOM + 18, "middle"))
    parts.append(_text(along, (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, "middle"))
    parts.append(_level(y(level[0]), level[1]))
    names = _apart({name: y(line[-1].value) for name, line in lines.items() if line})
    for i, (name, line) in enumerate(lines.items()):
        if line:
            spots = [(x(one.at), y(one.value), y(one.interval[0]), y(one.interval[1])) for one in line]
            parts.append(_curve(name, spots, names[name], f"c{i}"))
    drawing = el("svg", *parts, viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img", aria_label=title)
    return el("figure", el("figcaption", el("b", title)), drawing, class_="chart curves")


def _step(least: float) -> float:
    """The next of 1, 2, 5, 10 … times a power of ten."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * one for one in (1, 2, 5, 10) if power * one >= least * (1 - 1e-9))


def _apart(wanted: Mapping[str, float], gap: float = 16) -> dict[str, float]:
    """Heights of names, in their order, none on another."""
    found: dict[str, float] = {}
    last = -math.inf
    for name, height in sorted(wanted.items(), key=lambda one: one[1]):
        last = found[name] = max(height, last + gap)
    return found


def _across(y: float, words: str, right: float) -> Html:
    line = el("line", x1=f"{LEFT}", x2=f"{right}", y1=f"{y:.1f}", y2=f"{y:.1f}")
    return el("g", line, _text(words, LEFT - 8, y + 4, "end"), class_="grid")


def _level(y: float, words: str) -> Html:
    right = WIDTH - RIGHT
    line = el("line", x1=f"{LEFT}", x2=f"{right}", y1=f"{y:.1f}", y2=f"{y:.1f}", class_="level")
    return join(line, _text(words, right - 4, y - 5, "end"))


def _curve(name: str, spots: Sequence[tuple[float, float, float, float]], y: float, kind: str) -> Html:
    path = " ".join(f"{at:.1f},{value:.1f}" for at, value, *_ in spots)
    return el(
        "g",
        *(
            el("line", x1=f"{at:.1f}", x2=f"{at:.1f}", y1=f"{low:.1f}", y2=f"{high:.1f}")
            for at, _, low, high in spots
        ),
        el("polyline", points=path),
        *(el("circle", cx=f"{at:.1f}", cy=f"{value:.1f}", r="4") for at, value, *_ in spots),
        _text(name, spots[-1][0] + 10, y + 4, "start"),
        class_=kind,
    )


def _text(words: str, x: float, y: float, anchor: str) -> Html:
    return el("text", words, x=f"{x:.1f}", y=f"{y:.1f}", text_anchor=anchor)
