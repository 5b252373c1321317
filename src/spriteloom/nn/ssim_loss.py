"""SSIM that a gradient can pass: the house's one definition, on tensors. Knows no model.

Wang et al. 2004 with a Gaussian window of 11, σ = 1.5, range 1, the picture mirrored about its border
pixels: `metrics.ssim`, which stands above this room and measures in float64, gives the same figures.
"""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

from spriteloom.nn.precision import upcast

WINDOW, SIGMA = 11, 1.5
C1, C2 = 0.01**2, 0.03**2


def ssim(guess: Tensor, truth: Tensor) -> Tensor:
    """Mean SSIM over pictures, channels and places: two (b, c, h, w) in [0, 1] → a scalar in (-1, 1].

    In float32 at least, whatever autocast says: variances are small differences of large numbers.
    """
    with torch.autocast(guess.device.type, enabled=False):
        x, y = (upcast(pictures).contiguous() for pictures in (guess, truth))  # blurs read whole rows
        mean_x, mean_y, squares, product = _blur(torch.stack([x, y, x * x + y * y, x * y]))
        means, mean_squares = mean_x * mean_y, mean_x * mean_x + mean_y * mean_y
        covariance, variances = product - means, squares - mean_squares
        shared = (2 * means + C1) * (2 * covariance + C2)
        return torch.mean(shared / ((mean_squares + C1) * (variances + C2)))


def _blur(planes: Tensor) -> Tensor:
    """The Gaussian mean around every place of (..., h, w)."""
    rows, columns = (_window(side).to(planes) for side in planes.shape[-2:])
    return rows @ (planes @ columns.T)


@lru_cache(maxsize=16)
def _window(side: int) -> Tensor:
    """(side, side) float64: row i has the weights of the places around i, the border folded back."""
    reach = WINDOW // 2
    taps = torch.arange(-reach, reach + 1, dtype=torch.float64)
    weights = torch.softmax(-0.5 * (taps / SIGMA) ** 2, 0)
    matrix = torch.zeros(side, side, dtype=torch.float64)
    for tap, weight in zip(range(-reach, reach + 1), weights, strict=True):
        for place in range(side):
            matrix[place, _mirrored(place + tap, side)] += weight
    return matrix


def _mirrored(place: int, side: int) -> int:
    """Where a place beyond the border is looked up, as often mirrored as it needs."""
    if side == 1:
        return 0
    period = 2 * (side - 1)
    return side - 1 - abs(side - 1 - place % period)
