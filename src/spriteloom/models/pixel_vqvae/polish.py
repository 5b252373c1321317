"""The end of a training: what moving averages followed is computed once, exactly."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from spriteloom.models.pixel_vqvae.network import PixelVQVAE, decoded_table, embedded
from spriteloom.models.pixel_vqvae.starts import Draw
from spriteloom.nn import patchwise

SAMPLE = 600_000
_AT_ONCE = 16_384
_BATCHES = 8
_RIDGE = 1e-3  # of the mean square of an input
_BEYOND = 1 / 255  # one byte


@torch.no_grad()
def polish(model: PixelVQVAE, draw: Draw, *, rounds: int = 2, sample: int = SAMPLE) -> None:
    """Statistics of every BatchNorm over a large sample, the codebook as the means of its embeddings, and the
    decoder's last layer as the one that comes nearest to the mean patch of each code.

    Moving averages end within some per cent of these; that is as large as what separates two codes. Source
    for the first half: Wu and Johnson 2021, "Rethinking 'Batch' in BatchNorm", arXiv:2105.07576, section 3.

    Where the decoder had grown used to the averages, as that of HiRes can, which has no BatchNorm to measure,
    the error may rise by it: then everything is left as it was.
    """
    patches, counts = draw(sample)
    as_it_was = {name: value.clone() for name, value in model.state_dict().items()}
    error = _error(model, embedded(model, patches), patches, counts)
    _measure_norms(model.encoder, lambda: [model.embed(*draw(_AT_ONCE)) for _ in range(_BATCHES)])
    z = embedded(model, patches)
    for _ in range(rounds):
        codes = _nearest(model, z)
        held = counts.new_zeros(model.config.codes).index_add_(0, codes, counts)
        sums = torch.zeros_like(model.quantizer.codebook).index_add_(0, codes, z * counts[:, None])
        means = sums / held.clamp(min=1)[:, None]
        model.quantizer.init_codebook(torch.where(held[:, None] > 0, means, model.quantizer.codebook), held)
    _measure_norms(model.decoder, lambda: model.paint(model.quantizer.codebook, model.quantizer.counts))
    model.eval()
    if model.config.end == "scale-clip":
        _solve_last_layer(model, _nearest(model, z), patches, counts)
    if _error(model, z, patches, counts) > error:
        model.load_state_dict(as_it_was)


def _solve_last_layer(model: PixelVQVAE, codes: Tensor, patches: Tensor, counts: Tensor) -> None:
    """Weighted least squares, with a ridge that holds to the weights as they are.

    What should be black or white is aimed beyond it, into the clip, so that it comes out exactly: a
    background that is off by one byte costs little error, but all of its exactness.
    """
    last, scale = model.decoder[-3], model.decoder[-2]
    assert (
        isinstance(last, nn.ConvTranspose2d) and isinstance(scale, nn.BatchNorm2d) and last.bias is not None
    )
    inputs = patchwise.run(model.decoder[:-3], model.quantizer.codebook.double()[:, None])  # (k, m², c)
    held = counts.new_zeros(len(inputs)).index_add_(0, codes, counts).double()
    sums = torch.zeros(len(inputs), *patches.shape[1:]).index_add_(0, codes, patches * counts[:, None, None])
    means = sums.double() / held.clamp(min=1)[:, None, None]
    aims = means + _BEYOND * (means > 1 - _BEYOND / 2).double() - _BEYOND * (means < _BEYOND / 2).double()
    gaps = (aims - patchwise.run(model.decoder[-3:-1], inputs)) / scale.weight.double()
    rows = torch.cat([inputs, torch.ones_like(inputs[..., :1])], dim=-1)
    weighted = rows * held[:, None, None]
    gram = torch.einsum("kpc,kpd->cd", weighted, rows)
    ridge = _RIDGE * gram.diagonal().mean() * torch.eye(len(gram), dtype=gram.dtype)
    change = torch.linalg.solve(gram + ridge, torch.einsum("kpc,kpo->co", weighted, gaps))
    last.weight += change[:-1, :, None, None].float()
    last.bias += change[-1].float()


def _nearest(model: PixelVQVAE, z: Tensor) -> Tensor:
    return torch.cat([model.quantizer.nearest(some) for some in torch.split(z, _AT_ONCE)])


def _error(model: PixelVQVAE, z: Tensor, patches: Tensor, counts: Tensor) -> float:
    """Mean squared error on patches (n, m², 3) with embeddings z (n, d); leaves evaluation mode."""
    model.eval()
    table = decoded_table(model).mul(255).round().div(255).to(patches.dtype)
    return float(counts @ (table[_nearest(model, z)] - patches.flatten(1)).square().mean(1) / counts.sum())


def _measure_norms(layers: nn.Module, run: Callable[[], object]) -> None:
    """Run in training mode with every BatchNorm averaging all it sees."""
    norms = [m for m in layers.modules() if isinstance(m, nn.BatchNorm2d)]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
    layers.train()
    run()
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
