"""The swap is one permutation of the codebook."""

from __future__ import annotations

import numpy as np
import pytest

from spriteloom.editing import rank_permutation, swap_codes
from spriteloom.metrics import usage

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
