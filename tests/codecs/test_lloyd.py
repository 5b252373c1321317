"""k-means as good as a plain one restarted, on bytes and on embeddings; and never tripped by too little."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from codec_kit import noise, pictures
from spriteloom.codecs.census import Census, take_census
from spriteloom.codecs.codec import Codec
from spriteloom.codecs.lloyd import fit_codebook, fit_table, lloyd_round, sample_census, weighted_means
from spriteloom.codecs.tables import NearestTable


@pytest.fixture(scope="module")
def census() -> Census:
    return take_census([pictures(6, seed=8)], 2)


def error(census: Census, table: np.ndarray) -> int:
    return int((NearestTable(table).find(census.patches)[1].astype(np.int64) * census.counts).sum())


def plain_lloyd(points: np.ndarray, counts: np.ndarray, k: int, seed: int, rounds: int = 30) -> np.ndarray:
    """From k distinct points drawn at random; nothing clever."""
    rng = np.random.default_rng(seed)
    centres = points[rng.choice(len(points), k, replace=False)].astype(np.float64)
    for _ in range(rounds):
        codes = np.square(points[:, None] - centres[None]).sum(2).argmin(1)
        for code in np.unique(codes):
            centres[code] = np.average(points[codes == code], axis=0, weights=counts[codes == code])
    return centres


@pytest.mark.parametrize("k", [4, 24])
def test_tables_are_on_the_whole_no_worse_than_plain_restarts(census: Census, k: int) -> None:
    """Each ends in a local optimum, so single ones differ by some per cent either way."""
    points = census.patches.astype(np.float64)
    plain = [
        error(census, np.rint(plain_lloyd(points, census.counts, k, seed)).astype(np.uint8))
        for seed in range(3)
    ]
    tables = [fit_table(census, k, rng=np.random.default_rng(seed)) for seed in range(3)]
    ours = [error(census, table) for table in tables]
    assert tables[0].shape == (k, 12) and tables[0].dtype == np.uint8
    assert np.mean(ours) <= np.mean(plain)
    assert max(ours) <= 1.05 * min(plain)


def test_a_table_fitted_on_a_sample_is_nearly_as_good(census: Census) -> None:
    whole = error(census, fit_table(census, 32, rng=np.random.default_rng(0)))
    sampled = error(census, fit_table(census, 32, rng=np.random.default_rng(0), draws=2000))
    assert sampled <= 1.15 * whole


def test_a_codebook_is_no_worse_than_the_best_of_plain_restarts() -> None:
    rng = np.random.default_rng(0)
    points = np.concatenate([rng.normal(centre, 0.3, (40, 5)) for centre in rng.normal(0, 3, (12, 5))])
    counts = rng.integers(1, 30, len(points)).astype(np.float64)

    def loss(centres: np.ndarray) -> float:
        return float((np.square(points[:, None] - centres[None]).sum(2).min(1) * counts).sum())

    plain = min(loss(plain_lloyd(points, counts, 12, seed)) for seed in range(5))
    centres, held = fit_codebook(
        torch.from_numpy(points).float(),
        torch.from_numpy(counts).float(),
        12,
        generator=torch.Generator().manual_seed(0),
    )
    assert loss(centres.numpy()) <= 1.001 * plain
    assert float(held.sum()) == pytest.approx(counts.sum())


def test_the_same_seed_gives_the_same_table_and_codebook(census: Census) -> None:
    tables = [fit_table(census, 16, rng=np.random.default_rng(seed), draws=900) for seed in (3, 3, 4)]
    assert np.array_equal(tables[0], tables[1]) and not np.array_equal(tables[0], tables[2])
    z, weights = torch.from_numpy(census.patches).float() / 255, torch.from_numpy(census.counts).float()
    books = [fit_codebook(z, weights, 16, generator=torch.Generator().manual_seed(s))[0] for s in (3, 3, 4)]
    assert torch.equal(books[0], books[1]) and not torch.equal(books[0], books[2])


def test_fewer_distinct_patches_than_codes_are_all_kept_and_the_commonest_repeats() -> None:
    patches = noise(5, 12)
    few = Census(m=2, patches=patches, counts=np.array([9, 4, 2, 1, 1]))
    table = fit_table(few, 8, rng=np.random.default_rng(0))
    assert np.array_equal(table, patches[[0, 1, 2, 3, 4, 0, 0, 0]])
    assert error(few, table) == 0


def test_one_color_alone_is_a_table_of_it() -> None:
    one = take_census([np.full((2, 8, 8, 3), 77, np.uint8)], 2)
    assert (fit_table(one, 16, rng=np.random.default_rng(0)) == 77).all()
    z = torch.full((1, 12), 0.3)
    centres, held = fit_codebook(z, torch.tensor([32.0]), 16, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(centres[held > 0], z.expand(int((held > 0).sum()), 12))
    assert centres.isfinite().all() and float(held.sum()) == 32


def test_a_rare_patch_far_from_all_others_gets_its_own_code() -> None:
    patches = np.concatenate([noise(400, 3) // 16, np.full((1, 3), 255, np.uint8)])
    census = Census(m=1, patches=patches, counts=np.r_[np.full(400, 50), 1])
    assert 255 in fit_table(census, 16, rng=np.random.default_rng(0))


def test_weighted_means_are_averages_of_repeats(census: Census) -> None:
    codes = np.random.default_rng(0).integers(0, 10, len(census)).astype(np.int32)
    codes[codes == 7] = 6
    means, filled = weighted_means(census, codes, 10)
    assert filled.tolist() == [code != 7 for code in range(10)]
    for code in (0, 6, 9):
        ours = codes == code
        repeats = np.repeat(census.patches[ours], census.counts[ours], axis=0)
        np.testing.assert_allclose(means[code], repeats.mean(0))


def test_a_round_moves_empty_centres_to_where_the_error_is(census: Census) -> None:
    centres = np.repeat(census.patches[:1], 6, axis=0).astype(np.float64)
    moved = lloyd_round(census, centres, np.random.default_rng(0))
    assert len(np.unique(moved, axis=0)) == 6
    assert error(census, np.rint(moved).astype(np.uint8)) < error(census, centres.astype(np.uint8))


def test_empty_centres_stay_where_no_error_is_left() -> None:
    patches = noise(3, 12)
    exact = Census(m=2, patches=patches, counts=np.array([5, 2, 1]))
    centres = np.concatenate([patches, np.full((2, 12), 99)]).astype(np.float64)
    assert np.array_equal(lloyd_round(exact, centres, np.random.default_rng(0)), centres)


def test_a_sample_counts_its_draws_and_keeps_to_the_census(census: Census) -> None:
    some = sample_census(census, 500, np.random.default_rng(0))
    assert some.total == 500 and (some.counts > 0).all() and len(some) < len(census)
    known = {row.tobytes() for row in census.patches}
    assert all(row.tobytes() in known for row in some.patches)
    assert sample_census(census, census.total, np.random.default_rng(0)) is census


@pytest.mark.parametrize("m", [1, 2, 4])
def test_refitting_only_ever_lowers_the_error(m: int) -> None:
    census = take_census([pictures(6, seed=8)], m)
    for table in (noise(64, 3 * m * m), census.patches[:64]):
        codec = Codec(m=m, table=table)
        errors = [error(census, codec.refit(census, rounds).table) for rounds in (0, 1, 2, 3, 10)]
        assert errors == sorted(errors, reverse=True) and errors[1] < errors[0]


def test_ten_rounds_are_ten_times_one_round(census: Census) -> None:
    codec = step = Codec(m=2, table=census.patches[:32])
    for _ in range(10):
        step = step.refit(census)
    assert np.array_equal(codec.refit(census, 10).table, step.table)
    assert step.fingerprint != codec.fingerprint


def test_a_refitted_patch_is_the_weighted_mean_rounded_to_the_nearest_byte() -> None:
    patches = np.array([[10, 20, 30], [11, 21, 0]], np.uint8)
    census = Census(m=1, patches=patches, counts=np.array([1, 3]))
    assert Codec(m=1, table=patches[:1]).refit(census).table.tolist() == [[11, 21, 8]]


def test_codes_without_patches_keep_their_own() -> None:
    census = take_census([np.full((1, 8, 8, 3), 10, np.uint8)], 2)
    table = np.stack([np.full(12, 12, np.uint8), np.full(12, 200, np.uint8)])
    assert Codec(m=2, table=table).refit(census).table[:, 0].tolist() == [10, 200]
