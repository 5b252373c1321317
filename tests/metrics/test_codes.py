"""The codebook's figures, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from spriteloom.metrics.codes import bits_per_code, bits_per_pixel, codes_used, perplexity, usage


def test_usage_counts_every_code_and_batches_add_up() -> None:
    first, second = np.array([[0, 2], [2, 2]], np.uint8), np.array([[[3]]], np.int64)
    assert usage(first, 5).tolist() == [1, 0, 3, 0, 0]
    assert (usage(first, 5) + usage(second, 5)).tolist() == [1, 0, 3, 1, 0]
    assert usage(np.zeros((0,), np.uint8), 3).tolist() == [0, 0, 0]


@pytest.mark.parametrize("codes", [[0, 5], [-1, 0], [0.5, 1.0]])
def test_what_is_no_code_is_refused(codes: list[float]) -> None:
    with pytest.raises(ValueError, match="from 0 to 4"):
        usage(codes, 5)


def test_four_alike_are_two_bits_and_a_perplexity_of_four() -> None:
    counts = np.array([7, 7, 0, 7, 7])
    assert (codes_used(counts), bits_per_code(counts), perplexity(counts)) == (4, 2.0, 4.0)


def test_half_a_quarter_a_quarter_is_a_bit_and_a_half() -> None:
    assert bits_per_code(np.array([4, 2, 2])) == pytest.approx(1.5)
    assert perplexity(np.array([4, 2, 2])) == pytest.approx(2**1.5)


def test_one_code_alone_costs_nothing() -> None:
    counts = np.array([0, 9, 0])
    assert str(bits_per_code(counts)) == "0.0"
    assert perplexity(counts) == 1


def test_a_patch_shares_its_bits_among_its_pixels() -> None:
    assert [bits_per_pixel(8.0, m) for m in (1, 2, 4)] == [8.0, 2.0, 0.5]
    with pytest.raises(ValueError, match="at least one"):
        bits_per_pixel(8.0, 0)


def test_nothing_counted_has_no_entropy() -> None:
    with pytest.raises(ValueError, match="no code"):
        bits_per_code(np.zeros(4, np.int64))
