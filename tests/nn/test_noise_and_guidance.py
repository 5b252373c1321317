"""Noise is a function of its seed; between two noises lies noise of the same length."""

from __future__ import annotations

import torch

from spriteloom.nn.sampling import guided, noise_of, slerp


def test_a_row_is_of_its_seed_alone():
    both = noise_of([5, 6], (3, 4))
    assert torch.equal(both[1], noise_of([6], (3, 4))[0])
    assert noise_of([], (3, 4)).shape == (0, 3, 4)


def test_the_way_between_keeps_its_length():
    a, b = noise_of([1, 2], (4, 16, 16))
    assert torch.allclose(slerp(a, b, 0.0), a, atol=1e-5) and torch.allclose(slerp(a, b, 1.0), b, atol=1e-5)
    middle = slerp(a, b, 0.5)
    assert abs(float(middle.std()) - 1) < 0.05 and float(((a + b) / 2).std()) < 0.8
    assert torch.allclose(slerp(a, a, 0.3), a)


def test_guidance_is_a_line_through_both():
    asked, anything = torch.tensor([1.0, 4.0]), torch.tensor([0.0, 2.0])
    assert torch.equal(guided(asked, anything, 0.0), anything)
    assert torch.equal(guided(asked, anything, 1.0), asked)
    assert torch.equal(guided(asked, anything, 3.0), torch.tensor([3.0, 8.0]))
