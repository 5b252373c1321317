"""The average follows: quickly while it is young, slowly later, and is kept with the weights."""

from __future__ import annotations

import torch
from torch import nn

from spriteloom.nn.average import Average


def test_it_comes_to_where_the_weights_stay():
    layer = nn.Linear(2, 2)
    average = Average(layer, decay=0.9)
    with torch.no_grad():
        layer.weight.fill_(3.0)
    for _ in range(200):
        average.update(layer)
    assert torch.allclose(average.module.weight, layer.weight, atol=1e-4)


def test_a_young_one_forgets_its_random_beginning():
    layer = nn.Linear(1, 1, bias=False)
    average = Average(layer, decay=0.999)
    with torch.no_grad():
        layer.weight.fill_(1.0)
        average.module.weight.fill_(-100.0)
    for _ in range(60):
        average.update(layer)
    assert abs(float(average.module.weight) - 1) < 0.01


def test_it_is_not_trained_and_counts_itself():
    average = Average(nn.Linear(2, 2))
    assert not any(p.requires_grad for p in average.parameters())
    average.update(nn.Linear(2, 2))
    assert int(average.state_dict()["updates"]) == 1


def test_it_drops_nothing_while_what_it_follows_is_trained():
    both = nn.ModuleList([layer := nn.Dropout(0.5), Average(layer)]).train()
    assert layer.training
    assert torch.equal(both[1].module(torch.ones(64)), torch.ones(64))
