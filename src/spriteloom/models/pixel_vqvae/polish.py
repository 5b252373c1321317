"""Ends a training with exact statistics in place of moving averages."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from spriteloom.models.pixel_vqvae.network import PixelVQVAE, decoded_table, embedded
from spriteloom.models.pixel_vqvae.starts import Draw
from spriteloom.nn import patchwise

SAMPLE = 600_000  # patches
_BATCH = 16_384  # patches in a forward pass
_BATCHES = 8
_RIDGE = 1e-3  # of the mean square of an input
_BYTE = 1 / 255


@torch.no_grad()
def polish(model: PixelVQVAE, draw: Draw, *, rounds: int = 2, sample: int = SAMPLE) -> None:
    """Compute, over a large sample, the statistics of every BatchNorm, the codebook as means of embeddings, and
    the decoder's last layer by least squares on the mean patch of each code.

    Moving averages differ from these by some per cent, which is as much as the distance of two codes. Source of
    the first part: Wu and Johnson 2021, "Rethinking 'Batch' in BatchNorm", arXiv:2105.07576, section 3.

    If the error rises, as it can for HiRes, whose decoder has no BatchNorm to measure, the model stays unchanged.
    """
    patches, counts = draw(sample)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    error = _error(model, embedded(model, patches), patches, counts)
    _measure_norms(model.encoder, lambda: [model.embed(*draw(_BATCH)) for _ in range(_BATCHES)])
    z = embedded(model, patches)
    for _ in range(rounds):
        codes = _nearest(model, z)
        weight = counts.new_zeros(model.config.codes).index_add_(0, codes, counts)
        sums = torch.zeros_like(model.quantizer.codebook).index_add_(0, codes, z * counts[:, None])
        means = sums / weight.clamp(min=1)[:, None]
        model.quantizer.init_codebook(
            torch.where(weight[:, None] > 0, means, model.quantizer.codebook), weight
        )
    _measure_norms(model.decoder, lambda: model.paint(model.quantizer.codebook, model.quantizer.counts))
    model.eval()
    if model.config.end == "scale-clip":
        _solve_last_layer(model, _nearest(model, z), patches, counts)
    if _error(model, z, patches, counts) > error:
        model.load_state_dict(before)


def _solve_last_layer(model: PixelVQVAE, codes: Tensor, patches: Tensor, counts: Tensor) -> None:
    """Weighted least squares, with a ridge towards the present weights.

    The targets of black and white lie beyond the clip, so that both decode exactly: a background that is off by
    one byte costs little error, but no pixel of it is exact.
    """
    last, scale = model.decoder[-3], model.decoder[-2]
    assert (
        isinstance(last, nn.ConvTranspose2d) and isinstance(scale, nn.BatchNorm2d) and last.bias is not None
    )
    inputs = patchwise.run(model.decoder[:-3], model.quantizer.codebook.double()[:, None])  # (k, m², c)
    weight = counts.new_zeros(len(inputs)).index_add_(0, codes, counts).double()
    sums = torch.zeros(len(inputs), *patches.shape[1:]).index_add_(0, codes, patches * counts[:, None, None])
    means = sums.double() / weight.clamp(min=1)[:, None, None]
    targets = means + _BYTE * (means > 1 - _BYTE / 2).double() - _BYTE * (means < _BYTE / 2).double()
    gaps = (targets - patchwise.run(model.decoder[-3:-1], inputs)) / scale.weight.double()
    rows = torch.cat([inputs, torch.ones_like(inputs[..., :1])], dim=-1)
    weighted = rows * weight[:, None, None]
    gram = torch.einsum("kpc,kpd->cd", weighted, rows)
    ridge = _RIDGE * gram.diagonal().mean() * torch.eye(len(gram), dtype=gram.dtype)
    change = torch.linalg.solve(gram + ridge, torch.einsum("kpc,kpo->co", weighted, gaps))
    last.weight += change[:-1, :, None, None].float()
    last.bias += change[-1].float()


def _nearest(model: PixelVQVAE, z: Tensor) -> Tensor:
    return torch.cat([model.quantizer.nearest(batch) for batch in torch.split(z, _BATCH)])


def _error(model: PixelVQVAE, z: Tensor, patches: Tensor, counts: Tensor) -> float:
    """Mean squared error on patches (n, m², 3) with embeddings z (n, d). Sets evaluation mode."""
    model.eval()
    table = decoded_table(model).mul(255).round().div(255).to(patches.dtype)
    return float(counts @ (table[_nearest(model, z)] - patches.flatten(1)).square().mean(1) / counts.sum())


def _measure_norms(layers: nn.Module, run: Callable[[], object]) -> None:
    """Call `run` in training mode with every BatchNorm averaging all its batches."""
    norms = [m for m in layers.modules() if isinstance(m, nn.BatchNorm2d)]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
    layers.train()
    run()
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
