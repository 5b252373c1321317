"""Every part of the metric of pixel art, by hand on sprites of a few pixels."""

from __future__ import annotations

import numpy as np
import pytest

from spriteloom.metrics.pixel_art import parts
from spriteloom.metrics.pixel_art.foreground import Foreground, foreground_of
from spriteloom.metrics.pixel_art.parts import drift, loose_parts
from spriteloom.metrics.pixel_art.score import naming_bits, relations
from spriteloom.pixels.oklab import to_rgb

KEY = {
    ".": (0, 0, 0, 0),
    "K": (10, 10, 10, 255),
    "R": (200, 40, 40, 255),
    "G": (40, 200, 40, 255),
    "r": (190, 45, 40, 255),  # hardly told from R
    "m": (120, 120, 40, 255),  # between R and G
    "h": (200, 40, 40, 128),
}


def drawn(*rows: str) -> np.ndarray:
    return np.array([[KEY[c] for c in row] for row in rows], np.uint8)


def of(*rows: str) -> Foreground:
    return foreground_of(drawn(*rows)[None])


def test_the_figure_of_rgba_is_what_is_seen():
    found = foreground_of(drawn(".RR.", "....", "..h.")[None])
    assert found.inside[0].sum() == 3 and found.areas.tolist() == [3]


def test_the_ground_of_an_opaque_picture_ends_at_a_closed_line():
    rows = ("RRRRR", "RKKKR", "RKRKR", "RKKKR", "RRRRR")
    found = foreground_of(drawn(*rows)[None, ..., :3])
    assert found.inside[0].sum() == 9, "the red inside the black ring is the figure's"
    open_ring = foreground_of(drawn("RRRRR", "RKRKR", "RKRKR", "RKKKR", "RRRRR")[None, ..., :3])
    assert open_ring.inside[0].sum() == 7


def test_opaque_and_transparent_grounds_give_the_same_figure():
    rgba = drawn(".....", ".KKK.", ".KRK.", ".KKK.", ".....")
    opaque = np.where(rgba[..., 3:] > 0, rgba[..., :3], np.uint8(255))
    assert np.array_equal(foreground_of(rgba[None]).pixels, foreground_of(opaque[None]).pixels)


@pytest.mark.parametrize(
    "wrong", [np.zeros((4, 4, 4), np.uint8), np.zeros((1, 4, 4, 3)), np.zeros((1, 4, 4, 2), np.uint8)]
)
def test_what_are_no_pictures_is_refused(wrong: np.ndarray):
    with pytest.raises(ValueError, match="pictures are uint8"):
        foreground_of(wrong)


def test_colors_are_counted_without_the_ground():
    assert parts.colors(of(".RRG", "KRh.")).tolist() == [4]
    assert parts.colors(of("..", "..")).tolist() == [0]


def test_a_color_of_two_pixels_is_not_on_the_palette():
    assert parts.off_palette(of("RRRR", "GGKG")).tolist() == [1 / 8]
    assert parts.off_palette(of("RRRR", "GGGG")).tolist() == [0]


def test_the_palette_ends_at_sixteen():
    ramp = np.zeros((20, 4, 4), np.uint8)
    ramp[..., 3], ramp[..., 0] = 255, 10 * np.arange(20)[:, None]
    assert parts.off_palette(foreground_of(ramp[None])).tolist() == [4 / 20]


def test_sixteen_colors_are_without_error_and_many_are_not():
    ramp = np.zeros((16, 16, 4), np.uint8)
    ramp[..., 3], ramp[..., 0] = 255, 10 * np.arange(16)[:, None]
    smooth = ramp.copy()
    smooth[..., 1] = 8 * np.arange(16)
    assert parts.palette_error(foreground_of(ramp[None])).tolist() == [0]
    rough = parts.palette_error(foreground_of(smooth[None]))[0]
    assert 2 < rough < 60


def test_soft_steps_are_those_between_like_colors():
    assert parts.soft_steps(of("RrG")).tolist() == [1 / 2]
    assert parts.soft_steps(of("RRR")).tolist() == [0]
    assert parts.soft_steps(of("R", "r", ".", "G")).tolist() == [1]


