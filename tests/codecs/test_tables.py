"""Tables paint what they hold and choose what they were told, however little they remember."""

from __future__ import annotations

import numpy as np
import pytest

from codec_kit import noise, pictures
from spriteloom.codecs.patches import join, split
from spriteloom.codecs.tables import CompiledCodec, NearestTable
from spriteloom.errors import ImpossibleModel


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int32, np.int64])
@pytest.mark.parametrize("width", [1, 3, 4, 8, 12, 16, 20])
@pytest.mark.parametrize("m", [1, 2, 4])
def test_painting_is_the_table_at_the_codes(m: int, width: int, dtype: type) -> None:
    table = noise(256, 3 * m * m, seed=m)
    codes = np.random.default_rng(width).integers(0, 256, (3, 5, width)).astype(dtype)
    painted = CompiledCodec(table, m, NearestTable(table).find).decode(codes)
    assert np.array_equal(painted, join(table[codes.ravel()], codes.shape, m))
    assert painted.flags.c_contiguous


@pytest.mark.parametrize("m", [1, 2, 4])
def test_painting_takes_more_than_256_codes_and_views_and_nothing(m: int) -> None:
    table = noise(600, 3 * m * m)
    codes = np.random.default_rng(0).integers(0, 600, (2, 8, 16)).astype(np.int32)
    decoder = CompiledCodec(table, m, NearestTable(table).find)
    turned = codes.transpose(0, 2, 1)
    assert np.array_equal(decoder.decode(turned), join(table[turned.ravel()], turned.shape, m))
    assert decoder.decode(codes[:0]).shape == (0, 8 * m, 16 * m, 3)


class Asked:
    """An encoder of patches that remembers what it was asked."""

    def __init__(self, table: np.ndarray) -> None:
        self._nearest = NearestTable(table)
        self.calls: list[int] = []

    def __call__(self, patches: np.ndarray) -> np.ndarray:
        self.calls.append(len(patches))
        assert len(np.unique(patches, axis=0)) == len(patches)  # no patch twice in one call
        return self._nearest.find(patches)[0]


@pytest.mark.parametrize("m", [1, 2, 4])
def test_each_distinct_patch_is_asked_for_once(m: int) -> None:
    table, rgb = noise(50, 3 * m * m), pictures(4)
    asked = Asked(table)
    compiled = CompiledCodec(table, m, asked)
    codes = compiled.encode(rgb)
    assert asked.calls == [len(np.unique(split(rgb, m), axis=0))]
    assert np.array_equal(compiled.encode(rgb[::-1]), codes[::-1])
    assert len(asked.calls) == 1
    assert np.array_equal(codes, compiled.encode_nearest(rgb))
    assert codes.shape == (4, 64 // m, 64 // m) and codes.dtype == np.int32


@pytest.mark.parametrize("m", [2, 4])
def test_what_is_remembered_is_bounded_and_forgetting_changes_no_code(m: int) -> None:
    table, batches = noise(50, 3 * m * m), [pictures(2, seed=seed) for seed in (1, 2, 1, 2, 1)]
    sizes = [len(np.unique(split(rgb, m), axis=0)) for rgb in batches]
    asked = Asked(table)
    compiled = CompiledCodec(table, m, asked, memory=min(sizes) - 1)
    for rgb in batches:
        assert np.array_equal(compiled.encode(rgb), compiled.encode_nearest(rgb))
    assert asked.calls == sizes  # each call left too many to keep, so each asked for all of its own


@pytest.mark.parametrize("m", [1, 2, 4])
def test_forgetting_on_purpose_asks_again(m: int) -> None:
    table, rgb = noise(50, 3 * m * m), pictures(2)
    asked = Asked(table)
    compiled = CompiledCodec(table, m, asked)
    codes = compiled.encode(rgb)
    compiled.clear()
    assert np.array_equal(compiled.encode(rgb), codes)
    assert len(asked.calls) == 2


@pytest.mark.parametrize("m", [1, 2])
def test_an_encoder_that_failed_once_leaves_no_wrong_codes_behind(m: int) -> None:
    table, first, second = noise(50, 3 * m * m), pictures(1, seed=1), pictures(1, seed=2)
    asked = Asked(table)
    failing = [True]

    def sometimes(patches: np.ndarray) -> np.ndarray:
        if failing[0]:
            raise KeyboardInterrupt
        return asked(patches)

    compiled = CompiledCodec(table, m, sometimes)
    with pytest.raises(KeyboardInterrupt):
        compiled.encode(first)
    failing[0] = False
    for rgb in (second, first):
        assert np.array_equal(compiled.encode(rgb), compiled.encode_nearest(rgb))


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
