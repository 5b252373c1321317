"""Run a stack of non-overlapping convolutions as matrix products on patches, with the same weights.

Patches are "n p c": n patches, p positions in Z-order, c channels. In Z-order the four positions that a 2×2
convolution joins are neighbors, so it is a reshape and one product: (n, 4q, c) → (n, q, 4c) @ (4c, out).
BatchNorm takes a weight per patch, so that distinct patches with their counts give the statistics of all patches.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from spriteloom.nn.blocks import update_running
from spriteloom.nn.processes import sum_over_processes


def run(layers: nn.Module, x: Tensor, weights: Tensor | None = None) -> Tensor:
    """Apply `layers` to patches x (n, p, c) → (n, q, c'), with the result of the convolutions on each patch.

    `weights` (n,) are the counts of the patches, None for 1 each; only BatchNorm in training mode uses them.
    Float64 patches are computed in float64.
    """
    steps = _flatten(layers)
    while steps:
        layer, *steps = steps
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            norm = steps[0] if steps and isinstance(steps[0], nn.BatchNorm2d) and not layer.training else None
            x, steps = _product(layer, norm, x), steps[norm is not None :]
        elif isinstance(layer, nn.BatchNorm2d):
            x = _normalise(layer, x, weights)
        else:
            assert isinstance(layer, nn.ReLU | nn.Sigmoid | nn.Hardtanh), f"no patchwise form of {layer}"
            x = layer(x)
    return x


def _flatten(layers: nn.Module) -> list[nn.Module]:
    if not isinstance(layers, nn.Sequential):
        return [layers]
    return [leaf for layer in layers for leaf in _flatten(layer)]


def _product(conv: nn.Conv2d | nn.ConvTranspose2d, norm: nn.BatchNorm2d | None, x: Tensor) -> Tensor:
    """The convolution as a product; in evaluation mode the BatchNorm after it is folded into its weights."""
    size = conv.kernel_size[0] * conv.kernel_size[1]
    dtype = torch.float64 if x.dtype is torch.float64 else torch.float32
    weight = conv.weight.to(dtype)
    bias = None if conv.bias is None else conv.bias.to(dtype)
    weight = weight if isinstance(conv, nn.Conv2d) else weight.permute(1, 0, 2, 3)  # "o c i j" either way
    if norm is not None:
        scale, shift = _affine(norm, dtype)
        weight = weight * scale[:, None, None, None]
        bias = shift if bias is None else shift + bias * scale
    n, p, c = x.shape
    if isinstance(conv, nn.Conv2d):
        x = x.reshape(n, p // size, size * c)
        return _matmul(x, weight.permute(0, 2, 3, 1).reshape(-1, size * c), bias)  # "o (i j c)"
    bias = None if bias is None else bias.repeat(size)
    y = _matmul(x, weight.permute(2, 3, 0, 1).reshape(-1, c), bias)  # "(i j o) c"
    return y.reshape(n, p * size, conv.out_channels)


def _matmul(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """x (n, p, k) @ weight (o, k)ᵀ + bias.

    On a CPU in float32, oneDNN's convolution takes 0.4 to 1 times as long as the BLAS behind `linear`, which
    does not use the widest registers on every make. So a product without gradients is computed as a 1×1
    convolution over one long row.
    """
    if torch.is_grad_enabled() or x.device.type != "cpu" or x.dtype is not torch.float32:
        return nn.functional.linear(x, weight, bias)
    n, p, k = x.shape
    row = x.reshape(1, 1, n * p, k).permute(0, 3, 1, 2)  # "b c h w" as channels-last memory has it
    y = nn.functional.conv2d(
        row, weight[:, :, None, None].contiguous(memory_format=torch.channels_last), bias
    )
    return y.permute(0, 2, 3, 1).reshape(n, p, len(weight))


def _affine(norm: nn.BatchNorm2d, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """Evaluation mode's scale and shift."""
    assert norm.running_mean is not None and norm.running_var is not None
    scale = norm.weight.to(dtype) * torch.rsqrt(norm.running_var.to(dtype) + norm.eps)
    return scale, norm.bias.to(dtype) - norm.running_mean.to(dtype) * scale


def _normalise(norm: nn.BatchNorm2d, x: Tensor, weights: Tensor | None) -> Tensor:
    """BatchNorm, in training mode over all patches and positions, with each patch's count as its weight."""
    if not norm.training:
        scale, shift = _affine(norm, torch.float64 if x.dtype is torch.float64 else torch.float32)
        return torch.addcmul(shift, x, scale)
    with torch.autocast(x.device.type, enabled=False):  # statistics in full precision
        x32 = x.to(torch.promote_types(x.dtype, torch.float32))
        counts = x.new_ones(len(x), dtype=x32.dtype) if weights is None else weights.to(x32.dtype)
        number = sum_over_processes(counts.sum() * x.shape[1])
        mean = sum_over_processes(counts @ x32.sum(1)) / number
        centered = x32 - mean
        var = sum_over_processes(counts @ centered.square().sum(1)) / number
        update_running(norm, mean.detach(), var.detach() * (number / (number - 1).clamp(min=1)))
        scale = norm.weight.to(x32.dtype) * torch.rsqrt(var + norm.eps)
        return torch.addcmul(norm.bias.to(x32.dtype), centered, scale).to(x.dtype)
