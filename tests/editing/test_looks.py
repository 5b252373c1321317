"""What is said of a color's use, by hand and where it may not change."""

from __future__ import annotations

import numpy as np
import pytest

from spriteloom.editing.looks import look
from spriteloom.pixels import Sprite

from .kit import BLUE, RED, by_chance, sprite

# r r b     r has 4 pixels, b 2; of r's borders: with b 2, with nothing 6; of b's: with r 2, with nothing 4.
# r r b     Nothing is what is transparent (none here) and what is beyond the canvas.
SLAB = sprite("rrb rrb")


def test_shares_rims_and_neighbours_by_hand() -> None:
    found = look([SLAB])
    assert found.colors.tolist() == [list(RED[:3]), list(BLUE[:3])]
    assert found.share.tolist() == pytest.approx([4 / 6, 2 / 6])
    assert found.beside.tolist() == [pytest.approx([0, 2 / 8, 6 / 8]), pytest.approx([2 / 6, 0, 4 / 6])]
    assert found.rim.tolist() == pytest.approx([6 / 8, 4 / 6])


def test_places_by_hand() -> None:
    found = look([sprite("..... .rr.. .rr.. .bb..")])
    assert found.height.tolist() == pytest.approx([1 / 3, 5 / 6])
    assert found.tall.tolist() == pytest.approx([1 / 6, 0])
    assert found.wide.tolist() == pytest.approx([1 / 4, 1 / 4])


def same(a: Sprite, b: Sprite) -> bool:
    one, other = look([a]), look([b])
    return all(np.allclose(getattr(one, name), getattr(other, name)) for name in vars(one))


def test_it_does_not_matter_where_on_its_canvas_a_figure_stands_nor_which_way_it_looks() -> None:
    a = by_chance(6, seed=1)
    padded = np.pad(a.pixels, ((3, 9), (5, 0), (0, 0)))
    assert same(a, Sprite(pixels=padded))
    assert same(a, Sprite(pixels=a.pixels[:, ::-1]))
    assert not same(a, Sprite(pixels=a.pixels[::-1]))


def test_frames_count_together_and_an_empty_one_not_at_all() -> None:
    a, b = sprite("rrb"), sprite("bbb ...")
    found = look([a, b, sprite("..")])
    assert found.share.tolist() == pytest.approx([4 / 6, 2 / 6])
    assert not same(a, b)


def test_what_stands_under_alpha_0_is_nothing() -> None:
    hidden = SLAB.pixels.copy()
    hidden[0, 2] = (*RED[:3], 0)
    seen = hidden.copy()
    seen[0, 2] = 0
    assert same(Sprite(pixels=hidden), Sprite(pixels=seen))
