"""The second paper's process: noise as Ho et al. lay it on, and a network that knows it leads back."""

from __future__ import annotations

import pytest
import torch

from spriteloom.diffusion.ddpm import DDPM
from spriteloom.diffusion.mlp import LatentMLP, LatentMLPConfig
from spriteloom.diffusion.noise import noise_of
from spriteloom.errors import ImpossibleModel


def test_whoever_knows_the_noise_has_no_loss():
    clean, noise = torch.randn(3, 8), torch.randn(3, 8)
    process = DDPM(steps=10)
    times = process.times(3, torch.Generator().manual_seed(0))
    assert int(times.min()) >= 0 and int(times.max()) < 10
    assert float(process.loss(lambda x, t, c: noise, clean, noise, times, torch.zeros(3, 0))) == 0  # noqa: ARG005


@pytest.mark.parametrize("by", ["ddpm", "ddim"])
def test_a_network_that_knows_what_is_clean_leads_there(by):
    process, clean = DDPM(steps=200), torch.full((2, 8), 0.7)
    kept = torch.cumprod(1 - torch.linspace(1e-4, 0.02, 200), 0)

    def network(x, t, c):  # noqa: ARG001
        share = kept[t][:, None]
        return (x - share.sqrt() * clean) / (1 - share).sqrt()

    made = process.sample(network, noise_of([1, 2], (8,)), torch.zeros(2, 0), [1, 2], by=by)
    assert torch.allclose(made, clean, atol=0.05)


def test_a_sample_is_of_its_own_seed_alone():
    torch.manual_seed(0)
    model = LatentMLP(LatentMLPConfig(latent=8, width=16, steps=5)).eval()
    process = DDPM(steps=5)
    both = process.sample(model, noise_of([1, 2], (8,)), torch.zeros(2, 0), [1, 2])
    alone = process.sample(model, noise_of([2], (8,)), torch.zeros(1, 0), [2])
    assert torch.allclose(both[1], alone[0], atol=1e-5)


def test_an_unknown_scheduler_is_refused():
    with pytest.raises(ImpossibleModel, match="ddpm or ddim"):
        DDPM().sample(lambda x, t, c: x, torch.zeros(1, 2), torch.zeros(1, 0), [1], by="pndm")  # noqa: ARG005


def test_the_papers_network_reads_no_condition():
    model = LatentMLP(LatentMLPConfig(latent=4, width=8, steps=5))
    x, t = torch.randn(2, 4), torch.tensor([1, 3])
    assert torch.equal(model(x, t, torch.zeros(2, 0)), model(x, t, torch.ones(2, 3)))
    assert sum(isinstance(part, torch.nn.Linear) for part in model.modules()) == 4
