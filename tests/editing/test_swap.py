"""The swap is one permutation of the codebook, by rank of use."""

from __future__ import annotations

import numpy as np
import pytest

from spriteloom.codecs.codec import Codec
from spriteloom.editing.swap import rank_permutation, swap_codes, swap_palette, swap_palettes
from spriteloom.metrics.codes import usage
from spriteloom.pixels import Sprite

K = 12


def grid(seed: int, codes: int = K) -> np.ndarray:
    return np.minimum(np.random.default_rng(seed).geometric(0.3, (9, 7)) - 1, codes - 1).astype(np.uint8)


def test_by_hand() -> None:
    a = np.array([[5, 5, 5], [2, 2, 7]])  # 5, 2, 7
    b = np.array([[1, 1, 1, 1], [2, 2, 2, 5]])  # 1, 2, 5
    assert swap_codes(a, b).tolist() == [[1, 1, 1], [2, 2, 5]]
    assert swap_codes(b, a).tolist() == [[5, 5, 5, 5], [2, 2, 2, 7]]


def test_a_chain_swaps_nothing_twice() -> None:
    a, b = np.array([0, 0, 0, 1, 1, 2]), np.array([1, 1, 1, 2, 2, 3])  # 0 → 1 → 2 → 3
    assert swap_codes(a, b).tolist() == [1, 1, 1, 2, 2, 3]


def test_surplus_codes_stay_unless_their_place_is_taken() -> None:
    counts_a, counts_b = np.array([9, 5, 4, 3, 0]), np.array([0, 0, 0, 1, 2])  # 0 1 2 3 against 4 3
    assert rank_permutation(counts_a, counts_b).tolist() == [4, 3, 2, 1, 0]


@pytest.mark.parametrize("seeds", [(1, 2), (3, 4), (5, 6)])
def test_it_is_a_permutation_and_the_other_way_round_its_inverse(seeds: tuple[int, int]) -> None:
    counts = [usage(grid(seed, codes), K) for seed, codes in zip(seeds, (K, 5), strict=True)]
    there, back = rank_permutation(*counts), rank_permutation(*counts[::-1])
    assert sorted(there.tolist()) == list(range(K))
    assert there[back].tolist() == back[there].tolist() == list(range(K))


def test_counts_are_what_they_were_and_equal_codes_stay_equal() -> None:
    a, b = grid(1), grid(2) + 3
    found = swap_codes(a, b)
    assert sorted(usage(found, 20)) == sorted(usage(a, 20))
    assert np.array_equal(found.ravel() == found.ravel()[:, None], a.ravel() == a.ravel()[:, None])


def test_with_itself_it_stays() -> None:
    assert np.array_equal(swap_codes(grid(1), grid(1)), grid(1))


def test_ties_go_by_code() -> None:
    assert swap_codes(np.array([4, 2, 0]), np.array([9, 8, 7])).tolist() == [9, 8, 7]


def test_a_background_takes_no_part() -> None:
    a, b = np.array([[0, 0, 0, 0], [0, 3, 3, 4]]), np.array([[0, 0, 0, 0], [6, 6, 6, 0]])
    found = swap_codes(a, b, inside_a=a > 0, inside_b=b > 0)
    assert found.tolist() == [[0, 0, 0, 0], [0, 6, 6, 4]]


def test_a_figure_may_take_the_background_s_code_and_the_background_stays() -> None:
    a, inside = np.array([0, 0, 3, 3]), np.array([False, False, True, True])
    assert swap_codes(a, np.array([0]), inside_a=inside).tolist() == [0, 0, 0, 0]


def test_the_result_has_room_for_both_books() -> None:
    found = swap_codes(np.zeros(2, np.uint8), np.full(2, 4000, np.uint16))
    assert (found.dtype, found.tolist()) == (np.uint16, [4000, 4000])


def test_masks_and_books_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="mask"):
        swap_codes(grid(1), grid(2), inside_a=np.ones((1, 1), bool))
    with pytest.raises(ValueError, match="cannot be swapped"):
        rank_permutation(np.ones(3, np.int64), np.ones(4, np.int64))


COLORS = np.array([(255, 255, 255), (200, 0, 0), (0, 200, 0), (0, 0, 200), (90, 90, 90)], np.uint8)


def codec(m: int = 1) -> Codec:
    """Five flat patches."""
    return Codec(m=m, table=np.tile(COLORS, m * m))


def sprite(rows: list[str]) -> Sprite:
    """Digits are colors, a dot is transparent."""
    pixels = np.zeros((len(rows), len(rows[0]), 4), np.uint8)
    for y, row in enumerate(rows):
        for x, letter in enumerate(row):
            if letter != ".":
                pixels[y, x] = (*COLORS[int(letter)], 255)
    return Sprite(pixels=pixels, name="a", species="slime")


def rows(picture: Sprite) -> list[str]:
    def letter(pixel: np.ndarray) -> str:
        return str(int((pixel[:3] == COLORS).all(1).argmax())) if pixel[3] else "."

    return ["".join(letter(pixel) for pixel in row) for row in picture.pixels]


def test_the_commonest_code_takes_the_place_of_the_commonest():
    assert rows(swap_palette(codec(), sprite(["111.", "122."]), sprite(["4443", "..3."]))) == ["444.", "433."]


def test_it_is_one_permutation_that_swaps_no_pixel_twice():
    assert rows(swap_palette(codec(), sprite(["1112"]), sprite(["2221"]))) == ["2221"]
    assert rows(swap_palette(codec(), sprite(["111223"]), sprite(["222331"]))) == ["222331"]


def test_what_is_transparent_takes_no_part():
    """Under alpha 0 a picture is white, the commonest code of both, were it counted."""
    a, b = sprite(["......", "112..."]), sprite([".......", "3330..."])
    assert rows(swap_palette(codec(), a, b)) == ["......", "330..."]


def test_patches_that_show_a_part_of_the_figure_do():
    a, b = sprite(["11..", "1...", "22..", "22.."]), sprite(["33....", "3...44"])
    swapped = swap_palette(codec(2), a, b)
    assert np.array_equal(swapped.pixels[..., 3], a.pixels[..., 3])


def test_a_sprite_stays_itself_but_for_its_colors():
    swapped = swap_palette(codec(), sprite(["12."]), sprite(["34"]))
    assert (swapped.name, swapped.species) == ("a", "slime")
    assert swapped.palette is not None and len(swapped.palette) == 3


def test_sizes_need_not_be_multiples_of_a_patch():
    assert swap_palette(codec(2), sprite(["111", "111", "222"]), sprite(["3"])).pixels.shape == (3, 3, 4)


def test_frames_share_one_permutation_and_one_palette():
    frames = swap_palettes(codec(), [sprite(["1112"]), sprite(["2..."])], [sprite(["3334"])])
    assert [rows(frame) for frame in frames] == [["3334"], ["4..."]]
    assert frames[0].palette is frames[1].palette


def test_more_colors_than_an_indexed_file_holds_need_no_palette():
    table = np.array([(i % 256, i // 256, 7) for i in range(300)], np.uint8)
    pixels = np.dstack([table.reshape(1, 300, 3), np.full((1, 300), 255, np.uint8)])
    many = Sprite(pixels=pixels)
    assert swap_palette(Codec(m=1, table=table), many, many).palette is None


@pytest.mark.parametrize("empty", ["....", "0000"])
def test_a_picture_of_nothing_changes_nothing(empty: str):
    a = sprite(["112."])
    like = sprite([empty])
    assert rows(swap_palette(codec(), a, like))[0].count(".") == 1
