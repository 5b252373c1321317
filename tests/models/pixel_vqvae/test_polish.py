"""Polish: statistics and codebook computed once, exactly; what was learned gets no worse by it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from codec_kit import PRESETS, as_patches, draw_from, pictures, trained
from spriteloom.codecs.census import Census, take_census
from spriteloom.models.pixel_vqvae.exact import NetworkCodec
from spriteloom.models.pixel_vqvae.network import PixelVQVAE, embedded
from spriteloom.models.pixel_vqvae.polish import polish
from spriteloom.models.pixel_vqvae.starts import Draw


def error(model: PixelVQVAE, census: Census) -> float:
    network = NetworkCodec(model)
    painted = network.table[network.encode_patches(census.patches)].astype(np.float64)
    return float(np.average(np.square(painted - census.patches).mean(1), weights=census.counts))


@pytest.mark.parametrize("size", PRESETS)
def test_the_error_of_a_trained_model_does_not_rise(size: str) -> None:
    census = take_census([pictures(6)], PRESETS[size]().m)
    model = trained(PRESETS[size](width=96, codes=64), census)
    before = error(model, census)
    model.train()
    polish(model, every_patch(census), sample=census.total)
    assert error(model, census) <= before if size == "hires" else error(model, census) < before


def test_what_would_make_it_worse_is_left_as_it_was() -> None:
    """With an encoder and decoder used to other statistics than those of the training set."""
    census = take_census([pictures(6)], 1)
    model = trained(PRESETS["hires"](width=96, codes=64), census, steps=0).eval()
    with torch.no_grad():
        norm = model.encoder[0][1]
        norm.running_mean.add_(0.5 * norm.running_var.sqrt())
        norm.bias.add_(0.5 * norm.weight)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    polish(model, every_patch(census), sample=census.total)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert not any(layer.training for layer in model.modules())


def every_patch(census: Census) -> Draw:
    """All patches there are, however many are asked for."""
    return lambda n: (as_patches(census.patches), torch.from_numpy(census.counts).float())  # noqa: ARG005


def test_statistics_become_those_of_the_training_set_and_codes_the_means_of_their_patches() -> None:
    census = take_census([pictures(6)], 2)
    model = trained(PRESETS["medres"](width=48, dim=12, codes=32), census, steps=5)
    with torch.no_grad():
        model.encoder[0][1].running_mean.add_(3)  # as far off as moving averages never are
    momenta = [layer.momentum for layer in model.modules() if isinstance(layer, nn.BatchNorm2d)]
    polish(model, draw_from(census), rounds=1, sample=20_000)
    assert momenta == [layer.momentum for layer in model.modules() if isinstance(layer, nn.BatchNorm2d)]
    assert not any(layer.training for layer in model.modules())

    patches, counts = as_patches(census.patches), torch.from_numpy(census.counts).float()
    seen = nn.functional.conv2d(patches.permute(0, 2, 1)[..., None], model.encoder[0][0].weight)
    seen = seen + model.encoder[0][0].bias[:, None, None]
    mean = (counts @ seen.mean((2, 3))) / counts.sum()
    torch.testing.assert_close(model.encoder[0][1].running_mean, mean, rtol=0.05, atol=0.01)

    z, q = embedded(model, patches), model.quantizer
    used = torch.unique(q.nearest(z))
    sums = torch.zeros_like(q.codebook).index_add_(0, q.nearest(z), z * counts[:, None])
    held = counts.new_zeros(32).index_add_(0, q.nearest(z), counts)
    gap = (q.codebook - sums / held.clamp(min=1)[:, None])[used].square().mean()
    assert float(gap) < 0.01 * float(z.var(0).mean())
