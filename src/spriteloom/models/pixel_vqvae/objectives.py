"""Losses of a Pixel VQ-VAE: the paper's, on images or on patches, and ours, on patches.

Each one updates the codebook's running averages too. Losses are means over pixels and channels.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from spriteloom.models.pixel_vqvae.network import PixelVQVAE
from spriteloom.nn.devices import upcast
from spriteloom.nn.processes import mean_over_processes

COMMITMENT = 0.25


class Step(NamedTuple):
    """The result of one forward pass; `z` and `errors` serve to reset dead codes."""

    loss: Tensor
    mse: Tensor  # pictures in [0, 1]
    z: Tensor  # (n, d), detached
    errors: Tensor  # (n,), the quantization error of each embedding, times its count


def paper_on_images(model: PixelVQVAE, images: Tensor) -> Step:
    """van den Oord et al. 2017, eq. 3, the codebook by moving averages; images (b, 3, h, w), convolutions."""
    grid = model.embed_images(images)
    b, d, gh, gw = grid.shape
    z = upcast(grid.permute(0, 2, 3, 1).reshape(-1, d))
    ones = z.new_ones(len(z))
    passed, distance = model.quantizer(z, ones)
    through = passed.reshape(b, gh, gw, d).permute(0, 3, 1, 2)
    squared = (upcast(model.paint_images(through)) - images).square()
    return _paper(squared.mean(), distance, ones, z)


def paper_on_patches(model: PixelVQVAE, patches: Tensor, counts: Tensor) -> Step:
    """The same loss and gradients from distinct patches (n, m², 3) and their counts (n,)."""
    z = upcast(model.embed(patches, counts))
    passed, distance = model.quantizer(z, counts)
    painted = upcast(model.paint(passed, counts))
    squared = (painted - patches).square().mean((1, 2))
    return _paper((counts * squared).sum() / counts.sum(), distance, counts, z)


def autoencode(model: PixelVQVAE, patches: Tensor, counts: Tensor) -> Step:
    """No quantizer between encoder and decoder: the warm-up."""
    z = upcast(model.embed(patches, counts))
    squared = (upcast(model.paint(z, counts)) - patches).square().mean((1, 2))
    loss = (counts * squared).sum() / counts.sum()
    return Step(loss=loss, mse=loss.detach(), z=z.detach(), errors=counts * squared.detach())


def aligned_on_patches(
    model: PixelVQVAE, patches: Tensor, counts: Tensor, *, sharpness: float = 10.0
) -> Step:
    """Ours: separate losses for the encoder and the decoder.

    The decoder is a table of k patches, so it runs on k rows instead of n, with the same loss and the same
    gradients. The encoder only decides which code is chosen: its loss is the expected squared error of codes
    drawn by softmax(−sharpness·distance / mean distance), minus the least error that the table allows.
    """
    z = upcast(model.embed(patches, counts))
    distances = model.quantizer.distances(z) + z.square().sum(1, keepdim=True)
    nearest, codes = distances.detach().min(1)
    share = counts / counts.sum()
    used = counts.new_zeros(distances.shape[1]).index_add_(0, codes, counts)
    table = upcast(model.paint(model.quantizer.codebook.clone(), used)).flatten(1)
    truth = patches.flatten(1)
    reconstruction = (share * (table[codes] - truth).square().mean(1)).sum()
    with torch.no_grad(), torch.autocast(z.device.type, enabled=False):
        fixed = table.detach()
        excess = torch.addmm(fixed.square().sum(1), truth, fixed.T, alpha=-2) / truth.shape[1]
        excess -= excess.min(1, keepdim=True).values
        scale = mean_over_processes((share * nearest).sum()).clamp(min=1e-9)
        model.quantizer.ema_update(z, codes, counts)
    chosen = torch.softmax(distances * (-sharpness / scale), 1)
    loss = reconstruction + (share * (chosen * excess).sum(1)).sum()
    return Step(loss=loss, mse=reconstruction.detach(), z=z.detach(), errors=counts * nearest.clamp(min=0))


def _paper(reconstruction: Tensor, distance: Tensor, counts: Tensor, z: Tensor) -> Step:
    loss = reconstruction + COMMITMENT * (counts * distance).sum() / counts.sum()
    return Step(loss=loss, mse=reconstruction.detach(), z=z.detach(), errors=counts * distance.detach())


OBJECTIVES: dict[str, Callable[..., Step]] = {
    "paper-on-images": paper_on_images,
    "paper-on-patches": paper_on_patches,
    "aligned-on-patches": aligned_on_patches,
}
