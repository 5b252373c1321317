"""The SSIM that is descended is the SSIM that is measured."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from spriteloom.metrics import similarity_map
from spriteloom.nn.ssim_loss import ssim


def two(h: int, w: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Flat blocks on white, the left half black, and a noisy copy."""
    chance = np.random.default_rng(h * 100 + w)
    truth = np.full((3, h, w, 3), 255, np.uint8)
    truth[:, h // 4 : h // 2 + 1] = chance.integers(0, 256, (3, 1, 1, 3))
    truth[:, :, : w // 2] = 0
    noise = chance.integers(-40, 41, truth.shape) * (chance.random((3, h, w, 1)) < 0.4)
    return truth, np.clip(truth + noise, 0, 255).astype(np.uint8)


def images(pictures: NDArray[np.uint8]) -> Tensor:
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255


@pytest.mark.parametrize("size", [(64, 64), (24, 40), (6, 9), (3, 2), (1, 12)])
def test_it_is_the_one_that_is_measured(size: tuple[int, int]):
    truth, guess = two(*size)
    measured = similarity_map(truth, guess).mean()
    assert measured < 0.999
    assert float(ssim(images(guess), images(truth))) == pytest.approx(measured, abs=1e-5)


def test_autocast_does_not_round_it():
    truth, guess = map(images, two(32, 32))
    exact = ssim(guess, truth)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(ssim(guess, truth), exact)
        assert ssim(guess.bfloat16(), truth).dtype == torch.float32


def test_equal_pictures_are_1_and_differ_by_nothing():
    truth = images(two(16, 16)[0]).requires_grad_()
    similarity = ssim(truth, truth.detach())
    assert float(similarity.detach()) == pytest.approx(1, abs=1e-6)
    similarity.backward()
    assert truth.grad is not None and float(truth.grad.abs().max()) < 1e-4


def test_its_gradient_is_that_of_small_changes():
    generator = torch.Generator().manual_seed(0)
    guess, truth = (torch.rand(1, 2, 6, 7, generator=generator, dtype=torch.double) for _ in range(2))
    assert torch.autograd.gradcheck(ssim, (guess.requires_grad_(), truth))
