"""A stack of non-overlapping convolutions run as matrix products on patches. Shares the modules' own weights.

Patches are "n p c": n patches, p positions in Z-order, c channels. In Z-order the four positions that a 2×2
convolution joins are neighbours, so it is a reshape and one product: (n, 4q, c) → (n, q, 4c) @ (4c, out).
BatchNorm takes a weight per patch, so that distinct patches with their counts give the statistics of all of
them.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from spriteloom.nn.processes import total


def run(layers: nn.Module, x: Tensor, weights: Tensor | None = None) -> Tensor:
    """`layers` on patches x (n, p, c) → (n, q, c'): what the convolutions give, patch for patch.

    `weights` (n,) are counts: how many patches each one stands for; None is one each. They matter to
    BatchNorm in training mode alone. Float64 patches are computed in float64, whatever the dtype of the
    weights.
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
    """The convolution as a product; in evaluation mode the BatchNorm behind it goes into its weights."""
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

    On a processor in float32, oneDNN's convolution takes 0.4 to 1 times as long as the BLAS behind `linear`,
    which does not use the widest registers on every make; so a product without gradients is put to it as a
    1×1 convolution over one long row.
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
    """BatchNorm, in training mode over all patches and positions, each patch as often as it counts."""
    if not norm.training:
        scale, shift = _affine(norm, torch.float64 if x.dtype is torch.float64 else torch.float32)
        return torch.addcmul(shift, x, scale)
    with torch.autocast(x.device.type, enabled=False):  # statistics in full precision
        wide = x.to(torch.promote_types(x.dtype, torch.float32))
        counts = x.new_ones(len(x), dtype=wide.dtype) if weights is None else weights.to(wide.dtype)
        number = total(counts.sum() * x.shape[1])
        mean = total(counts @ wide.sum(1)) / number
        centred = wide - mean
        var = total(counts @ centred.square().sum(1)) / number
        _move_running(norm, mean.detach(), var.detach() * (number / (number - 1).clamp(min=1)))
        scale = norm.weight.to(wide.dtype) * torch.rsqrt(var + norm.eps)
        return torch.addcmul(norm.bias.to(wide.dtype), centred, scale).to(x.dtype)


@torch.no_grad()
def _move_running(norm: nn.BatchNorm2d, mean: Tensor, var: Tensor) -> None:
    assert (
        norm.running_mean is not None
        and norm.running_var is not None
        and norm.num_batches_tracked is not None
    )
    norm.num_batches_tracked += 1
    momentum = 1 / float(norm.num_batches_tracked) if norm.momentum is None else norm.momentum
    norm.running_mean.lerp_(mean.to(norm.running_mean.dtype), momentum)
    norm.running_var.lerp_(var.to(norm.running_var.dtype), momentum)
