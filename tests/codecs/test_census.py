"""A census counts as a plain count does, however the pictures come; an index numbers as one would by hand."""

from __future__ import annotations

import numpy as np
import pytest

from codec_kit import noise, pictures
from spriteloom.codecs.census import take_census
from spriteloom.codecs.patches import PatchIndex, split


@pytest.fixture(scope="module")
def rgb() -> np.ndarray:
    return pictures(8, seed=3)


@pytest.mark.parametrize("m", [1, 2, 4, 8])
def test_a_census_is_the_unique_patches_with_their_counts(rgb: np.ndarray, m: int) -> None:
    census = take_census([rgb], m)
    patches, counts = np.unique(split(rgb, m), axis=0, return_counts=True)
    order = np.lexsort(census.patches.T[::-1])
    assert np.array_equal(census.patches[order], patches)
    assert np.array_equal(census.counts[order], counts)
    assert (len(census), census.total) == (len(patches), rgb[..., 0].size // m**2)
    assert census.patches.flags.c_contiguous and census.patches.dtype == np.uint8


@pytest.mark.parametrize("m", [1, 2, 4])
def test_the_commonest_patch_comes_first(rgb: np.ndarray, m: int) -> None:
    counts = take_census([rgb], m).counts
    assert (np.diff(counts) <= 0).all() and counts[0] > 1 and counts[-1] >= 1


@pytest.mark.parametrize("m", [1, 2, 4])
def test_pictures_in_pieces_give_the_same_census(rgb: np.ndarray, m: int) -> None:
    whole, pieces = take_census([rgb], m), take_census((rgb[i : i + 3] for i in range(0, len(rgb), 3)), m)
    assert np.array_equal(whole.patches, pieces.patches)
    assert np.array_equal(whole.counts, pieces.counts)


@pytest.mark.parametrize("m", [1, 2, 4])
def test_no_pictures_are_an_empty_census(m: int) -> None:
    census = take_census([], m)
    assert (len(census), census.total, census.patches.shape) == (0, 0, (0, 3 * m * m))


@pytest.mark.parametrize("d", [3, 12, 48])
def test_numbers_go_in_order_of_first_sight_through_growth_and_batches(d: int) -> None:
    patches = noise(3000, d)[np.random.default_rng(1).integers(0, 3000, 9000)]
    patches[4000:4100] = patches[3999]  # a run
    seen: dict[bytes, int] = {}
    expected = [seen.setdefault(row.tobytes(), len(seen)) for row in patches]
    index = PatchIndex(d, capacity=16)  # grows seven times
    numbers = np.concatenate([index.add(patches[i : i + 1234]) for i in range(0, len(patches), 1234)])
    assert numbers.tolist() == expected
    assert [row.tobytes() for row in index.patches] == list(seen)
    assert len(index) == len(seen)


def test_patches_met_again_keep_their_numbers() -> None:
    index, patches = PatchIndex(12, capacity=4), np.unique(noise(50, 12), axis=0)
    first = index.add(patches)
    assert np.array_equal(index.add(patches[::-1]), first[::-1])
    assert len(index) == 50


def test_patches_that_differ_in_one_bit_are_two() -> None:
    zero = np.zeros((1, 12), np.uint8)
    patches = np.concatenate([zero, *[zero ^ np.eye(12, dtype=np.uint8)[j] * 128 for j in range(12)]])
    assert PatchIndex(12).add(patches).tolist() == list(range(13))
