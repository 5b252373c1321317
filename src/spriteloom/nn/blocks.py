"""The blocks of patch-exact networks: convolutions whose receptive fields do not overlap.

Source: Saravanan and Guzdial, "Pixel VQ-VAEs for Improved Pixel Art Representation", Figure 1. Axes are the
convolution's own, "b c h w".
"""

from __future__ import annotations

from torch import nn

from spriteloom.nn.norm import BatchNorm2d


def pixel_sight(c_in: int, c_out: int) -> nn.Sequential:
    """1×1 convolution, BatchNorm, ReLU: every pixel is considered on its own. Keeps h and w."""
    return nn.Sequential(nn.Conv2d(c_in, c_out, 1), BatchNorm2d(c_out), nn.ReLU())


def shrink(c_in: int, c_out: int) -> nn.Sequential:
    """2×2 convolution with stride 2, BatchNorm, ReLU. Halves h and w."""
    return nn.Sequential(nn.Conv2d(c_in, c_out, 2, stride=2, bias=False), BatchNorm2d(c_out), nn.ReLU())


def grow(c_in: int, c_out: int) -> nn.Sequential:
    """2×2 transposed convolution with stride 2, BatchNorm, ReLU. Doubles h and w."""
    return nn.Sequential(
        nn.ConvTranspose2d(c_in, c_out, 2, stride=2, bias=False), BatchNorm2d(c_out), nn.ReLU()
    )


def adapter(c_in: int, c_out: int) -> nn.Conv2d:
    """1×1 convolution, linear: changes the number of channels and nothing else."""
    return nn.Conv2d(c_in, c_out, 1)


def last_pixel_sight(c_in: int, c_out: int) -> nn.ConvTranspose2d:
    """The decoder's last convolution where the encoder began with `pixel_sight`."""
    return nn.ConvTranspose2d(c_in, c_out, 1)


def last_grow(c_in: int, c_out: int) -> nn.ConvTranspose2d:
    """The decoder's last convolution where the encoder began with `shrink`."""
    return nn.ConvTranspose2d(c_in, c_out, 2, stride=2, bias=False)
