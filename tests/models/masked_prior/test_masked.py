"""Codes are hidden evenly, only hidden ones are learned, and the bound on the bits is one."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest
import torch
from torch.nn import functional

from masked_kit import CONDITIONS, K, asked, grids, tiny
from spriteloom.models.masked_prior.network import bits, hide, masked_loss


@pytest.mark.parametrize("grid", [(2, 2), (4, 6), (8, 2), (1, 1), (3, 5), (7, 4)])
@pytest.mark.parametrize("conditions", [0, CONDITIONS])
def test_logits_of_every_code_on_any_grid(grid: tuple[int, int], conditions: int):
    model = tiny(conditions)
    logits = model(hide(grids(model, 3, *grid), K), asked(model, 3))
    assert logits.shape == (3, K, *grid) and logits.isfinite().all()


def test_an_odd_grid_is_continued_by_hidden_codes():
    """As the same codes on a larger grid, but for the share that is said to be hidden."""
    model = tiny()
    torch.nn.init.zeros_(model.hidden_share.weight)
    codes, conditions = grids(model, 2, 3, 5), asked(model, 2)
    larger = torch.full((2, 4, 6), K)
    larger[:, :3, :5] = codes
    assert torch.equal(model(codes, conditions), model(larger, conditions)[..., :3, :5])


def test_seen_codes_and_conditions_change_what_is_expected():
    model = tiny()
    codes, conditions = torch.full((2, 4, 4), K), asked(model, 2)
    before = model(codes, conditions)
    codes[1, 0, 0] = 1
    after = model(codes, conditions)
    assert torch.allclose(before[0], after[0], atol=1e-5)
    assert (before[1] - after[1]).abs().amax() > 0.1
    assert (model(codes, -conditions) - after).abs().amax((1, 2, 3)).min() > 0.1


def test_at_least_one_code_is_hidden_and_any_number_as_often():
    codes = torch.randint(K, (8000, 2, 4), generator=torch.Generator().manual_seed(0))
    hidden = hide(codes, K, torch.Generator().manual_seed(1))
    gone = hidden == K
    assert torch.equal(hidden[~gone], codes[~gone]) and not (codes == K).any()
    counts = gone.sum((1, 2)).bincount(minlength=9)
    assert counts[0] == 0
    assert counts[1:].tolist() == pytest.approx([1000] * 8, abs=130)
    places = gone[gone.sum((1, 2)) == 1].float().mean(0)  # where one is hidden, it is anywhere
    assert places.flatten().tolist() == pytest.approx([1 / 8] * 8, abs=0.05)


def test_hiding_is_of_its_generator():
    codes = torch.zeros(4, 4, 4, dtype=torch.int64)
    one, same, other = (hide(codes, K, torch.Generator().manual_seed(seed)) for seed in (1, 1, 2))
    assert torch.equal(one, same) and not torch.equal(one, other)
    assert not codes.any()


def test_the_loss_counts_hidden_codes_only_and_each_grid_the_same():
    codes = torch.randint(K, (2, 2, 2), generator=torch.Generator().manual_seed(0))
    hidden = torch.tensor([[[1, 0], [0, 0]], [[1, 1], [1, 0]]], dtype=torch.bool)
    logits = torch.randn(2, K, 2, 2, generator=torch.Generator().manual_seed(1))
    nats = functional.cross_entropy(logits, codes, reduction="none")
    expected = (nats[0, 0, 0] + nats[1][hidden[1]].mean()) / 2
    assert masked_loss(logits, codes, hidden).item() == pytest.approx(expected.item())
    spoiled = torch.where(hidden[:, None], logits, 99 * logits)
    assert masked_loss(spoiled, codes, hidden).item() == pytest.approx(expected.item())


def test_a_model_that_knows_nothing_needs_log2_k():
    model = tiny(sharpness=0.0)
    torch.nn.init.zeros_(model.unet.end.bias)
    found = bits(model, grids(model, 3, 4, 4), asked(model, 3))
    assert found.dtype == np.float64 and found.tolist() == pytest.approx([math.log2(K)] * 3)


def test_a_random_model_needs_about_log2_k_and_never_nothing():
    model = tiny(sharpness=0.5)
    found = bits(model, grids(model, 8, 4, 4), asked(model, 8), batch=3)
    assert (found > 0).all() and found.mean() == pytest.approx(math.log2(K), rel=0.2)


def test_the_bound_is_the_mean_over_all_orders():
    model = tiny()
    codes, conditions = grids(model, 1, 1, 3), asked(model, 1)
    exact = []
    for order in permutations(range(3)):
        hidden = torch.full((1, 1, 3), K)
        for place in order:
            right = model(hidden, conditions)[0, :, 0, place].log_softmax(0)[codes[0, 0, place]]
            exact.append(-right.item() / math.log(2))
            hidden[0, 0, place] = codes[0, 0, place]
    many = bits(model, codes.expand(500, -1, -1), conditions.expand(500, -1), batch=500)
    assert np.std(exact) > 0.3 and many.mean() == pytest.approx(np.mean(exact), abs=0.06)


def test_measuring_leaves_the_model_and_chance_as_they_were():
    model = tiny(dropout=0.5).train()
    state = torch.random.get_rng_state()
    given = grids(model, 4, 4, 4), asked(model, 4)
    one, same, other = (bits(model, *given, seed=seed) for seed in (0, 0, 1))
    assert model.training and torch.equal(state, torch.random.get_rng_state())
    assert (one == same).all() and (one != other).any()
    assert (one == bits(model.eval(), *given)).all()
    assert bits(model, torch.zeros(0, 2, 2, dtype=torch.int64), asked(model, 0)).shape == (0,)
