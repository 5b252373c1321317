"""The second paper's process: noise as Ho et al. lay it on, and a network that knows it leads back."""

from __future__ import annotations

import pytest
import torch

from spriteloom.errors import ImpossibleModel
from spriteloom.models.diffusion.ddpm import DDPM, DDPMSamplerConfig, alpha_bars, sample
from spriteloom.models.diffusion.denoiser import LatentMLP, LatentMLPConfig
from spriteloom.nn.sampling import noise_of


def test_whoever_knows_the_noise_has_no_loss():
    clean, noise = torch.randn(3, 8), torch.randn(3, 8)
    process = DDPM(steps=10)
    times = process.times(3, torch.Generator().manual_seed(0))
    assert int(times.min()) >= 0 and int(times.max()) < 10
    assert float(process.loss(lambda x, t, c: noise, clean, noise, times, torch.zeros(3, 0))) == 0  # noqa: ARG005


@pytest.mark.parametrize("steps", [200, 10])
@pytest.mark.parametrize("by", ["ddpm", "ddim"])
def test_a_network_that_knows_what_is_clean_leads_there(by, steps):
    process, clean = DDPM(steps=200), torch.full((2, 8), 0.7)
    kept = alpha_bars(200)

    def network(x, t, c):  # noqa: ARG001
        share = kept[t][:, None]
        return (x - share.sqrt() * clean) / (1 - share).sqrt()

    config = DDPMSamplerConfig(sampler=by, num_steps=steps)
    made = sample(network, noise_of([1, 2], (8,)), torch.zeros(2, 0), [1, 2], process, config)
    assert torch.allclose(made, clean, atol=0.05)


def test_a_sample_is_of_its_own_seed_alone():
    torch.manual_seed(0)
    model = LatentMLP(LatentMLPConfig(width=16, steps=5), 8).eval()
    process = DDPM(steps=5)
    config = DDPMSamplerConfig(num_steps=5)
    both = sample(model, noise_of([1, 2], (8,)), torch.zeros(2, 0), [1, 2], process, config)
    alone = sample(model, noise_of([2], (8,)), torch.zeros(1, 0), [2], process, config)
    assert torch.allclose(both[1], alone[0], atol=1e-5)


def test_what_cannot_be_sampled_is_refused():
    with pytest.raises(ImpossibleModel, match="ddpm or ddim"):
        DDPMSamplerConfig(sampler="pndm")
    with pytest.raises(ImpossibleModel, match="1 or more"):
        DDPMSamplerConfig(num_steps=0)
    noise, config = noise_of([1], (8,)), DDPMSamplerConfig(num_steps=11)
    with pytest.raises(ImpossibleModel, match="11 are too many"):
        sample(lambda x, t, c: x, noise, torch.zeros(1, 0), [1], DDPM(steps=10), config)  # noqa: ARG005


def test_the_schedule_is_that_of_the_paper():
    """Half of the variance is gone after a quarter of the steps, all of it at the end."""
    bars = alpha_bars(1000)
    assert float(bars[0]) == pytest.approx(1 - 1e-4) and float(bars[-1]) == pytest.approx(4.036e-5, rel=1e-3)
    assert float(bars[499]) == pytest.approx(0.07859, rel=1e-3)


def test_a_step_of_ddpm_is_the_posterior_of_two_gaussians():
    """Of clean values c with variance 1 the posterior's mean and variance can be had by Bayes' rule."""
    t = 600
    bars = alpha_bars(1000).double()
    now, then, x, clean = float(bars[t]), float(bars[t - 1]), 0.4, -0.3
    alpha = now / then
    precision = alpha / (1 - alpha) + 1 / (1 - then)
    mean = (alpha**0.5 * x / (1 - alpha) + then**0.5 * clean / (1 - then)) / precision
    said = (x - now**0.5 * clean) / (1 - now) ** 0.5
    found = []

    def network(given, when, c):  # noqa: ARG001
        found.append(given.clone())
        if len(found) == 2:
            raise StopIteration
        return torch.full_like(given, said if int(when[0]) == t else 0.0)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("spriteloom.models.diffusion.ddpm.alpha_bars", lambda steps: alpha_bars(1000)[: t + 1])  # noqa: ARG005
        noise = torch.full((2000, 1), x)
        config = DDPMSamplerConfig(num_steps=t + 1)
        with pytest.raises(StopIteration):
            sample(network, noise, torch.zeros(2000, 0), range(2000), DDPM(steps=t + 1), config)
    after = found[1]
    assert float(after.mean()) == pytest.approx(mean, abs=3e-3)
    assert float(after.std()) == pytest.approx(precision**-0.5, rel=0.05)


def test_the_papers_network_reads_no_condition():
    model = LatentMLP(LatentMLPConfig(width=8, steps=5), 4)
    x, t = torch.randn(2, 4), torch.tensor([1, 3])
    assert torch.equal(model(x, t, torch.zeros(2, 0)), model(x, t, torch.ones(2, 3)))
    assert sum(isinstance(part, torch.nn.Linear) for part in model.modules()) == 4
