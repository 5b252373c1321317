"""Who takes which color, and that no two ever take the same."""

from __future__ import annotations

import numpy as np
import pytest

from spriteloom.editing import Recoloring, plan_map, plan_palette, plan_ranked
from spriteloom.errors import BadPalette
from spriteloom.pixels import Palette
from spriteloom.pixels.oklab import oklab

from .kit import BLACK, BLUE, CLEAR, GREEN, RED, WHITE, by_chance, sprite

RGBs = dict[tuple[int, ...], tuple[int, ...]]


def table(plan: Recoloring) -> RGBs:
    pairs = zip(plan.before.tolist(), plan.after.tolist(), strict=True)
    return {tuple(before): tuple(after) for before, after in pairs}


def injective(plan: Recoloring) -> bool:
    return len(np.unique(plan.after, axis=0)) == len(plan.before)


def test_frames_are_counted_together() -> None:
    frames = [sprite("rrr gbb"), sprite("ggg gbb")]  # g 5, b 4, r 3; the first alone has r first
    plan = table(plan_ranked(frames, [sprite("kkk wwb")]))
    assert plan == {GREEN[:3]: BLACK[:3], BLUE[:3]: WHITE[:3], RED[:3]: BLUE[:3]}


def test_unused_colors_of_the_palette_come_last() -> None:
    plan = plan_ranked([sprite("rr", palette="kr")], [sprite("gggb")])
    assert table(plan) == {RED[:3]: GREEN[:3], BLACK[:3]: BLUE[:3]}


def test_surplus_colors_are_shades_of_what_their_relatives_took() -> None:
    light, dark = (230, 60, 60, 255), (150, 10, 10, 255)
    a = sprite("rrrrrr kkkkkk lld...".replace(".", "r"), l=light, d=dark)
    plan = plan_ranked([a], [sprite("bbbk")])
    took = table(plan)
    assert (took[RED[:3]], took[BLACK[:3]]) == (BLUE[:3], BLACK[:3])
    lightness = {
        name: oklab(np.array(took[c[:3]], np.uint8))[0]
        for name, c in zip("lrd", (light, RED, dark), strict=True)
    }
    assert lightness["l"] > lightness["r"] > lightness["d"]
    for shade in (light, dark):
        red, green, blue = took[shade[:3]]
        assert blue > red and blue > green  # still a blue
    assert injective(plan)


def test_colors_that_differ_in_alpha_only_stay_so() -> None:
    glass = (200, 20, 20, 100)
    found = plan_ranked([sprite("rrx", x=glass)], [sprite("b")]).apply(sprite("rrx", x=glass))
    assert found.pixels[0].tolist() == [list(BLUE), list(BLUE), [*BLUE[:3], 100]]


def test_onto_a_palette_each_takes_a_near_one_of_its_own() -> None:
    a = sprite("rrrr gggb")
    warm, cold, leaf, other = (220, 40, 30), (0, 0, 160), (40, 160, 60), (240, 240, 240)
    plan = plan_palette([a], Palette([other, cold, leaf, warm]))
    assert table(plan) == {RED[:3]: warm, GREEN[:3]: leaf, BLUE[:3]: cold}


def test_a_palette_that_holds_every_color_changes_none() -> None:
    a = by_chance(30, seed=5)
    plan = plan_palette([a], Palette.of(a.pixels))
    assert np.array_equal(plan.before, plan.after)


def test_a_palette_that_is_too_short_is_shared_evenly_by_shades_that_are_only_just_distinct() -> None:
    plan = plan_palette(
        [by_chance(20, seed=6)], Palette([[15, 56, 15], [48, 98, 48], [139, 172, 15], [155, 188, 15]])
    )
    apart = np.abs(
        plan.after[:, None].astype(int)
        - Palette([[15, 56, 15], [48, 98, 48], [139, 172, 15], [155, 188, 15]]).colors[:, :3]
    )
    assert injective(plan)
    assert apart.max(-1).min(1).max() == 1  # one step in a channel or two
    assert np.bincount(apart.sum(-1).argmin(1)).tolist() == [5, 5, 5, 5]


def test_black_onto_black_alone_finds_room_for_256() -> None:
    many = by_chance(250, seed=7)
    plan = plan_palette([many], Palette([[0, 0, 0]]))
    assert injective(plan) and plan.after.max() < 10


def test_the_same_twice_is_the_same() -> None:
    a, b = by_chance(50, seed=1), by_chance(20, seed=2)
    assert np.array_equal(plan_ranked([a], [b]).after, plan_ranked([a], [b]).after)
    palette = Palette.of(b.pixels)
    assert np.array_equal(plan_palette([a], palette).after, plan_palette([a], palette).after)


def test_transparent_entries_of_a_palette_are_no_colors() -> None:
    assert table(plan_palette([sprite("r")], Palette([CLEAR, GREEN]))) == {RED[:3]: GREEN[:3]}
    with pytest.raises(BadPalette, match="no visible color"):
        plan_palette([sprite("r")], Palette([CLEAR]))


def test_a_map_that_names_no_color_of_the_sprite_is_a_slip() -> None:
    with pytest.raises(BadPalette, match="slime, which has #c81414: correct the map"):
        plan_map([sprite("r")], {(1, 2, 3): (4, 5, 6)})
    assert table(plan_map([sprite("r"), sprite("g")], {GREEN[:3]: (4, 5, 6)})) == {GREEN[:3]: (4, 5, 6)}
