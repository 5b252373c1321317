"""Frames that repeat go; those that differ stay; a cap spreads evenly."""

import numpy as np
import pytest
from tiny import blob

from spriteloom.data.rows import pick_frames


def changed(share: float) -> np.ndarray:
    """The blob with that share of its figure in another color."""
    pixels = blob(1)
    rows, columns = np.nonzero(pixels[..., 3])
    n = round(share * len(rows))
    pixels[rows[:n], columns[:n], :3] ^= 0x55
    return pixels


def test_repeated_frames_go():
    assert pick_frames([blob(1), blob(2), blob(1), blob(2)]) == [0, 1]


@pytest.mark.parametrize(("share", "kept"), [(0.2, [0]), (0.3, [0, 1])])
def test_a_frame_is_new_when_a_quarter_of_the_figure_differs(share: float, kept: list[int]):
    assert pick_frames([changed(0), changed(share)]) == kept


def test_each_frame_is_compared_with_every_kept_one():
    assert pick_frames([changed(0), changed(0.5), changed(0.1), changed(1)]) == [0, 1, 3]


def test_transparent_pixels_do_not_count():
    padded = [np.pad(changed(share), ((50, 50), (50, 50), (0, 0))) for share in (0, 0.3)]
    assert pick_frames(padded) == [0, 1]


def test_color_that_cannot_be_seen_does_not_count():
    hidden = blob(1)
    hidden[hidden[..., 3] == 0] = (9, 9, 9, 0)
    assert pick_frames([blob(1), hidden]) == [0]


@pytest.mark.parametrize(("most", "kept"), [(1, [0]), (2, [0, 8]), (3, [0, 4, 8]), (99, list(range(9)))])
def test_a_cap_spreads_evenly(most: int, kept: list[int]):
    assert pick_frames([blob(i) for i in range(9)], most=most) == kept


def test_blank_frames_are_one():
    assert pick_frames([np.zeros((4, 4, 4), np.uint8)] * 3) == [0]
