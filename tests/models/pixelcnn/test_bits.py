"""Bits per code are those of the true distribution, however the grids are cut into batches."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from prior_kit import PRESETS, RGB, asked, grids, tiny
from spriteloom.models.pixelcnn.network import bits


class _Known(nn.Module):
    """Says the same of every position: chances 1/2, 1/4, 1/4."""

    def __init__(self) -> None:
        super().__init__()
        self.logits = nn.Parameter(torch.tensor([0.5, 0.25, 0.25]).log())

    def forward(self, codes: Tensor, conditions: Tensor) -> Tensor:  # noqa: ARG002
        return self.logits[None, :, None, None].expand(len(codes), 3, *codes.shape[1:])


def test_bits_are_the_mean_of_each_grid():
    codes = torch.tensor([[[0, 0]], [[0, 1]], [[2, 1]]])
    found = bits(_Known(), codes, torch.zeros(3, 0))
    assert found.dtype == np.float64 and found.tolist() == pytest.approx([1.0, 1.5, 2.0])


def test_batches_do_not_matter_and_dropout_takes_no_part():
    model = tiny(PRESETS["ours"]).train()
    codes, conditions = grids(model, 5, 4, 4), asked(model, 5)
    one, all_at_once = (bits(model, codes, conditions, batch=n) for n in (2, 5))
    assert one == pytest.approx(all_at_once, abs=1e-6)
    assert model.training


def test_a_flat_model_of_pictures_needs_8_bits_a_channel_value():
    model = tiny(RGB, sharpness=0.0)
    with torch.no_grad():
        for head in model.heads.each:
            head.output.bias.zero_()
    found = bits(model, grids(model, 2, 3, 3), asked(model, 2))
    assert found.tolist() == pytest.approx([8.0, 8.0])


def test_no_grids_have_no_bits():
    assert bits(_Known(), torch.zeros(0, 2, 2, dtype=torch.int64), torch.zeros(0, 0)).shape == (0,)


def test_autocast_changes_little():
    model = tiny(PRESETS["paper"])
    codes, conditions = grids(model, 2, 4, 4), asked(model, 2)
    exact = bits(model, codes, conditions)
    with torch.autocast("cpu", torch.bfloat16):
        quick = bits(model, codes, conditions)
    assert quick != pytest.approx(exact, rel=1e-9)  # it did compute otherwise
    assert quick == pytest.approx(exact, rel=0.05) and not math.isnan(quick[0])
