"""OKLab is the published space, and bytes come back from it."""

from __future__ import annotations

import numpy as np
import pytest

from spriteloom.pixels.oklab import NAMES, colors_of, names_of, oklab, to_rgb


def test_known_colors() -> None:
    rgb = np.array([[0, 0, 0], [255, 255, 255], [255, 0, 0], [0, 0, 255]], np.uint8)
    lab = [[0, 0, 0], [1, 0, 0], [0.62796, 0.22486, 0.12585], [0.45201, -0.03246, -0.31153]]
    np.testing.assert_allclose(oklab(rgb), lab, atol=2e-5)


def test_bytes_come_back() -> None:
    ways = np.arange(0, 256, 15, dtype=np.uint8)
    rgb = np.stack(np.meshgrid(ways, ways, ways), -1)
    assert np.array_equal(to_rgb(oklab(rgb)), rgb)


def test_what_no_byte_can_show_is_clipped() -> None:
    assert to_rgb(np.array([[1.4, 0, 0], [-0.3, 0, 0]])).tolist() == [[255] * 3, [0] * 3]


KNOWN = {
    "red": (214, 40, 40),
    "orange": (245, 140, 30),
    "yellow": (250, 220, 50),
    "green": (60, 160, 70),
    "teal": (40, 170, 170),
    "blue": (50, 90, 220),
    "purple": (130, 60, 190),
    "pink": (245, 150, 190),
    "brown": (120, 75, 40),
    "black": (20, 20, 24),
    "gray": (128, 128, 128),
    "white": (245, 245, 245),
}


@pytest.mark.parametrize("name", KNOWN)
def test_a_color_has_its_name(name):
    assert NAMES[int(names_of(np.array(KNOWN[name], np.uint8)))] == name


def test_a_figures_colors_come_largest_first_without_its_outline():
    rgba = np.zeros((10, 10, 4), np.uint8)
    rgba[:8] = (20, 20, 24, 255)
    rgba[1:5] = (*KNOWN["blue"], 255)
    rgba[5:6] = (*KNOWN["yellow"], 255)
    found = colors_of(rgba)
    assert [name for name, _ in found] == ["blue", "yellow"] and found[0][1] == pytest.approx(0.8)


def test_what_is_only_dark_is_dark():
    rgba = np.zeros((4, 4, 4), np.uint8)
    rgba[1:3, 1:3] = (20, 20, 24, 255)
    assert colors_of(rgba)[0][0] == "black" and colors_of(np.zeros((2, 2, 4), np.uint8)) == []
