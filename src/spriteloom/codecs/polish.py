"""The end of a training: what moving averages followed is computed once, exactly. Knows no optimizer."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

from spriteloom.codecs.pixel_vqvae import PixelVQVAE, embedded
from spriteloom.codecs.starts import Draw

SAMPLE = 300_000
_AT_ONCE = 16_384
_BATCHES = 16


@torch.no_grad()
def polish(model: PixelVQVAE, draw: Draw, *, rounds: int = 2, sample: int = SAMPLE) -> None:
    """Statistics of every BatchNorm over a large sample, then the codebook as the means of its embeddings.

    Moving averages end within some per cent of these; that is as large as what separates two codes. Source
    for the first half: Wu and Johnson 2021, "Rethinking 'Batch' in BatchNorm", arXiv:2105.07576, section 3.
    """
    _measure_norms(model.encoder, lambda: [model.embed(*draw(_AT_ONCE)) for _ in range(_BATCHES)])
    patches, counts = draw(sample)
    z = embedded(model, patches)
    for _ in range(rounds):
        codes = torch.cat([model.quantizer.nearest(some) for some in torch.split(z, _AT_ONCE)])
        held = counts.new_zeros(model.config.codes).index_add_(0, codes, counts)
        sums = torch.zeros_like(model.quantizer.codebook).index_add_(0, codes, z * counts[:, None])
        means = sums / held.clamp(min=1)[:, None]
        model.quantizer.start_at(torch.where(held[:, None] > 0, means, model.quantizer.codebook), held)
    _measure_norms(model.decoder, lambda: model.paint(model.quantizer.codebook, model.quantizer.counts))
    model.eval()


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
