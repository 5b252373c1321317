"""Which color becomes which, and no two colors become equal."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from spriteloom.editing.plans import (
    HUES,
    plan_hue,
    plan_hue_shift,
    plan_map,
    plan_palette,
    plan_ranked,
    recolor,
)
from spriteloom.editing.recoloring import Recoloring
from spriteloom.editing.transfer import plan_like
from spriteloom.errors import BadPalette
from spriteloom.pixels import Palette, Sprite
from spriteloom.pixels.oklab import NAMES, names_of, oklab
from spriteloom.pixels.palette import index

from .kit import BLACK, BLUE, CLEAR, GREEN, RED, WHITE, by_chance, regions, sprite

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


def test_onto_a_palette_the_color_of_more_pixels_takes_the_nearer_one() -> None:
    dark, light = (100, 100, 100, 255), (110, 110, 110, 255)
    near, far = (108, 108, 108), (140, 140, 140)
    for rows, common, rare in (("ddddddl", dark, light), ("lllllld", light, dark)):
        plan = table(plan_palette([sprite(rows, d=dark, l=light)], Palette([near, far])))
        assert plan == {common[:3]: near, rare[:3]: far}


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


RAMP = np.array([[60, 20, 20], [140, 40, 40], [210, 80, 70], [250, 170, 150], [90, 90, 90]], np.uint8)


def ramp() -> Sprite:
    rgba = np.full((1, 5, 4), 255, np.uint8)
    rgba[0, :, :3] = RAMP
    return Sprite(pixels=rgba, name="ramp")


def lightness(sprite: Sprite) -> np.ndarray:
    return oklab(sprite.pixels[0, :, :3])[:, 0]


@pytest.mark.parametrize("degrees", [40, -75, 120, 180])
def test_a_ramp_keeps_its_order_and_its_lightness(degrees):
    made = plan_hue_shift([ramp()], degrees).apply(ramp())
    assert np.abs(lightness(made) - lightness(ramp())).max() < 0.03
    assert np.array_equal(np.argsort(lightness(made)), np.argsort(lightness(ramp())))
    assert np.abs(made.pixels[0, 4, :3].astype(int) - 90).max() <= 1
    assert not np.array_equal(made.pixels, ramp().pixels)


@pytest.mark.parametrize("name", sorted(set(HUES) - {"yellow", "pink", "orange"}))
def test_the_named_hue_is_reached(name):
    made = plan_hue([ramp()], name).apply(ramp())
    assert NAMES[int(names_of(made.pixels[0, 2, :3]))] == name


def test_a_whole_turn_changes_nothing_that_can_be_seen():
    made = plan_hue_shift([ramp()], 360.0).apply(ramp())
    assert np.abs(made.pixels.astype(int) - ramp().pixels).max() <= 1


def test_what_cannot_be_turned_is_refused():
    gray = Sprite(pixels=np.full((2, 2, 4), 255, np.uint8), name="stone")
    with pytest.raises(BadPalette, match="no hue to turn"):
        plan_hue([gray], "blue")
    with pytest.raises(BadPalette, match="is no hue"):
        plan_hue([ramp()], "mauve")
    with pytest.raises(BadPalette, match="degrees"):
        plan_hue_shift([ramp()], float("nan"))


A = sprite("rrr. rggb", palette="k.gbr")  # black stands on its palette, unused
B = sprite("wkkb kwkb kkrr", palette="krwb.")


def ways(a: Sprite) -> list[Sprite]:
    return [
        recolor(a, like=B),
        recolor(a, like=by_chance(40, seed=9)),
        recolor(a, palette=Palette([[0, 0, 0], [255, 0, 0], [250, 250, 210]])),
        recolor(a, palette=Palette(by_chance(60, seed=8).pixels.reshape(-1, 4)[1:60])),
    ]


def test_by_rank_the_commonest_takes_the_commonest() -> None:
    # A: r 4, g 2, b 1. B: k 5, then b, r and w with 2 each, in order of value.
    expected = sprite("kkk. kbbr").pixels
    assert np.array_equal(plan_ranked([A], [B]).apply(A).pixels, expected)


def test_like_another_is_by_transport() -> None:
    assert np.array_equal(recolor(A, like=B).pixels, plan_like([A], [B]).apply(A).pixels)
    assert recolor(A, like=B).pixels[1, 3].tolist() == list(BLUE)  # which B has too, if not third by rank


@pytest.mark.parametrize("a", [A, by_chance(12, 1), by_chance(200, 2, alpha=(255, 90)), sprite("r")])
def test_the_pixels_of_each_color_are_those_they_were(a: Sprite) -> None:
    for found in ways(a):
        assert regions(found.pixels) == regions(a.pixels)
        assert np.array_equal(found.pixels[..., 3], a.pixels[..., 3])


def test_the_file_is_indexed_with_the_same_indices(tmp_path: Path) -> None:
    assert A.palette is not None
    for number, found in enumerate(ways(A)):
        path = tmp_path / f"{number}.png"
        found.save(path)
        with Image.open(path) as image:
            assert image.mode == "P"
            assert np.array_equal(np.asarray(image), index(A.pixels, A.palette))
        again = Sprite.open(path)
        assert np.array_equal(again.pixels, found.pixels)
        assert again.palette is not None
        assert len(again.palette) == len(A.palette)
        assert again.palette.transparent == A.palette.transparent


def test_a_sprite_without_a_palette_becomes_an_indexed_file_too(tmp_path: Path) -> None:
    recolor(sprite("rrg. bbbb"), like=B).save(tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as image:
        assert image.mode == "P"


def test_like_itself_it_stays() -> None:
    for a in (A, by_chance(30, seed=4)):
        assert np.array_equal(recolor(a, like=a).pixels, a.pixels)


def test_and_back_again() -> None:
    a, b = sprite("rrrrg ggbb. ....."), sprite("kkkw wbkk")
    there = recolor(a, like=b)
    assert not np.array_equal(there.pixels, a.pixels)
    assert np.array_equal(recolor(there, like=a).pixels, a.pixels)


def test_what_takes_a_color_that_is_to_change_is_not_changed_twice() -> None:
    chain = {RED[:3]: GREEN[:3], GREEN[:3]: BLUE[:3], BLUE[:3]: RED[:3]}
    assert np.array_equal(recolor(sprite("rrr. rggb"), mapping=chain).pixels, sprite("ggg. gbbr").pixels)


def test_what_a_map_does_not_name_stays_and_a_map_may_merge() -> None:
    found = recolor(A, mapping={RED[:3]: GREEN[:3]})
    assert np.array_equal(found.pixels, sprite("ggg. gggb").pixels)
    assert found.palette == Palette([BLACK, CLEAR, GREEN, BLUE, GREEN])


def test_transparent_stays_even_where_black_is_mapped() -> None:
    found = recolor(sprite("k. .k"), mapping={BLACK[:3]: WHITE[:3]})
    assert np.array_equal(found.pixels, sprite("w. .w").pixels)


def test_everything_else_known_of_the_sprite_stays() -> None:
    found = recolor(A, like=B)
    assert (found.name, found.species) == ("slime", "slime")


@pytest.mark.parametrize("given", [{}, {"like": B, "palette": Palette([[1, 2, 3]])}])
def test_one_way_is_chosen(given: dict[str, object]) -> None:
    with pytest.raises(TypeError, match="one of like, palette and mapping"):
        recolor(A, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "way", [{"like": B}, {"palette": Palette([[1, 2, 3]])}, {"mapping": {(0, 0, 0): (1, 1, 1)}}]
)
def test_too_many_colors_to_index_are_refused_in_one_line(way: dict[str, object]) -> None:
    pixels = np.full((20, 20, 4), 255, np.uint8)
    pixels[..., 0], pixels[..., 1] = np.divmod(np.arange(400).reshape(20, 20), 256)
    with pytest.raises(BadPalette, match="photo has 400 colors, an indexed picture at most 256") as error:
        recolor(Sprite(pixels=pixels, name="photo"), **way)  # type: ignore[arg-type]
    assert "\n" not in str(error.value)


def test_an_invisible_sprite_has_nothing_to_change_and_nothing_to_give() -> None:
    nothing = sprite(".. ..")
    assert np.array_equal(recolor(nothing, like=A).pixels, nothing.pixels)
    assert np.array_equal(recolor(nothing, palette=Palette([RED])).pixels, nothing.pixels)
    with pytest.raises(BadPalette, match="no visible pixel"):
        recolor(A, like=nothing)
