"""A residual block of two 3×3 convolutions, which begins as the identity. Knows no time and no condition."""

from __future__ import annotations

from torch import Tensor, nn


class Residual(nn.Module):
    """(b, c, h, w) → the same shape. Pre-activation; He et al. 2016, arXiv:1603.05027, without norms."""

    def __init__(self, c: int) -> None:
        super().__init__()
        last = nn.Conv2d(c, c, 3, padding=1)
        nn.init.zeros_(last.weight)
        self.body = nn.Sequential(nn.SiLU(), nn.Conv2d(c, c, 3, padding=1), nn.SiLU(), last)

    def forward(self, x: Tensor) -> Tensor:
        passed: Tensor = x + self.body(x)
        return passed
