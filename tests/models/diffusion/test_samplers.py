"""Samplers: they end where a Gaussian's own path ends, by their order, and step along the velocity."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch

from spriteloom.models.diffusion.samplers import SAMPLERS, dpm, euler, heun, sigmas

SPREAD = 0.5  # of clean values, N(1, SPREAD²)


def denoise(x: torch.Tensor, sigma: float) -> torch.Tensor:
    """The mean of clean values given x = (1 − σ)·clean + σ·noise."""
    gain = (1 - sigma) * SPREAD**2 / ((1 - sigma) ** 2 * SPREAD**2 + sigma**2)
    return 1 + gain * (x - (1 - sigma))


def exact(noise: torch.Tensor) -> torch.Tensor:
    """Where the flow takes noise: a Gaussian onto a Gaussian."""
    return 1 + SPREAD * noise


def gap(sampler, steps: int) -> float:
    noise = torch.randn(4000, generator=torch.Generator().manual_seed(0))
    return float((sampler(denoise, noise, sigmas(steps)) - exact(noise)).abs().max())


def test_shares_of_noise_fall_from_the_start_to_nothing():
    assert sigmas(4) == [1.0, 0.75, 0.5, 0.25, 0.0]
    shifted = sigmas(4, shift=3.0, start=0.6)
    assert shifted[0] == pytest.approx(0.6) and shifted[-1] == 0
    assert shifted[1] > sigmas(4, start=0.6)[1]


@pytest.mark.parametrize("name", SAMPLERS)
def test_more_steps_come_nearer(name):
    assert gap(SAMPLERS[name], 64) < gap(SAMPLERS[name], 8) / 4


def test_the_second_order_beats_the_first():
    assert gap(heun, 16) < gap(euler, 16) / 4
    assert gap(dpm, 16) < gap(euler, 16) / 2


def test_what_is_known_is_put_in_after_every_step():
    known = torch.zeros(3)
    seen = []

    def mend(x, sigma):
        seen.append(sigma)
        return torch.where(torch.tensor([True, False, False]), known, x)

    made = euler(denoise, torch.randn(3), sigmas(5), mend)
    assert seen == sigmas(5)[1:] and made[0] == 0


def test_a_step_of_euler_follows_the_velocity():
    """x' = x + (σ' - σ) v with v = (x - denoised) / σ, as Karras et al. 2022 (eq. 3) for a flow."""
    levels = sigmas(10)
    noise = torch.randn(64, generator=torch.Generator().manual_seed(1))
    x = noise.clone()
    for sigma, after in pairwise(levels):
        x = x + (after - sigma) * (x - denoise(x, sigma)) / sigma
    assert torch.allclose(euler(denoise, noise, levels), x, atol=1e-5)
