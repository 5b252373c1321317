"""Curves: where their points stand, and that names do not cover each other."""

from __future__ import annotations

import itertools
import re

from spriteloom.reproduce.curves import Point, curves


def drawn(**lines):
    return curves("Over chance", "guidance", (1.0, "chance"), lines)


def line(*values):
    return [Point(at=i + 1, value=v, interval=(v - 0.5, v + 0.5)) for i, v in enumerate(values)]


def test_more_is_higher_and_further_right():
    spots = [
        tuple(map(float, one)) for one in re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', drawn(a=line(1, 2, 4)))
    ]
    (x0, y0), (x1, y1), (x2, y2) = spots
    assert x0 < x1 < x2 and y0 > y1 > y2
    assert abs((y0 - y1) * 2 - (y1 - y2)) < 0.3, "heights are in proportion"


def test_names_of_equal_ends_stand_apart():
    found = drawn(types=line(1, 2), shape=line(1, 2), color=line(1, 2))
    heights = sorted(
        float(re.search(rf'y="([\d.]+)"[^>]*>{name}<', found)[1]) for name in ("types", "shape", "color")
    )
    assert all(b - a >= 15.9 for a, b in itertools.pairwise(heights))


def test_what_was_not_judged_leaves_the_rest():
    found = drawn(types=[], shape=line(2))
    assert "shape" in found and "types" not in found
