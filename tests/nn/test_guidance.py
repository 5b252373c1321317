"""Guidance: 0 hears nothing, 1 is the model's own, more goes further."""

from __future__ import annotations

import torch

from spriteloom.nn.guidance import guided


def test_guidance_is_a_line_through_both():
    asked, anything = torch.tensor([1.0, 4.0]), torch.tensor([0.0, 2.0])
    assert torch.equal(guided(asked, anything, 0.0), anything)
    assert torch.equal(guided(asked, anything, 1.0), asked)
    assert torch.equal(guided(asked, anything, 3.0), torch.tensor([3.0, 8.0]))