def test_a_mixed_pixel_lies_between_its_neighbours():
    assert parts.mixed(of("RmG")).tolist() == [1 / 3]
    assert parts.mixed(of("R", "m", "G")).tolist() == [1 / 3]
    assert parts.mixed(of("RRG")).tolist() == parts.mixed(of("RKG")).tolist() == [0]
    assert parts.mixed(of("RGG")).tolist() == [0], "a wide field's edge is no mixture"
    assert parts.mixed(of(".mG")).tolist() == [0]


def test_half_transparent_is_neither_there_nor_not():
    assert parts.half_transparent(of("Rh..")).tolist() == [1 / 2]


def test_an_orphan_has_no_neighbour_of_its_color_not_even_at_a_corner():
    assert parts.orphans(of("RRR", "RGR", "RRR")).tolist() == [1 / 9]
    assert parts.orphans(of("RRG", "RGR", "RRR")).tolist() == [0]
    assert parts.orphans(of("...", ".K.", "...")).tolist() == [1]


RING = (".......", ".KKKKK.", ".KRRRK.", ".KRRRK.", ".KRRRK.", ".KKKKK.", ".......")


def test_a_whole_outline_and_none_are_unbroken():
    bare = [row.replace("K", "R") for row in RING]
    assert parts.broken_outline(of(*RING)).tolist() == parts.broken_outline(of(*bare)).tolist() == [0]


def test_each_gap_breaks_an_outline():
    one = list(RING)
    one[3] = ".KRRRR."  # one pixel of sixteen: two of the sixteen pairs along the ring
    two = list(one)
    two[3] = ".RRRRR."
    assert parts.broken_outline(of(*one)).tolist() == [2 / 20]
    assert parts.broken_outline(of(*two)).tolist() == [4 / 20]


def test_the_silhouette_touches_ground_or_the_end_of_the_picture_by_a_side():
    assert parts.silhouette(of(*RING))[0].sum() == 16
    assert parts.silhouette(of("RRR", "RRR", "RRR"))[0].sum() == 8


def test_relations_say_how_a_pixel_comes_about():
    found = relations(of("..RR", ".RGR", "GKGR"))[0]
    assert found.tolist() == [[0, 0, 6, 1], [0, 4, 6, 2], [5, 6, 2, 2]]


def test_relations_do_not_know_what_the_colors_are():
    rows = ("..RR", ".RGR", "GKGR")
    other = [row.translate(str.maketrans("RGK", "KRG")) for row in rows]
    assert np.array_equal(relations(of(*rows)), relations(of(*other)))


def test_a_new_color_is_named_in_24_bits_and_an_old_one_by_its_place():
    grids = np.array([[[6, 1, 6, 0], [6, 6, 5, 0]]], np.uint8)
    assert naming_bits(grids).tolist() == [4 * 24 + 2]


def square(lab) -> np.ndarray:
    rgba = np.zeros((1, 12, 12, 4), np.uint8)
    rgba[0, 2:10, 2:10, :3] = to_rgb(np.broadcast_to(lab, (8, 8, 3)))
    rgba[0, 2:10, 2:10, 3] = 255
    return rgba


def test_a_flat_region_has_none_and_a_motley_one_has():
    flat = square(np.array([0.6, 0.1, 0.05]))
    motley = np.tile(np.array([0.6, 0.1, 0.0]), (8, 8, 1))
    motley[::2] = (0.6, 0.0, 0.1)
    assert drift(foreground_of(flat))[0] == 0 and drift(foreground_of(square(motley)))[0] > 0.3


def test_shading_is_no_drift():
    shaded = np.tile(np.array([0.4, 0.1, 0.05]), (8, 8, 1))
    shaded[4:] = (0.6, 0.08, 0.06)
    assert drift(foreground_of(square(shaded)))[0] == 0


def test_loose_pixels_are_counted():
    rgba = square(np.array([0.6, 0.1, 0.05]))
    assert loose_parts(foreground_of(rgba))[0] == 0
    rgba[0, 0, 0] = 255
    assert 0 < loose_parts(foreground_of(rgba))[0] < 0.05
    assert loose_parts(foreground_of(np.zeros((1, 4, 4, 4), np.uint8)))[0] == 0
