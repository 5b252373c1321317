"""The nearest row, exactly: against whole numbers of 64 bits that cannot round."""

from __future__ import annotations

import numpy as np
import pytest

from codec_kit import noise
from spriteloom.codecs.nearest import NearestTable
from spriteloom.errors import ImpossibleModel


def brute_force(table: np.ndarray, patches: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    gaps = patches[:, None].astype(np.int64) - table[None].astype(np.int64)
    errors = (gaps**2).sum(2)
    return errors.argmin(1), errors.min(1)  # numpy's argmin is the lowest of those tied


def assert_exact(table: np.ndarray, patches: np.ndarray) -> None:
    codes, errors = NearestTable(table).find(patches)
    expected, least = brute_force(table, patches)
    assert np.array_equal(codes, expected)
    assert np.array_equal(errors, least)


@pytest.mark.parametrize("d", [3, 12, 48])
@pytest.mark.parametrize("k", [1, 7, 255, 256, 257, 600])
def test_any_number_of_rows(d: int, k: int) -> None:
    assert_exact(noise(k, d, seed=k), noise(700, d, seed=1))


@pytest.mark.parametrize("d", [3, 12, 48])
def test_ties_go_to_the_lowest_row_within_and_across_blocks(d: int) -> None:
    rows = noise(200, d)
    table = np.concatenate([rows, rows[::-1], rows])  # each row thrice, in three blocks of 256
    assert_exact(table, noise(500, d, seed=2))
    codes, errors = NearestTable(table).find(rows)
    assert np.array_equal(codes, np.arange(200)) and not errors.any()


def test_equally_far_on_both_sides_is_the_lowest_row() -> None:
    table = np.repeat(np.array([[20], [10], [12], [18]], np.uint8), 12, axis=1)
    assert NearestTable(table).find(np.full((1, 12), 15, np.uint8))[0].tolist() == [2]


@pytest.mark.parametrize("d", [3, 12, 48])
@pytest.mark.parametrize("row", [0, 255])
def test_extreme_bytes_do_not_overflow(d: int, row: int) -> None:
    extremes = np.array([np.zeros(d), np.full(d, 255), np.arange(d) % 2 * 255, np.full(d, 254)], np.uint8)
    assert_exact(np.full((3, d), row, np.uint8), extremes)
    assert_exact(extremes[[0, 1]], extremes)
    assert_exact(extremes[[2]], extremes)


def test_runs_of_one_patch_take_one_code_at_every_place() -> None:
    table, patches = noise(40, 12), noise(600, 12, seed=1)
    patches[100:400] = patches[100]  # over the edge of a block of 256 patches
    assert_exact(table, patches)


def test_no_patches_have_no_codes() -> None:
    codes, errors = NearestTable(noise(4, 12)).find(np.empty((0, 12), np.uint8))
    assert codes.shape == errors.shape == (0,)


def test_patches_beyond_four_by_four_are_refused() -> None:
    with pytest.raises(ImpossibleModel, match=r"192 bytes.*4×4"):
        NearestTable(noise(4, 192))
