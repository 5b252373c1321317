"""Flow matching: its loss is 0 for whoever knows, its paths lead to what the network calls clean."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from spriteloom.errors import ImpossibleModel
from spriteloom.models.diffusion.flow import Flow, FlowSamplerConfig, add_noise, sample
from spriteloom.nn.sampling import noise_of


def test_the_loss_is_that_of_the_velocity():
    flow = Flow(least=0.01)
    clean, noise = torch.randn(4, 3, 2, 2), torch.randn(4, 3, 2, 2)
    times = flow.times(4, torch.Generator().manual_seed(0))
    asked = torch.zeros(4, 0)
    assert float(flow.loss(lambda x, t, c: clean, clean, noise, times, asked)) == 0  # noqa: ARG005

    def off(x, t, c):  # noqa: ARG001
        return clean + t[:, None, None, None]

    assert float(flow.loss(off, clean, noise, times, asked)) == pytest.approx(1.0)


def test_little_noise_does_not_weigh_beyond_its_bound():
    flow, clean = Flow(least=0.5), torch.zeros(1, 1, 1, 1)
    times = torch.tensor([0.1])
    loss = flow.loss(lambda x, t, c: clean + 1, clean, clean, times, torch.zeros(1, 0))  # noqa: ARG005
    assert float(loss) == pytest.approx(4.0)


def test_shares_of_noise_follow_their_distribution():
    times = Flow(mean=0.8, deviation=0.8).times(20_000, torch.Generator().manual_seed(0))
    assert float(times.min()) > 0 and float(times.max()) < 1
    assert float(torch.logit(times).mean()) == pytest.approx(0.8, abs=0.02)


def test_a_path_leads_to_what_the_network_calls_clean():
    target = torch.full((2, 3, 2, 2), 0.25)
    made = sample(
        lambda x, t, c: target,  # noqa: ARG005
        noise_of([1, 2], (3, 2, 2)),
        torch.zeros(2, 0),
        FlowSamplerConfig(num_steps=4),
    )
    assert torch.allclose(made, target)


def test_guidance_goes_beyond_what_is_asked_for():
    def network(x, t, c):  # noqa: ARG001
        return c[:, :1, None, None].expand(-1, 3, 2, 2)

    noise, asked = noise_of([1], (3, 2, 2)), torch.ones(1, 1)
    plain, strict = (
        sample(network, noise, asked, FlowSamplerConfig(sampler="euler", num_steps=1, guidance_scale=g))
        for g in (1.0, 3.0)
    )
    assert torch.allclose(plain, torch.ones(1, 3, 2, 2)) and torch.allclose(
        strict, 3 * torch.ones(1, 3, 2, 2)
    )


def test_guidance_is_left_out_outside_its_interval():
    sizes = {}

    def network(x, t, c):
        sizes[float(t[0])] = len(x)
        return c[:, :1, None, None].expand(-1, 3, 2, 2)

    config = FlowSamplerConfig(sampler="euler", num_steps=4, guidance_scale=3.0, guidance_interval=(0.4, 0.8))
    clean = sample(network, noise_of([1], (3, 2, 2)), torch.ones(1, 1), config)
    assert sizes == {1.0: 1, 0.75: 2, 0.5: 2, 0.25: 1}  # two inputs a sample where it is guided
    assert torch.allclose(clean, torch.ones(1, 3, 2, 2))  # the last prediction is not guided


@pytest.mark.parametrize(("told", "behind"), [(False, 0.5), (True, 1.5)])
def test_a_guide_is_led_away_from(told, behind):
    def network(x, t, c):  # noqa: ARG001
        return 2 * c[:, :1, None, None].expand(-1, 3, 2, 2)

    def guide(x, t, c):  # noqa: ARG001
        return 0.5 + c[:, :1, None, None].expand(-1, 3, 2, 2)

    noise, asked = noise_of([1], (3, 2, 2)), torch.ones(1, 1)
    path = FlowSamplerConfig(sampler="euler", num_steps=1, guidance_scale=3.0, autoguidance_conditioned=told)
    made = sample(network, noise, asked, path, autoguidance=guide)
    assert torch.allclose(made, torch.full_like(made, behind + 3 * (2 - behind)))
    plain = sample(network, noise, asked, replace(path, guidance_scale=1.0), autoguidance=guide)
    assert torch.allclose(plain, torch.full_like(plain, 2.0))
    unasked = sample(network, noise, asked, replace(path, autoguidance_below=0.9), autoguidance=guide)
    assert torch.allclose(unasked, torch.full_like(unasked, 3 * 2.0))


def test_a_beginning_in_between_is_partly_clean():
    clean = torch.ones(1, 2, 2, 2)
    assert torch.equal(add_noise(clean, [3], 0.0), clean)
    assert torch.equal(add_noise(clean, [3], 1.0), noise_of([3], (2, 2, 2)))


@pytest.mark.parametrize("change", [{"sampler": "walk"}, {"num_steps": 0}])
def test_a_path_that_cannot_be_walked_is_refused(change):
    with pytest.raises(ImpossibleModel):
        FlowSamplerConfig(**change)
