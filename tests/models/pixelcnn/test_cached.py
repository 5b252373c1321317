"""Cached sampling gives the naive sampler's codes, code for code, for any model, grid, condition and draw."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from prior_kit import PRESETS, RGB, asked, grids, tiny
from spriteloom.errors import ImpossibleModel
from spriteloom.models.pixelcnn import cached, choosing, naive
from spriteloom.models.pixelcnn.choosing import Chooser
from spriteloom.models.pixelcnn.network import PixelCNNConfig
from spriteloom.nn.devices import exact_inference
from spriteloom.priors.draw import Draw


def both(config: PixelCNNConfig, grid: tuple[int, int], draw: Draw) -> tuple[torch.Tensor, torch.Tensor]:
    model = tiny(config)
    conditions = asked(model, len(draw.seeds))
    return naive.sample(model, grid, conditions, draw), cached.sample(model, grid, conditions, draw)


@pytest.mark.parametrize("grid", [(1, 1), (3, 5), (5, 5), (1, 9), (7, 3)])
@pytest.mark.parametrize("preset", PRESETS)
def test_same_codes(preset: str, grid: tuple[int, int]):
    expected, got = both(PRESETS[preset], grid, Draw(seeds=(0, 1, 2)))
    assert got.shape == (3, *grid) and got.dtype == torch.int64
    assert torch.equal(got, expected)
    assert grid == (1, 1) or len(got.unique()) > 3


@pytest.mark.parametrize("temperature", [0.3, 1.0, 2.0])
@pytest.mark.parametrize("guidance", [-1.0, 0.0, 1.0, 3.0])
@pytest.mark.parametrize("preset", ["paper", "ours", "ours, no conditions"])
def test_same_codes_under_guidance_and_temperature(preset: str, guidance: float, temperature: float):
    draw = Draw(seeds=(5, 6), temperature=temperature, guidance=guidance)
    expected, got = both(PRESETS[preset], (3, 3), draw)
    assert torch.equal(got, expected)


@pytest.mark.parametrize("guidance", [1.0, 2.0])
def test_same_pictures(guidance: float):
    expected, got = both(RGB, (3, 4), Draw(seeds=(0, 1), guidance=guidance))
    assert got.shape == (2, 3, 3, 4) and torch.equal(got, expected)
    assert len(got.unique()) > 30


def test_features_are_those_of_the_whole_network():
    """Before any choice is made: the logits themselves agree at every position."""
    model = tiny(PRESETS["ours"])
    conditions, seen = asked(model, 2), []
    with exact_inference(model):
        chooser = Chooser(model, (9, 9), conditions, Draw(seeds=(0, 1)))
        choose = chooser.choose
        chooser.choose = lambda logits, *rest: (seen.append(logits.clone()), choose(logits, *rest))[1]
        codes = cached.fill(model, chooser).squeeze(1)
        whole = model(codes, conditions)
    assert torch.allclose(torch.stack(seen, -1).view_as(whole), whole, atol=1e-5)


@pytest.mark.parametrize("sampler", [cached, naive])
def test_a_sample_depends_on_its_seed_and_condition_alone(sampler):
    model = tiny(PRESETS["ours"])
    conditions, seeds = asked(model, 4), (7, 8, 9, 7)
    together = sampler.sample(model, (4, 4), conditions, Draw(seeds=seeds, guidance=1.5))
    for i in range(4):
        draw = Draw(seeds=seeds[i : i + 1], guidance=1.5)
        assert torch.equal(sampler.sample(model, (4, 4), conditions[i : i + 1], draw)[0], together[i])
    again = sampler.sample(model, (4, 4), conditions.flip(0), Draw(seeds=seeds[::-1], guidance=1.5))
    assert torch.equal(again.flip(0), together)


def test_guidance_towards_nothing_is_not_knowing():
    model = tiny(PRESETS["ours"])
    conditions = asked(model, 2)
    free = cached.sample(model, (4, 4), torch.zeros_like(conditions), Draw(seeds=(0, 1)))
    assert torch.equal(cached.sample(model, (4, 4), conditions, Draw(seeds=(0, 1), guidance=0.0)), free)
    assert not torch.equal(cached.sample(model, (4, 4), conditions, Draw(seeds=(0, 1))), free)


def test_samples_follow_the_models_distribution():
    model = tiny(PRESETS["paper, no conditions"], sharpness=4.0)
    drawn = cached.sample(model, (1, 2), torch.zeros(4000, 0), Draw(seeds=tuple(range(4000))))
    first = model(drawn[:1], torch.zeros(1, 0))[0, :, 0, 0].softmax(0)
    share = drawn[:, 0, 0].bincount(minlength=model.k) / len(drawn)
    assert torch.allclose(share, first, atol=0.03)
    common = int(share.argmax())
    after = drawn[drawn[:, 0, 0] == common]
    second = model(after[:1], torch.zeros(1, 0))[0, :, 0, 1].softmax(0)
    share = after[:, 0, 1].bincount(minlength=model.k) / len(after)
    assert torch.allclose(share, second, atol=0.08)


@pytest.mark.parametrize("config", [*PRESETS.values(), RGB])
def test_what_float32_cannot_tell_is_settled_in_float64_by_both(config: PixelCNNConfig, monkeypatch):
    draw = Draw(seeds=(0, 1), guidance=1.5)
    expected, _ = both(config, (3, 4), draw)
    settled = []
    settle = Chooser._settle
    monkeypatch.setattr(
        Chooser, "_settle", lambda self, *rest: (settled.append(rest), settle(self, *rest))[1]
    )
    monkeypatch.setattr(choosing, "_TIE", 1e6)
    assert all(torch.equal(each, expected) for each in both(config, (3, 4), draw))
    assert len(settled) == 2 * 2 * 12 * config.channels


def test_settling_on_what_a_position_sees_is_settling_on_the_whole_grid(monkeypatch):
    """A grid larger than what a position sees: the logits of the part are those of the whole."""
    config = replace(PRESETS["ours"], dilations=(1, 2))
    model, exact = tiny(config), tiny(config).double()
    conditions, draw, seen = asked(model, 1), Draw(seeds=(0,)), []
    scores = Chooser._scores
    monkeypatch.setattr(
        Chooser, "_scores", lambda self, logits, *rest: (seen.append(logits), scores(self, logits, *rest))[1]
    )
    drawn = grids(model, 1, 10, 14)[:, None]
    with exact_inference(model):
        chooser = Chooser(model, (10, 14), conditions, draw)
        whole = exact.logits(drawn, conditions.double())[0, :, 0]
        for r in range(10):
            chooser.next_row()
            for c in range(14):
                chooser._settle(drawn, (0, r, c), 0)
                assert torch.allclose(seen[-1][0], whole[:, r, c], rtol=0, atol=1e-12)


def test_a_low_temperature_takes_the_likeliest_and_a_high_one_any():
    model = tiny(PRESETS["ours"], sharpness=1.0)
    conditions = asked(model, 2)
    cold = cached.sample(model, (4, 4), conditions, Draw(seeds=(0, 1), temperature=1e-4))
    assert torch.equal(cold, model(cold, conditions).argmax(1))
    hot = cached.sample(model, (20, 20), conditions, Draw(seeds=(0, 1), temperature=1e4))
    share = hot.flatten().bincount(minlength=model.k) / hot.numel()
    assert torch.allclose(share, torch.full((model.k,), 1 / model.k), atol=0.05)


def test_a_tie_is_broken_alike_though_float32_would_not():
    """Two codes of equal weights and nearly equal bias: which is better is beyond float32."""
    config = PRESETS["ours"]
    model = tiny(config)
    with exact_inference(model):
        chooser = Chooser(model, (1, 1), asked(model, 1), Draw(seeds=(0,)))
        chooser.next_row()
        planes = chooser.empty()
        right = model.logits(planes, asked(model, 1))[:, :, 0, 0, 0]
        best = (right.double() + chooser._noise[0, 0]).argmax()
        rival = (best + 1) % model.k
        wrong = right.clone()
        wrong[0, rival] += (right.double() + chooser._noise[0, 0])[0, best] - (
            right.double() + chooser._noise[0, 0]
        )[0, rival]
        wrong[0, rival] += 1e-5
        assert chooser.choose(wrong, planes, (0, 0, 0)) == best
        assert chooser.settled == 1 and chooser.drawn == 1


def test_sampling_leaves_the_model_as_it_was():
    model = tiny(PRESETS["ours"]).train()
    before = {name: each.clone() for name, each in model.state_dict().items()}
    state = torch.random.get_rng_state()
    codes = cached.sample(model, (3, 3), asked(model, 2), Draw(seeds=(0, 1)))
    assert model.training and torch.equal(state, torch.random.get_rng_state())
    assert all(torch.equal(each, before[name]) for name, each in model.state_dict().items())
    assert torch.equal(codes, cached.sample(model.eval(), (3, 3), asked(model, 2), Draw(seeds=(0, 1))))
    assert all(p.dtype == torch.float32 for p in model.parameters())
    assert torch.get_num_threads() == 1 and not codes.is_inference()  # samples can be trained on


@pytest.mark.parametrize("sampler", [cached, naive])
def test_what_does_not_fit_is_refused(sampler):
    model = tiny(PRESETS["ours"])
    with pytest.raises(ImpossibleModel, match="one row of 5 for each seed"):
        sampler.sample(model, (2, 2), torch.zeros(1, 5), Draw(seeds=(0, 1)))
    with pytest.raises(ImpossibleModel, match="one row of 5 for each seed"):
        sampler.sample(model, (2, 2), torch.zeros(1, 4), Draw(seeds=(0,)))
    with pytest.raises(ImpossibleModel, match="0×2"):
        sampler.sample(model, (0, 2), asked(model, 1), Draw(seeds=(0,)))


def test_teacher_forcing_one_position_is_what_naive_sampling_does():
    model = tiny(PRESETS["ours"])
    draw, conditions = Draw(seeds=(0, 1)), asked(model, 2)
    whole = naive.sample(model, (3, 3), conditions, draw)
    with exact_inference(model):
        chooser = Chooser(model, (3, 3), conditions, draw)
        for _ in range(2):
            chooser.next_row()
        planes = whole[:, None].clone()
        planes[:, :, 1, 1:] = 0
        planes[:, :, 2:] = grids(model, 2, 1, 3)[:, None]  # below cannot be seen
        naive.fill(model, chooser, planes, 1, 1)
    assert torch.equal(planes[:, 0, 1, 1], whole[:, 1, 1])
