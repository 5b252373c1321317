"""Colors are matched by how they look and how they are used, though no pixel lies where it lay."""

from __future__ import annotations

import numpy as np
import pytest

from spriteloom.data.procedural.creature import draw, species
from spriteloom.editing.plans import plan_ranked
from spriteloom.editing.recoloring import Recoloring
from spriteloom.editing.transfer import match, plan_like, plan_onto, usage_of
from spriteloom.errors import BadPalette
from spriteloom.pixels import Palette, Sprite

from .kit import BLACK, BLUE, CLEAR, GREEN, RED, WHITE, by_chance, sprite


def right(plan: Recoloring, ordinary: Sprite, shiny: Sprite) -> float:
    """The share of the figure's pixels that get the color they should."""
    inside = ordinary.pixels[..., 3] > 0
    return float((plan.apply(ordinary).pixels == shiny.pixels)[inside].all(axis=-1).mean())


def injective(plan: Recoloring) -> bool:
    return len(np.unique(plan.after, axis=0)) == len(plan.before)


CREATURES = list(species(8, seed=5))


def test_from_behind_it_is_right_three_times_as_often_as_rank() -> None:
    ours, rank = [], []
    for spec in CREATURES:
        ordinary, shiny = draw(spec), draw(spec, shiny=True)
        behind = draw(spec, shiny=True, view="back")
        ours.append(right(plan_like([ordinary], [behind]), ordinary, shiny))
        rank.append(right(plan_ranked([ordinary], [behind]), ordinary, shiny))
    assert np.mean(ours) > 0.8
    assert np.mean(ours) > 2.5 * np.mean(rank)


def test_in_the_same_pose_nothing_is_wrong() -> None:
    for spec in CREATURES[:4]:
        ordinary, shiny = draw(spec), draw(spec, shiny=True)
        assert right(plan_like([ordinary], [shiny]), ordinary, shiny) == 1


def test_with_the_colors_alone_it_is_right_more_often_than_the_nearest_and_their_order_says_nothing() -> None:
    found = []
    for spec in CREATURES:
        ordinary, shiny = draw(spec), draw(spec, shiny=True)
        colors = np.unique(shiny.pixels[shiny.pixels[..., 3] > 0], axis=0)
        plan = plan_onto([ordinary], Palette(colors))
        again = plan_onto([ordinary], Palette(colors[::-1]))
        assert np.array_equal(plan.after, again.after)
        found.append(right(plan, ordinary, shiny))
    assert np.mean(found) > 0.6


def test_neighbours_decide_where_nothing_else_can() -> None:
    """Two fillings of one color, number and shape in the reference, one framed in black and one in white."""
    red, green, pale, grey = (
        (150, 60, 60, 255),
        (60, 120, 60, 255),
        (104, 104, 180, 255),
        (104, 104, 181, 255),
    )
    a = sprite("kkkk.wwww kaak.wbbw kkkk.wwww", a=red, b=green)
    for first, second in ((pale, grey), (grey, pale)):
        other = sprite("kkkk.wwww kcck.wddw kkkk.wwww", c=first, d=second)
        plan = plan_like([a], [other])
        took = dict(zip(map(tuple, plan.before.tolist()), map(tuple, plan.after.tolist()), strict=True))
        assert (took[red[:3]], took[green[:3]]) == (first[:3], second[:3])
        assert (took[BLACK[:3]], took[WHITE[:3]]) == (BLACK[:3], WHITE[:3])


def test_belief_is_shares_of_one_and_sure_of_itself() -> None:
    own = usage_of([draw(CREATURES[0])])
    found = match(own, own)
    assert found.sum(axis=1) == pytest.approx(np.ones(len(found)))
    assert np.array_equal(found.argmax(axis=1), np.arange(len(found)))
    assert np.isfinite(match(usage_of([sprite("r")]), own)).all()


@pytest.mark.parametrize("number", [2, 5, 40])
def test_no_two_colors_become_one_whatever_the_numbers(number: int) -> None:
    a, b = by_chance(20, seed=3), by_chance(number, seed=4)
    plan = plan_like([a], [b])
    assert injective(plan) and len(plan.before) == 20
    theirs = {tuple(color) for color in b.pixels[b.pixels[..., 3] > 0][:, :3].tolist()}
    took = {tuple(color) for color in plan.after.tolist()}
    assert len(took & theirs) >= min(20, number)  # each of theirs is used before any is invented
    assert injective(plan_onto([a], Palette.of(b.pixels)))


