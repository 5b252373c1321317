"""The end of a training: what moving averages followed is computed once, exactly. Knows no optimizer."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from spriteloom.codecs.pixel_vqvae import PixelVQVAE, decoded_table, embedded
from spriteloom.codecs.starts import Draw

SAMPLE = 300_000
_AT_ONCE = 16_384
_BATCHES = 16


@torch.no_grad()
def polish(model: PixelVQVAE, draw: Draw, *, rounds: int = 2, sample: int = SAMPLE) -> None:
    """Statistics of every BatchNorm over a large sample, then the codebook as the means of its embeddings.

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
        model.quantizer.start_at(torch.where(held[:, None] > 0, means, model.quantizer.codebook), held)
    _measure_norms(model.decoder, lambda: model.paint(model.quantizer.codebook, model.quantizer.counts))
    if _error(model, z, patches, counts) > error:
        model.load_state_dict(as_it_was)


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
