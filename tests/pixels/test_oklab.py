"""OKLab is the published space, and bytes come back from it."""

from __future__ import annotations

import numpy as np

from spriteloom.pixels.oklab import oklab, to_rgb


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
