"""Chance is a function of each sample's seed, and draws from the softmax."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from spriteloom.errors import BadPalette, ImpossibleModel
from spriteloom.pixels import Palette
from spriteloom.priors.draw import Draw, Noise


def test_the_same_seeds_give_the_same_noise_and_rows_go_on():
    one, two = Noise((3, 4), 5), Noise((3, 4), 5)
    first, second = one.row(6), one.row(6)
    assert first.shape == (2, 6, 5) and first.dtype == torch.float32
    assert torch.equal(first, two.row(6)) and torch.equal(second, two.row(6))
    assert not torch.equal(first, second)


def test_noise_of_a_sample_depends_on_its_own_seed_alone():
    together, alone = Noise((8, 9, 8), 5), Noise((9,), 5)
    for _ in range(3):
        row = together.row(4)
        assert torch.equal(row[1:2], alone.row(4))
        assert torch.equal(row[0], row[2]) and not torch.equal(row[0], row[1])


def test_noise_leaves_the_chance_of_others_alone():
    before = torch.random.get_rng_state()
    Noise((1,), 4).row(3)
    assert torch.equal(before, torch.random.get_rng_state())


def test_the_best_of_logits_and_noise_is_drawn_from_the_softmax():
    logits = torch.tensor([2.0, 0.0, 1.0, -3.0])
    drawn = (logits + Noise((0,), 4).row(200_000)[0]).argmax(1)
    share = drawn.bincount(minlength=4) / len(drawn)
    assert torch.allclose(share, logits.softmax(0), atol=0.005)


def test_noise_is_always_finite():
    assert Noise((0,), 256).row(8_000).isfinite().all()


@pytest.mark.parametrize("temperature", [0.0, -1.0, math.nan, math.inf])
def test_a_temperature_that_is_no_number_above_0_is_refused(temperature: float):
    with pytest.raises(ImpossibleModel, match="above 0"):
        Draw(seeds=(0,), temperature=temperature)


@pytest.mark.parametrize("guidance", [math.nan, math.inf])
def test_a_guidance_that_is_no_number_is_refused(guidance: float):
    with pytest.raises(ImpossibleModel, match="guidance"):
        Draw(seeds=(0,), guidance=guidance)


@pytest.mark.parametrize("number", [1, 257, 5000])
def test_a_palette_of_too_few_or_too_many_colors_is_refused(number: int):
    values = np.arange(number)
    palette = Palette(np.stack([values % 256, values // 256, values * 0], 1))
    with pytest.raises(BadPalette, match=rf"a palette of {number} colors cannot be drawn for: give 2 to 256"):
        Draw(seeds=(0,), palette=palette)


def test_what_counts_are_distinct_visible_colors():
    twice = Palette([(1, 2, 3, 255), (1, 2, 3, 255), (0, 0, 0, 0)])
    with pytest.raises(BadPalette, match="a palette of 1 colors"):
        Draw(seeds=(0,), palette=twice)
    assert Draw(seeds=(0,), palette=Palette([(1, 2, 3), (4, 5, 6)])).palette is not None
