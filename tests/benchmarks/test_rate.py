"""Rates: what is repeated costs little, what is random costs all, and lossless ways are lossless."""

from __future__ import annotations

import math

import numpy as np
import pytest

from diffusion_kit import large_set
from rate import bench_rate, prequential_bits
from run_kit import small_set
from spriteloom.errors import DataError


def test_random_codes_cost_what_they_hold_and_equal_ones_nearly_nothing():
    chance = np.random.default_rng(0)
    random = chance.integers(0, 4, (64, 16, 16))
    assert prequential_bits(random, 4) / random.size == pytest.approx(2, abs=0.05)
    assert prequential_bits(np.zeros_like(random), 4) / random.size < 0.3


def test_every_way_has_its_row():
    rows = {row.way: row for row in bench_rate(small_set(), n=24)}
    for way in ("PNG", "lossless WebP", "own palettes, 16 colors"):
        assert rows[way].exact == 1 and math.isinf(rows[way].psnr)
    assert rows["lossless WebP"].ratio == 1 < rows["PNG"].ratio
    codebooks = [rows[f"one codebook, {size}"] for size in ("HiRes", "MedRes", "LowRes")]
    assert codebooks[0].psnr > codebooks[1].psnr > codebooks[2].psnr
    assert codebooks[0].bits_per_pixel > codebooks[2].bits_per_pixel


def test_resized_pictures_are_refused():
    with pytest.raises(DataError, match="--preprocessing pixel"):
        bench_rate(large_set(), n=4)
