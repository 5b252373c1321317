"""Samplers: functions (denoise, x, sigmas) → clean values.

x = (1 − σ)·clean + σ·noise goes from σ₀ down to 0; `denoise` predicts the clean values from x and σ.

euler    one evaluation a step                              first order; DDIM (arXiv:2010.02502) here
heun     two evaluations a step                             second order; arXiv:2206.00364, algorithm 1
dpm      one evaluation a step, uses the previous one       DPM-Solver++(2M), arXiv:2211.01095
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import torch
from torch import Tensor

from spriteloom.progress import tracked

Denoise = Callable[[Tensor, float], Tensor]  # x (b, …) and σ → clean (b, …)
Constraint = Callable[[Tensor, float], Tensor]  # x at σ → x with known values put in
Pull = Callable[[Tensor, float], Tensor]  # clean values predicted at σ → others that are allowed
Network = Callable[[Tensor, Tensor, Tensor], Tensor]  # x (b, …), σ or step (b,), conditions (b, e) → (b, …)
Sampler = Callable[[Denoise, Tensor, Sequence[float], Constraint], Tensor]


def sigmas(num_steps: int, *, shift: float = 1.0, start: float = 1.0) -> list[float]:
    """num_steps + 1 noise levels from `start` down to 0; a `shift` above 1 takes more steps at high noise.

    σ' = s·σ / (1 + (s − 1)·σ). Esser et al. 2024, arXiv:2403.03206, eq. 23.
    """
    even = [start * (1 - i / num_steps) for i in range(num_steps + 1)]
    top = shift * start / (1 + (shift - 1) * start)
    return [shift * s / (1 + (shift - 1) * s) * (start / top) for s in even]


def no_constraint(x: Tensor, sigma: float) -> Tensor:  # noqa: ARG001
    """x itself, if no values are known."""
    return x


def euler(
    denoise: Denoise, x: Tensor, sigmas: Sequence[float], constrain: Constraint = no_constraint
) -> Tensor:
    """A straight step towards the predicted clean values."""
    for now, then in tracked(list(pairwise(sigmas)), "sampling"):
        clean = denoise(x, now)
        x = constrain(torch.lerp(clean, x, then / now), then)
    return x


def heun(
    denoise: Denoise, x: Tensor, sigmas: Sequence[float], constrain: Constraint = no_constraint
) -> Tensor:
    """A step, repeated with the mean of the slopes at its two ends."""
    for now, then in tracked(list(pairwise(sigmas)), "sampling"):
        slope = (x - denoise(x, now)) / now
        ahead = x + (then - now) * slope
        if then > 0:
            slope = (slope + (ahead - denoise(ahead, then)) / then) / 2
        x = constrain(x + (then - now) * slope, then)
    return x


def dpm(
    denoise: Denoise, x: Tensor, sigmas: Sequence[float], constrain: Constraint = no_constraint
) -> Tensor:
    """Exact in x, linear in the clean values, by the last two predictions."""
    before: Tensor | None = None
    step = math.inf  # length of the last step, in log signal-to-noise ratio
    for now, then in tracked(list(pairwise(sigmas)), "sampling"):
        clean = denoise(x, now)
        last, step = step, _log_snr(then) - _log_snr(now)
        target = clean
        if before is not None and math.isfinite(last) and math.isfinite(step):
            target = torch.lerp(before, clean, 1 + step / last / 2)
        x = constrain(x * (then / now) + target * ((1 - then) - (1 - now) * then / now), then)
        before = clean
    return x


def _log_snr(sigma: float) -> float:
    if sigma <= 0:
        return math.inf
    return -math.inf if sigma >= 1 else math.log((1 - sigma) / sigma)


SAMPLERS: dict[str, Sampler] = {"euler": euler, "heun": heun, "dpm": dpm}
