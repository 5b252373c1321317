"""Charts: where their marks stand, in the page's colors, the same bytes each time."""

from __future__ import annotations

import itertools
import re

from spriteloom.reproduce.charts import Point, curves, dots


def line(*values: float) -> list[Point]:
    return [
        Point(at=i + 1, value=value, interval=(value - 0.5, value + 0.5)) for i, value in enumerate(values)
    ]


def steering(**lines: list[Point]) -> str:
    return curves("Over chance", "guidance", (1.0, "chance"), lines).svg


def marks(svg: str, color: str) -> list[tuple[float, float]]:
    """Where the markers of a color stand, from the left and from the top."""
    uses = re.findall(r'<use [^>]*x="([\d.]+)" y="([\d.]+)" style="fill: ([^;"]+)', svg)
    return [(float(x), float(y)) for x, y, fill in uses if fill == f"var(--{color})"]


def test_the_same_figures_are_the_same_bytes():
    assert steering(a=line(1, 2, 4)) == steering(a=line(1, 2, 4))
    assert not re.search(r"\d{4}-\d{2}-\d{2}", steering(a=line(1, 2)))


def test_more_is_higher_and_further_right():
    (x0, y0), (x1, y1), (x2, y2) = marks(steering(a=line(1, 2, 4)), "ours")
    assert x0 < x1 < x2 and y0 > y1 > y2
    assert abs((y0 - y1) * 2 - (y1 - y2)) < 0.3, "heights are in proportion"


def test_names_of_equal_ends_stand_apart():
    svg = steering(types=line(1, 2), shape=line(1, 2), color=line(1, 2))
    ends = [re.search(rf'<text[^>]* y="([\d.]+)"[^>]*>{name}<', svg) for name in ("types", "shape", "color")]
    heights = sorted(float(end[1]) for end in ends if end)
    assert len(heights) == 3
    assert all(b - a >= 10 for a, b in itertools.pairwise(heights))


def test_what_was_not_judged_leaves_the_rest():
    svg = steering(types=[], shape=line(2))
    assert ">shape<" in svg and ">types<" not in svg


def test_a_worse_model_stands_further_right_and_what_is_exact_nowhere():
    rows = {"HiRes": {"kmeans": 0.001, "ours": 0.01}, "MedRes": {"kmeans": 0.001, "ours": 0.0}}
    svg = dots("MSE", rows, {"ours": "ours"}).svg
    (ours,) = marks(svg, "ours")
    assert len(marks(svg, "kmeans")) == 2 and ours[0] > marks(svg, "kmeans")[0][0]


def test_rows_without_any_figure_are_still_named():
    assert ">LowRes<" in dots("MSE", {"LowRes": {"ours": 0.0}, "HiRes": {"ours": 0.1}}, {}).svg
