"""The tools the creatures are drawn with, each on its own."""

from __future__ import annotations

import numpy as np
import pytest

from spriteloom.data.procedural.chance import Chance
from spriteloom.data.procedural.faces import EYES, LEAST_RADIUS, MOUTHS, ROLE, doubled, eye, sized
from spriteloom.data.procedural.palettes import Scheme, color_word, colors, shade, to_rgb
from spriteloom.data.procedural.projection import View
from spriteloom.data.procedural.raster import rasterise
from spriteloom.data.procedural.shading import largest, tidy, without_lone_pixels
from spriteloom.data.procedural.solids import Chain, Ellipsoid, Plate, Solid, vec

STRAIGHT = View(np.diag((1.0, -1.0, 1.0)), np.array((16.0, 16.0, 0.0)), 1.0)


def picture(text: str) -> np.ndarray:
    return np.array([[int(c) for c in row] for row in text.split()], np.uint8)


def test_of_two_parts_the_larger_stays() -> None:
    parts = picture("1100011 1100011 0000011") > 0
    assert np.array_equal(largest(parts), picture("0000011 0000011 0000011") > 0)


def test_parts_that_meet_at_a_corner_are_one() -> None:
    parts = picture("1100 1100 0011 0011") > 0
    assert np.array_equal(largest(parts), parts)


def test_a_part_that_joins_lower_down_is_one() -> None:
    horseshoe = picture("10001 10001 11111") > 0
    assert np.array_equal(largest(horseshoe), horseshoe)


def test_tidying_cuts_a_spur_and_fills_a_pit() -> None:
    rough = picture("000000 002000 022220 022020 022220 000000")
    assert np.array_equal(tidy(rough), picture("000000 000000 022220 022220 022220 000000"))


def test_a_lone_pixel_takes_the_color_around_it() -> None:
    spotted = picture("33333 33333 33433 33333 33333")
    assert (without_lone_pixels(spotted, (1, 9)) == 3).all()


def test_on_the_rim_a_lone_pixel_stays_a_line() -> None:
    rim = picture("00000 11911 33333 33333")
    assert without_lone_pixels(rim, (1, 9))[1, 2] == 1


@pytest.mark.parametrize("grey", [0.0, 0.5, 1.0])
def test_equal_tones_are_told_apart_in_a_palette(grey: float) -> None:
    same = (grey, 0.0, 0.0)
    table = colors(Scheme(body=same, belly=same, accent=same, glow=same))
    assert table.shape == (16, 4)
    assert len(np.unique(table, axis=0)) == 16


def test_shadows_turn_cool_and_lights_warm() -> None:
    red = (0.6, 0.15, 20.0)
    dark, light = shade(red, -1), shade(red, 1)
    assert dark[0] < red[0] < light[0]
    assert dark[2] > 330 or dark[2] < 20  # towards violet
    assert 20 < light[2] < 85  # towards yellow


@pytest.mark.parametrize(
    ("rgb", "word"),
    [
        ((20, 20, 24), "black"), ((60, 110, 220), "blue"), ((130, 85, 45), "brown"),
        ((140, 140, 140), "gray"),
        ((70, 170, 70), "green"), ((245, 150, 190), "pink"), ((130, 70, 180), "purple"),
        ((200, 40, 40), "red"),
        ((250, 250, 248), "white"), ((245, 210, 60), "yellow"),
    ],
)  # fmt: skip
def test_colors_are_called_what_people_call_them(rgb: tuple[int, int, int], word: str) -> None:
    assert color_word(rgb) == word


def test_colors_beyond_srgb_are_brought_inside_it() -> None:
    assert all(0 <= channel <= 255 for channel in to_rgb((0.9, 0.4, 145.0)))
    assert to_rgb((1.0, 0.0, 0.0)) == (255, 255, 255)
    assert to_rgb((0.0, 0.0, 0.0)) == (0, 0, 0)


def test_a_ball_is_round_and_faces_outwards() -> None:
    ball = Ellipsoid(centre=vec(0, 0, 0), axes=np.eye(3) * 8)
    seen = rasterise([ball], STRAIGHT, 32)
    assert seen.filled.sum() == pytest.approx(np.pi * 64, rel=0.04)
    assert np.array_equal(seen.filled, seen.filled[::-1, ::-1])
    assert seen.normal[0][16, 23] > 0.8
    assert seen.normal[1][9, 16] < -0.7
    assert seen.depth[16, 16] == pytest.approx(8, abs=0.1)


def test_the_nearer_solid_hides_the_farther_one() -> None:
    def ball(z: float) -> Solid:
        return Ellipsoid(centre=vec(0, 0, z), axes=np.eye(3) * 5, soft=0.0)

    assert rasterise([ball(0), ball(9)], STRAIGHT, 32).part[16, 16] == 1
    assert rasterise([ball(9), ball(0)], STRAIGHT, 32).part[16, 16] == 0


def test_a_limb_is_shaded_as_a_tube_not_as_beads() -> None:
    along = np.linspace(-10, 10, 9)
    limb = Chain(centres=np.stack((along, 0 * along, 0 * along), axis=1), radii=np.full(9, 4.0))
    seen = rasterise([limb], STRAIGHT, 32)
    assert np.abs(seen.normal[0][16, 8:24]).max() < 1e-9


def test_a_plate_turned_to_its_edge_is_not_seen() -> None:
    square = np.array(((-5, -5), (5, -5), (5, 5), (-5, 5)), np.float64)
    open_, edge = (
        rasterise([Plate(origin=vec(0, 0, 0), u=u, v=vec(0, 1, 0), outline=square)], STRAIGHT, 32)
        for u in (vec(1, 0, 0), vec(0, 0, 1))
    )
    assert open_.filled.sum() == 100
    assert not edge.filled.any()


def test_stamps_are_rectangles_of_known_letters_that_grow() -> None:
    for options in (*EYES.values(), *MOUTHS.values()):
        assert len(options) == len(LEAST_RADIUS) + 1
        for stamp in options:
            assert len({len(row) for row in stamp}) == 1
            assert set("".join(stamp)) <= set(ROLE) | {"."}
        widths = [len(stamp[0]) for stamp in options]
        assert widths == sorted(widths)


def test_the_twin_of_an_eye_is_mirrored_but_its_sparkle_is_not() -> None:
    left, right = (eye("doe", 13.0, mirrored=m, blink=False) for m in (False, True))
    assert left == right  # symmetrical but for the sparkle, which is on the lamp's side in both
    assert eye("fierce", 13.0, mirrored=True, blink=False) == tuple(
        row[::-1] for row in eye("fierce", 13.0, mirrored=False, blink=False)
    )


def test_a_closed_eye_is_only_a_line_of_the_same_width() -> None:
    for style in EYES:
        lid = eye(style, 9.0, mirrored=False, blink=True)
        assert set("".join(lid)) == {"o", "."}
        assert len(lid[0]) == len(eye(style, 9.0, mirrored=False, blink=False)[0])


def test_doubling_keeps_corners_round() -> None:
    assert doubled(("##", "##")) == ("####",) * 4
    assert doubled(("...", ".#.", "..."))[2] == "..##.."
    assert len(sized(MOUTHS["smile"], 30.0)[0]) == 2 * len(sized(MOUTHS["smile"], 15.0)[0])


def test_chance_is_the_same_for_the_same_key() -> None:
    assert [Chance.of(4, 2).between(0, 1) for _ in range(2)] == [Chance.of(4, 2).between(0, 1)] * 2
    draws = [Chance.of(k).count(1, 3) for k in range(60)]
    assert set(draws) == {1, 2, 3}
