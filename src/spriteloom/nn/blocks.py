"""Building blocks of networks: convolutions whose receptive fields do not overlap, BatchNorm, a residual block.

Source of the patch-exact blocks: Saravanan and Guzdial, "Pixel VQ-VAEs for Improved Pixel Art Representation",
Figure 1. Axes are those of convolutions, "b c h w".
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from spriteloom.nn.processes import sum_over_processes, world_size


class BatchNorm2d(nn.BatchNorm2d):
    """BatchNorm over the batches of all processes; PyTorch's own in one process.

    `nn.SyncBatchNorm` does the same on GPUs only.
    """

    def forward(self, x: Tensor) -> Tensor:
        """(b, c, h, w) → the same shape."""
        if not self.training or world_size() == 1:
            return super().forward(x)
        with torch.autocast(x.device.type, enabled=False):
            x32 = x.float()
            count = sum_over_processes(x32.new_tensor(x32.numel() / x32.shape[1]))
            mean = sum_over_processes(x32.sum((0, 2, 3))) / count
            centered = x32 - mean[:, None, None]
            var = sum_over_processes(centered.square().sum((0, 2, 3))) / count
            update_running(self, mean.detach(), var.detach() * count / (count - 1).clamp(min=1))
            scale = self.weight * torch.rsqrt(var + self.eps)
            return (centered * scale[:, None, None] + self.bias[:, None, None]).to(x.dtype)


@torch.no_grad()
def update_running(norm: nn.BatchNorm2d, mean: Tensor, var: Tensor) -> None:
    """Move a BatchNorm's running statistics towards those of a batch, (c,) each, as PyTorch does."""
    assert norm.running_mean is not None and norm.running_var is not None
    assert norm.num_batches_tracked is not None
    norm.num_batches_tracked += 1
    momentum = 1 / float(norm.num_batches_tracked) if norm.momentum is None else norm.momentum
    norm.running_mean.lerp_(mean.to(norm.running_mean.dtype), momentum)
    norm.running_var.lerp_(var.to(norm.running_var.dtype), momentum)


def pixel_sight(c_in: int, c_out: int) -> nn.Sequential:
    """1×1 convolution, BatchNorm, ReLU: looks at every pixel by itself. Keeps h and w."""
    return nn.Sequential(nn.Conv2d(c_in, c_out, 1), BatchNorm2d(c_out), nn.ReLU())


def shrink(c_in: int, c_out: int) -> nn.Sequential:
    """2×2 convolution with stride 2, BatchNorm, ReLU. Halves h and w."""
    return nn.Sequential(nn.Conv2d(c_in, c_out, 2, stride=2, bias=False), BatchNorm2d(c_out), nn.ReLU())


def grow(c_in: int, c_out: int) -> nn.Sequential:
    """2×2 transposed convolution with stride 2, BatchNorm, ReLU. Doubles h and w."""
    conv = nn.ConvTranspose2d(c_in, c_out, 2, stride=2, bias=False)
    return nn.Sequential(conv, BatchNorm2d(c_out), nn.ReLU())


def encoder(widths: Sequence[int], *, with_pixel_sight: bool) -> list[nn.Module]:
    """RGB → `widths[-1]` channels: `pixel_sight` first if there is one, then a `shrink` for each further width."""
    first = [pixel_sight(3, widths[0])] if with_pixel_sight else [shrink(3, widths[0])]
    return [*first, *(shrink(a, b) for a, b in pairwise(widths))]


def decoder(widths: Sequence[int], *, with_pixel_sight: bool) -> list[nn.Module]:
    """The mirrored encoder of the same widths: `widths[-1]` channels → RGB by a last transposed convolution."""
    layers: list[nn.Module] = [grow(a, b) for a, b in pairwise(widths[::-1])]
    size = 1 if with_pixel_sight else 2
    return [*layers, nn.ConvTranspose2d(widths[0], 3, size, size, bias=with_pixel_sight)]


class Residual(nn.Module):
    """Two 3×3 convolutions with a skip connection, the identity at first; (b, c, h, w) → the same shape.

    Pre-activation without norms; He et al. 2016, arXiv:1603.05027.
    """

    def __init__(self, c: int) -> None:
        super().__init__()
        last = nn.Conv2d(c, c, 3, padding=1)
        nn.init.zeros_(last.weight)
        self.body = nn.Sequential(nn.SiLU(), nn.Conv2d(c, c, 3, padding=1), nn.SiLU(), last)

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = x + self.body(x)
        return result