def test_shades_that_fall_together_make_room() -> None:
    plan = plan_like([by_chance(60, seed=5)], [sprite("kkkw")])  # most shades of black are below black
    assert len(plan.before) == 60 and injective(plan)


def test_colors_on_the_palette_alone_are_kept_apart_too() -> None:
    plan = plan_like([sprite("rr", palette="kr")], [sprite("gggb")])
    assert len(plan.before) == 2 and injective(plan)
    assert plan.after[plan.before.tolist().index(list(RED[:3]))].tolist() in [list(GREEN[:3]), [20, 20, 200]]


def test_the_largest_sprites_and_nothing_at_all_are_planned() -> None:
    assert injective(plan_like([by_chance(250, seed=7)], [by_chance(250, seed=8)]))
    nothing = sprite("..")
    assert len(plan_like([nothing], [sprite("r")]).before) == 0
    assert len(plan_onto([nothing], Palette([RED])).before) == 0


def test_what_shows_nothing_cannot_be_a_model() -> None:
    with pytest.raises(BadPalette, match="no visible pixel"):
        plan_like([sprite("r")], [sprite("..")])
    with pytest.raises(BadPalette, match="no visible color"):
        plan_onto([sprite("r")], Palette([CLEAR]))


def test_the_same_twice_is_the_same() -> None:
    a, b = by_chance(30, seed=1), by_chance(20, seed=2)
    assert np.array_equal(plan_like([a], [b]).after, plan_like([a], [b]).after)


# r r b     r has 4 pixels, b 2; of r's borders: with b 2, with nothing 6; of b's: with r 2, with nothing 4.
# r r b     Nothing is what is transparent (none here) and what is beyond the canvas.
SLAB = sprite("rrb rrb")


def test_shares_rims_and_neighbours_by_hand() -> None:
    found = usage_of([SLAB])
    assert found.colors.tolist() == [list(RED[:3]), list(BLUE[:3])]
    assert found.share.tolist() == pytest.approx([4 / 6, 2 / 6])
    assert found.neighbors.tolist() == [pytest.approx([0, 2 / 8, 6 / 8]), pytest.approx([2 / 6, 0, 4 / 6])]
    assert found.rim.tolist() == pytest.approx([6 / 8, 4 / 6])


def test_places_by_hand() -> None:
    found = usage_of([sprite("..... .rr.. .rr.. .bb..")])
    assert found.height.tolist() == pytest.approx([1 / 3, 5 / 6])
    assert found.height_spread.tolist() == pytest.approx([1 / 6, 0])
    assert found.width_spread.tolist() == pytest.approx([1 / 4, 1 / 4])


def same(a: Sprite, b: Sprite) -> bool:
    one, other = usage_of([a]), usage_of([b])
    return all(np.allclose(getattr(one, name), getattr(other, name)) for name in vars(one))


def test_it_does_not_matter_where_on_its_canvas_a_figure_stands_nor_which_way_it_looks() -> None:
    a = by_chance(6, seed=1)
    padded = np.pad(a.pixels, ((3, 9), (5, 0), (0, 0)))
    assert same(a, Sprite(pixels=padded))
    assert same(a, Sprite(pixels=a.pixels[:, ::-1]))
    assert not same(a, Sprite(pixels=a.pixels[::-1]))


def test_frames_count_together_and_an_empty_one_not_at_all() -> None:
    a, b = sprite("rrb"), sprite("bbb ...")
    found = usage_of([a, b, sprite("..")])
    assert found.share.tolist() == pytest.approx([4 / 6, 2 / 6])
    assert not same(a, b)


def test_what_stands_under_alpha_0_is_nothing() -> None:
    hidden = SLAB.pixels.copy()
    hidden[0, 2] = (*RED[:3], 0)
    seen = hidden.copy()
    seen[0, 2] = 0
    assert same(Sprite(pixels=hidden), Sprite(pixels=seen))
