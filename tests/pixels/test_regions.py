"""Parts of a mask are what sides and corners join, however they wind."""

from __future__ import annotations

import numpy as np

from spriteloom.pixels.regions import largest_parts, parts, sizes


def mask(*rows: str) -> np.ndarray:
    return np.array([[c == "#" for c in row] for row in rows])


def test_corners_join_and_gaps_do_not():
    found = parts(mask("#..#", ".#..", "...#", "#..."))
    assert found[0, 0] == found[1, 1] and len(np.unique(found[found > 0])) == 4
    assert (found[~mask("#..#", ".#..", "...#", "#...")] == 0).all()


def test_a_spiral_is_one_part():
    spiral = mask("#####", "....#", "###.#", "#...#", "#####")
    assert sizes(spiral).tolist() == [17]


def test_all_and_nothing():
    assert sizes(np.ones((3, 3), bool)).tolist() == [9]
    assert sizes(np.zeros((3, 3), bool)).tolist() == []
    assert not largest_parts(np.zeros((3, 3), bool), 0.1).any()


def test_small_parts_go_and_large_ones_stay():
    found = mask("###..#", "###...", "###..#", ".....#")
    assert np.array_equal(largest_parts(found, 0.2), mask("###...", "###...", "###..#", ".....#"))
    assert largest_parts(found, 0.0).sum() == found.sum()
