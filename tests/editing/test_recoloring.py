"""One table for all pixels of all frames, at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from spriteloom.editing.recoloring import Recoloring
from spriteloom.editing.transfer import plan_like
from spriteloom.errors import BadPalette
from spriteloom.pixels import Animation, Palette, Sprite, open_animation, save_animation

from .kit import BLUE, GREEN, RED, by_chance, regions, sprite


def colors(*rgba: tuple[int, ...]) -> np.ndarray:
    return np.array([color[:3] for color in rgba], np.uint8)


def test_a_swap_swaps() -> None:
    plan = Recoloring(colors(RED, BLUE), colors(BLUE, RED))
    assert np.array_equal(plan.apply(sprite("rbg. brr.")).pixels, sprite("brg. rbb.").pixels)


def test_a_table_of_nothing_changes_nothing() -> None:
    plan = Recoloring(np.zeros((0, 3), np.uint8), np.zeros((0, 3), np.uint8))
    assert np.array_equal(plan.apply(sprite("rg.")).pixels, sprite("rg.").pixels)


def test_it_takes_pixels_in_any_order_of_memory() -> None:
    plan = Recoloring(colors(RED), colors(GREEN))
    turned = sprite("rrg bbr").pixels.transpose(1, 0, 2)
    assert np.array_equal(plan.pixels(turned), sprite("gb gb gg").pixels)


@pytest.mark.parametrize("palette", ["", "rgb."])
def test_frames_of_an_animation_stay_on_one_palette_in_the_file(tmp_path: Path, palette: str) -> None:
    frames = tuple(sprite(rows, palette) for rows in ("rrg. ....", "..gg ..b.", ".... .rrr"))
    old = Animation(frames, (100, 200, 300), 3)
    new = plan_like(frames, [sprite("kkwwwb")]).apply_animation(old)
    save_animation(new, tmp_path / "a.png")
    again = open_animation(tmp_path / "a.png")
    assert (again.durations, again.loop) == (old.durations, old.loop)
    assert {frame.palette for frame in again.frames} == {new.frames[0].palette} != {None}
    together = [np.stack([frame.pixels for frame in each.frames]) for each in (old, again)]
    assert regions(together[0]) == regions(together[1])


def test_frames_that_differ_in_palette_get_one_for_all() -> None:
    old = Animation((sprite("r.", "r."), sprite("g.", "g.")), (1, 1))
    new = plan_like(old.frames, [sprite("kw")]).apply_animation(old)
    assert len({frame.palette for frame in new.frames}) == 1


def test_frames_that_have_too_many_colors_together_are_refused() -> None:
    frames = (by_chance(200, seed=1), by_chance(200, seed=2))
    with pytest.raises(BadPalette, match="noise has 400 colors"):
        plan_like(frames, [sprite("r")])


def test_seventy_frames_are_recolored_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    base = by_chance(15, seed=3, side=96)
    frames = tuple(
        Sprite(pixels=np.roll(base.pixels, k, 1), palette=Palette.of(base.pixels)) for k in range(70)
    )
    plan = plan_like(frames, [by_chance(15, seed=4)])

    recolor, shapes = Recoloring.pixels, []
    monkeypatch.setattr(
        Recoloring, "pixels", lambda self, pixels: (shapes.append(pixels.shape), recolor(self, pixels))[1]
    )
    plan.apply_animation(Animation(frames, (100,) * 70))
    assert len(shapes) == 2 and (70, 96, 96, 4) in shapes  # all frames and their palette


@pytest.mark.parametrize(
    "sides",
    [(colors(RED), colors()), (colors(RED, RED), colors(RED, BLUE)), (np.zeros((1, 3)), colors(RED))],
)
def test_what_is_no_table_is_refused(sides: tuple[np.ndarray, np.ndarray]) -> None:
    with pytest.raises(ValueError, match="color"):
        Recoloring(*sides)
