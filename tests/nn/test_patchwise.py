"""Products over patches are the convolutions, layer by layer, in both modes and with counts."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor, nn

from spriteloom.nn import blocks, patchwise

LAYERS = {  # 6 channels in, so that a transposed block is told apart from its mirror image
    "pixel_sight": lambda: blocks.pixel_sight(6, 5),
    "shrink": lambda: blocks.shrink(6, 5),
    "grow": lambda: blocks.grow(6, 5),
    "adapter": lambda: nn.Conv2d(6, 5, 1),
    "last_pixel_sight": lambda: nn.ConvTranspose2d(6, 3, 1),
    "last_grow": lambda: nn.ConvTranspose2d(6, 3, 2, stride=2, bias=False),
    "two shrinks": lambda: nn.Sequential(blocks.shrink(6, 4), blocks.shrink(4, 5)),
    "two grows": lambda: nn.Sequential(blocks.grow(6, 4), blocks.grow(4, 5)),
    "an end": lambda: nn.Sequential(
        nn.ConvTranspose2d(6, 3, 2, stride=2, bias=False), nn.BatchNorm2d(3), nn.Sigmoid()
    ),
    "a clip": lambda: nn.Sequential(nn.Conv2d(6, 3, 1), nn.Hardtanh(0.0, 1.0)),
}


def to_patches(x: Tensor, m: int) -> Tensor:
    """(b, c, h, w) → (b·h/m·w/m, m², c) in Z-order, written out for m = 1, 2, 4."""
    b, c, h, w = x.shape
    x = x.reshape(b, c, h // m, m, w // m, m).permute(0, 2, 4, 3, 5, 1).reshape(-1, m, m, c)
    if m == 4:
        x = x.reshape(-1, 2, 2, 2, 2, c).permute(0, 1, 3, 2, 4, 5)
    return x.reshape(len(x), m * m, c)


def layers_of(name: str, seed: int = 0) -> nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        layers = LAYERS[name]().double()
        for norm in (layer for layer in layers.modules() if isinstance(layer, nn.BatchNorm2d)):
            nn.init.uniform_(norm.weight, 0.5, 2)
            nn.init.normal_(norm.bias)
            nn.init.normal_(norm.running_mean)
            nn.init.uniform_(norm.running_var, 0.5, 2)
    return layers


def picture(seed: int = 1) -> Tensor:
    return torch.randn(3, 6, 8, 12, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def sides(name: str) -> tuple[int, int]:
    """Pixels a side of a patch, before and after the layers."""
    return {"shrink": (2, 1), "two shrinks": (4, 1), "grow": (1, 2), "two grows": (1, 4)}.get(
        name, (1, 2) if name in ("last_grow", "an end") else (1, 1)
    )


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("name", LAYERS)
def test_layers_on_patches_are_the_convolutions_on_the_picture(name: str, training: bool) -> None:
    by_images, (before, after), x = layers_of(name).train(training), sides(name), picture()
    by_patches = copy.deepcopy(by_images)
    expected = to_patches(by_images(x), after)
    torch.testing.assert_close(patchwise.run(by_patches, to_patches(x, before)), expected)
    for ours, theirs in zip(by_patches.buffers(), by_images.buffers(), strict=True):
        torch.testing.assert_close(ours, theirs)


@pytest.mark.parametrize("momentum", [0.1, None])
@pytest.mark.parametrize("name", ["pixel_sight", "two shrinks", "two grows"])
def test_counts_are_as_good_as_repeats(name: str, momentum: float | None) -> None:
    repeated = layers_of(name).train()
    for norm in (layer for layer in repeated.modules() if isinstance(layer, nn.BatchNorm2d)):
        norm.momentum = momentum
    counted = copy.deepcopy(repeated)
    x = to_patches(picture(), sides(name)[0])[:9].requires_grad_()
    counts = torch.tensor([1, 5, 1, 2, 1, 1, 30, 3, 1])
    for _ in range(2):  # twice, so that the moving averages move from what they were
        every = patchwise.run(repeated, x.repeat_interleave(counts, 0))
        each = patchwise.run(counted, x, counts.double())
    torch.testing.assert_close(each.repeat_interleave(counts, 0), every)
    for ours, theirs in zip(counted.buffers(), repeated.buffers(), strict=True):
        torch.testing.assert_close(ours, theirs)
    weights = counts.double()[:, None, None]
    ours = torch.autograd.grad((weights * each.square()).sum(), [x, *counted.parameters()])
    theirs = torch.autograd.grad(every.square().sum(), [x, *repeated.parameters()])
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a, b)


def test_one_patch_of_one_pixel_has_no_variance_and_no_nan() -> None:
    layers = blocks.pixel_sight(6, 5).train()
    assert patchwise.run(layers, torch.rand(1, 1, 6)).isfinite().all()
    assert all(buffer.isfinite().all() for buffer in layers.buffers())


def test_float64_patches_are_computed_in_float64_by_float32_weights() -> None:
    layers, x = layers_of("two shrinks").float().eval(), to_patches(picture(), 4)
    exact = patchwise.run(copy.deepcopy(layers).double(), x)
    assert patchwise.run(layers, x).dtype is torch.float64
    torch.testing.assert_close(patchwise.run(layers, x), exact, rtol=1e-12, atol=1e-12)
    assert patchwise.run(layers, x.float()).dtype is torch.float32


def test_half_precision_keeps_its_statistics_in_full() -> None:
    norm, x = nn.BatchNorm2d(6).train(), torch.full((4096, 1, 6), 1000.0) + torch.randn(4096, 1, 6)
    half = x.bfloat16()
    assert patchwise.run(norm, half).dtype is torch.bfloat16
    torch.testing.assert_close(norm.running_mean, half.float().mean((0, 1)) * 0.1)


def test_a_layer_that_mixes_patches_is_not_run() -> None:
    with pytest.raises(AssertionError, match="MaxPool2d"):
        patchwise.run(nn.MaxPool2d(2), torch.rand(2, 4, 6))
