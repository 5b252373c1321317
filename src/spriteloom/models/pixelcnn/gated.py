"""Layers of the gated PixelCNN: causal convolutions, gated layers, conditioning.

Source: van den Oord et al. 2016b, "Conditional Image Generation with PixelCNN Decoders", arXiv:1606.05328,
Figure 2 and Eq. 2 to 4. The vertical stack sees the rows above, the horizontal stack sees the row to the left;
together they see all positions before the current one in raster order, without a blind spot.

Only unmasked taps are computed. `Kernels` says which taps have parameters: "whole" includes masked ones, which are
never read, as the authors of the Pixel VQ-VAE count them; "live" has unmasked ones alone.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

Kernels = Literal["whole", "live"]
Shift = Tensor | None  # what a condition adds to a stack: (b, 2·width) or nothing


class CausalConv(nn.Conv2d):
    """Convolution over the given offsets of rows and columns; zeros outside the grid."""

    def __init__(
        self,
        c_in: int,
        c_out: int,
        *,
        rows: tuple[int, ...],
        columns: tuple[int, ...],
        kernel: tuple[int, int],
        dilation: int = 1,
    ) -> None:
        super().__init__(c_in, c_out, kernel, dilation=dilation)
        self.rows, self.columns = rows, columns

    def forward(self, x: Tensor) -> Tensor:
        """(b, c_in, h, w) → (b, c_out, h, w)."""
        x = functional.pad(x, (-self.columns[0], self.columns[-1], -self.rows[0], self.rows[-1]))
        return functional.conv2d(x, self._live(), self.bias, dilation=self.dilation)

    def taps(self) -> list[tuple[int, int, Tensor]]:
        """(row offset, column offset, matrix (c_in, c_out)) of each tap."""
        live = self._live().detach()
        return [
            (row, column, live[:, :, i, j].t().contiguous())
            for i, row in enumerate(self.rows)
            for j, column in enumerate(self.columns)
        ]

    def _live(self) -> Tensor:
        return self.weight[:, :, : len(self.rows), : len(self.columns)]


def vertical_start(c_in: int, width: int, kernels: Kernels) -> CausalConv:
    """Mask A: the row above alone."""
    kernel = (3, 3) if kernels == "whole" else (1, 3)
    return CausalConv(c_in, width, rows=(-1,), columns=(-1, 0, 1), kernel=kernel)


def horizontal_start(c_in: int, width: int, kernels: Kernels) -> CausalConv:
    """Mask A: the position to the left alone."""
    kernel = (1, 3) if kernels == "whole" else (1, 1)
    return CausalConv(c_in, width, rows=(0,), columns=(-1,), kernel=kernel)


def _vertical(width: int, d: int, kernels: Kernels) -> CausalConv:
    """Mask B: the row d above and the same row of the features, which hold the pixels above it."""
    kernel = (3, 3) if kernels == "whole" else (2, 3)
    return CausalConv(width, 2 * width, rows=(-d, 0), columns=(-d, 0, d), kernel=kernel, dilation=d)


def _horizontal(width: int, d: int, kernels: Kernels) -> CausalConv:
    """Mask B: the position d to the left and the position itself."""
    kernel = (1, 3) if kernels == "whole" else (1, 2)
    return CausalConv(width, 2 * width, rows=(0,), columns=(-d, 0), kernel=kernel, dilation=d)


def gated(x: Tensor) -> Tensor:
    """tanh of the first half of the channels times sigmoid of the second: (b, 2c, …) → (b, c, …). Eq. 2."""
    value, gate = x.chunk(2, 1)
    return torch.tanh(value) * torch.sigmoid(gate)


class GatedLayer(nn.Module):
    """One gated layer of both stacks (Figure 2), mask B, with a residual in the horizontal one."""

    def __init__(self, width: int, dilation: int, kernels: Kernels, dropout: float) -> None:
        super().__init__()
        self.vertical = _vertical(width, dilation, kernels)
        self.horizontal = _horizontal(width, dilation, kernels)
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.project = nn.Conv2d(width, width, 1)
        self.dropout = nn.Dropout(dropout)

    def forward(self, v: Tensor, h: Tensor, shifts: tuple[Shift, Shift]) -> tuple[Tensor, Tensor]:
        """Stacks v and h (b, width, gh, gw) → the same."""
        above = _shifted(self.vertical(v), shifts[0])  # (b, 2·width, gh, gw)
        left = _shifted(self.horizontal(h) + self.link(above), shifts[1])
        return gated(above), h + self.project(self.dropout(gated(left)))


def _shifted(x: Tensor, shift: Shift) -> Tensor:
    return x if shift is None else x + shift[:, :, None, None]


class NoConditioning(nn.Module):
    """Of a model without conditions: adds nothing."""

    def __init__(self, conditions: int, width: int) -> None:
        super().__init__()

    def forward(self, conditions: Tensor) -> tuple[Shift, Shift]:
        return None, None


class HorizontalShared(nn.Module):
    """As the Pixel VQ-VAE's authors: the horizontal stack alone, one projection for tanh and sigmoid."""

    def __init__(self, conditions: int, width: int) -> None:
        super().__init__()
        self.both = nn.Linear(conditions, width)

    def forward(self, conditions: Tensor) -> tuple[Shift, Shift]:
        """(b, conditions) → None for the vertical stack, (b, 2·width) for the horizontal one."""
        return None, self.both(conditions).repeat(1, 2)


class BothSeparate(nn.Module):
    """Eq. 4: both stacks, with projections of their own for tanh and sigmoid."""

    def __init__(self, conditions: int, width: int) -> None:
        super().__init__()
        self.vertical = nn.Linear(conditions, 2 * width, bias=False)
        self.horizontal = nn.Linear(conditions, 2 * width, bias=False)

    def forward(self, conditions: Tensor) -> tuple[Shift, Shift]:
        """(b, conditions) → (b, 2·width) for each stack."""
        return self.vertical(conditions), self.horizontal(conditions)
