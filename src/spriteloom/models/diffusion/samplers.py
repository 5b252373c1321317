"""Samplers: functions (denoise, x, sigmas) → clean grids.

They follow the path x = (1 − σ)·clean + σ·noise from σ₀ down to 0; `denoise` says what is clean at (x, σ).

euler    one look a step                                           first order; DDIM (arXiv:2010.02502) here
heun     two looks a step, the second where the first led          second order; arXiv:2206.00364, algorithm 1
dpm      one look a step, and a memory of the last                 DPM-Solver++(2M), arXiv:2211.01095
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import torch
from torch import Tensor

Denoise = Callable[[Tensor, float], Tensor]  # x (b, …) and σ → clean (b, …)
Mend = Callable[[Tensor, float], Tensor]  # x at σ → x with what is known put in
Sampler = Callable[[Denoise, Tensor, Sequence[float], Mend], Tensor]


def sigmas(steps: int, *, shift: float = 1.0, start: float = 1.0) -> list[float]:
    """steps + 1 shares of noise from `start` down to 0; `shift` above 1 spends more steps on much noise.

    σ' = s·σ / (1 + (s − 1)·σ). Esser et al. 2024, arXiv:2403.03206, eq. 23.
    """
    even = [start * (1 - i / steps) for i in range(steps + 1)]
    top = shift * start / (1 + (shift - 1) * start)
    return [shift * s / (1 + (shift - 1) * s) * (start / top) for s in even]


def as_it_is(x: Tensor, sigma: float) -> Tensor:  # noqa: ARG001
    """Where nothing is known beforehand."""
    return x


def euler(denoise: Denoise, x: Tensor, sigmas: Sequence[float], mend: Mend = as_it_is) -> Tensor:
    """A straight step towards what looks clean."""
    for now, then in pairwise(sigmas):
        clean = denoise(x, now)
        x = mend(torch.lerp(clean, x, then / now), then)
    return x


def heun(denoise: Denoise, x: Tensor, sigmas: Sequence[float], mend: Mend = as_it_is) -> Tensor:
    """A step, and the same step again with the mean of the slopes at both its ends."""
    for now, then in pairwise(sigmas):
        slope = (x - denoise(x, now)) / now
        ahead = x + (then - now) * slope
        if then > 0:
            slope = (slope + (ahead - denoise(ahead, then)) / then) / 2
        x = mend(x + (then - now) * slope, then)
    return x


def dpm(denoise: Denoise, x: Tensor, sigmas: Sequence[float], mend: Mend = as_it_is) -> Tensor:
    """Exact in x, a straight line through the last two looks in what is clean."""
    before: Tensor | None = None
    height = math.inf  # of the last step, in log signal-to-noise
    for now, then in pairwise(sigmas):
        clean = denoise(x, now)
        last, height = height, _log_snr(then) - _log_snr(now)
        leads = clean
        if before is not None and math.isfinite(last) and math.isfinite(height):
            leads = torch.lerp(before, clean, 1 + height / last / 2)
        x = mend(x * (then / now) + leads * ((1 - then) - (1 - now) * then / now), then)
        before = clean
    return x


def _log_snr(sigma: float) -> float:
    if sigma <= 0:
        return math.inf
    return -math.inf if sigma >= 1 else math.log((1 - sigma) / sigma)


SAMPLERS: dict[str, Sampler] = {"euler": euler, "heun": heun, "dpm": dpm}
