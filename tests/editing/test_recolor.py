"""Recoloring changes colors and nothing else, in the file too."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from spriteloom.editing import plan_like, plan_ranked, recolor
from spriteloom.errors import BadPalette
from spriteloom.pixels import Palette, Sprite, index

from .kit import BLACK, BLUE, CLEAR, GREEN, RED, WHITE, by_chance, regions, sprite

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
    with pytest.raises(BadPalette, match="photo has 400 colors, an indexed picture 256") as error:
        recolor(Sprite(pixels=pixels, name="photo"), **way)  # type: ignore[arg-type]
    assert "\n" not in str(error.value)


def test_an_invisible_sprite_has_nothing_to_change_and_nothing_to_give() -> None:
    nothing = sprite(".. ..")
    assert np.array_equal(recolor(nothing, like=A).pixels, nothing.pixels)
    assert np.array_equal(recolor(nothing, palette=Palette([RED])).pixels, nothing.pixels)
    with pytest.raises(BadPalette, match="no visible pixel"):
        recolor(A, like=nothing)
