"""A stack of non-overlapping convolutions run as matrix products on patches. Shares the modules' own weights.

Patches are "n p c": n patches, p positions in Z-order, c channels. In Z-order the four positions that a 2×2
convolution joins are neighbours, so it is a reshape and one product: (n, 4q, c) → (n, q, 4c) @ (4c, out). BatchNorm
takes a weight per patch, so that distinct patches with their counts give the statistics of all of them.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


def run(layers: nn.Module, x: Tensor, weights: Tensor | None = None) -> Tensor:
    """`layers` on patches x (n, p, c) → (n, q, c'); what the convolutions give, patch for patch.

    `weights` (n,) are how often each patch stands for itself; None is once. They matter to BatchNorm in training
    mode alone. Computes in the dtype of x, whatever that of the weights.
    """
    if isinstance(layers, nn.Sequential):
        for layer in layers:
            x = run(layer, x, weights)
        return x
    if isinstance(layers, nn.Conv2d):
        return _convolve(layers, x)
    if isinstance(layers, nn.ConvTranspose2d):
        return _unfold(layers, x)
    if isinstance(layers, nn.BatchNorm2d):
        return _normalise(layers, x, weights)
    assert isinstance(layers, nn.ReLU | nn.Sigmoid | nn.Identity), f"no patchwise form of {layers}"
    return layers(x)  # type: ignore[no-any-return]


def _convolve(conv: nn.Conv2d, x: Tensor) -> Tensor:
    size = conv.kernel_size[0] * conv.kernel_size[1]
    n, p, c = x.shape
    weight = conv.weight.permute(0, 2, 3, 1).reshape(conv.out_channels, size * c)  # "o (i j c)"
    return nn.functional.linear(x.reshape(n, p // size, size * c), _like(weight, x), _like(conv.bias, x))


def _unfold(conv: nn.ConvTranspose2d, x: Tensor) -> Tensor:
    size = conv.kernel_size[0] * conv.kernel_size[1]
    n, p, c = x.shape
    weight = conv.weight.permute(2, 3, 1, 0).reshape(size * conv.out_channels, c)  # "(i j o) c"
    y = nn.functional.linear(x, _like(weight, x)).reshape(n, p * size, conv.out_channels)
    return y if conv.bias is None else y + _like(conv.bias, x)


def _normalise(norm: nn.BatchNorm2d, x: Tensor, weights: Tensor | None) -> Tensor:
    assert norm.running_mean is not None and norm.running_var is not None
    if norm.training:
        mean, var = _statistics(norm, x, weights)
    else:
        mean, var = _like(norm.running_mean, x), _like(norm.running_var, x)
    scale = _like(norm.weight, x) * torch.rsqrt(var + norm.eps)
    return torch.addcmul(_like(norm.bias, x) - mean * scale, x, scale).to(x.dtype)


def _statistics(norm: nn.BatchNorm2d, x: Tensor, weights: Tensor | None) -> tuple[Tensor, Tensor]:
    """Weighted mean and biased variance over patches and positions; moves the running ones as BatchNorm does."""
    wide = x.float() if x.dtype is torch.bfloat16 else x
    share = torch.ones(len(x), dtype=wide.dtype, device=x.device) if weights is None else weights.to(wide.dtype)
    count = share.sum() * x.shape[1]
    mean = torch.einsum("n,npc->c", share, wide) / count
    var = torch.einsum("n,npc->c", share, (wide - mean).square()) / count
    with torch.no_grad():
        momentum = 0.1 if norm.momentum is None else norm.momentum
        unbiased = var * (count / (count - 1).clamp(min=1))
        norm.running_mean.lerp_(mean.to(norm.running_mean.dtype), momentum)  # type: ignore[union-attr]
        norm.running_var.lerp_(unbiased.to(norm.running_var.dtype), momentum)  # type: ignore[union-attr]
        norm.num_batches_tracked += 1  # type: ignore[operator]
    return mean, var


def _like(weight: Tensor | None, x: Tensor) -> Tensor:
    return weight if weight is None or weight.dtype is torch.float32 is x.dtype else weight.to(_wide(x))  # type: ignore[return-value]


def _wide(x: Tensor) -> torch.dtype:
    """Weights stay float32 beside bfloat16 activations (autocast casts them where it pays)."""
    return torch.float32 if x.dtype is torch.bfloat16 else x.dtype
