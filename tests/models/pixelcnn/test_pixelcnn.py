"""The gated PixelCNN has the paper's size, sees only what came before, and asks for what it is told to."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from prior_kit import CONDITIONS, PRESETS, K, asked, grids, network, tiny
from spriteloom.errors import ImpossibleModel
from spriteloom.models.base import count
from spriteloom.models.pixelcnn.network import EmbeddedInput, GatedPixelCNN, PixelCNNConfig
from spriteloom.models.pixelcnn.presets import pixelcnn, pixelcnn_paper
from spriteloom.models.prior import DESCRIBED


@pytest.fixture(params=PRESETS, name="config")
def _config(request: pytest.FixtureRequest) -> PixelCNNConfig:
    return PRESETS[request.param]


def test_the_papers_has_the_papers_number_of_parameters():
    model = GatedPixelCNN(pixelcnn_paper().network(DESCRIBED))
    assert count(model) == 13_444_864
    assert all(p.requires_grad for p in model.parameters())


def test_ours_has_no_more():
    assert count(GatedPixelCNN(pixelcnn().network(DESCRIBED))) <= 13_444_864
    assert count(GatedPixelCNN(replace(pixelcnn().network(DESCRIBED), width=256))) <= 13_444_864


def test_logits_see_nothing_at_their_position_or_after_it(config: PixelCNNConfig):
    model = tiny(config)
    codes, conditions = grids(model, 1, 4, 5), asked(model, 1)
    before = model(codes, conditions).flatten(2)
    for t in range(20):
        changed = codes.clone()
        changed.view(-1)[t] = (changed.view(-1)[t] + 5) % K
        after = model(changed, conditions).flatten(2)
        assert torch.equal(after[..., : t + 1], before[..., : t + 1]), t
        if t < 19:
            assert not torch.equal(after[..., t + 1], before[..., t + 1]), f"{t} is not seen by the next"


def test_a_position_sees_all_before_it_within_reach_without_a_blind_spot(config: PixelCNNConfig):
    model = tiny(replace(config, dilations=(1, 1))).double()
    reach = model.config.reach
    codes = grids(model, 1, reach + 2, 2 * reach + 3)
    r, c = reach + 1, reach + 1
    before = model.logits(codes[:, None], asked(model, 1).double())[..., r, c]
    for i in range(codes.shape[1]):
        for j in range(codes.shape[2]):
            changed = codes.clone()
            changed[0, i, j] = (changed[0, i, j] + 5) % K
            after = model.logits(changed[:, None], asked(model, 1).double())[..., r, c]
            earlier = (i, j) < (r, c)
            # a row d above can be reached with d columns to either side by mask A and B alike
            within = earlier and r - i <= reach and abs(c - j) <= reach
            assert torch.equal(after, before) != within, (i, j)


@pytest.mark.parametrize("grid", [(1, 1), (1, 7), (6, 1), (3, 5)])
def test_any_grid(config: PixelCNNConfig, grid: tuple[int, int]):
    model = tiny(config)
    logits = model(grids(model, 2, *grid), asked(model, 2))
    assert logits.shape == (2, K, *grid) and logits.dtype == torch.float32


@pytest.mark.parametrize("name", ["paper", "ours"])
def test_the_condition_is_heard(name: str):
    model = tiny(PRESETS[name])
    codes = grids(model, 1, 3, 3)
    nothing, something = torch.zeros(1, CONDITIONS), torch.eye(CONDITIONS)[:1]
    assert not torch.equal(model(codes, nothing), model(codes, something))


def test_ours_conditions_both_stacks_and_the_papers_the_horizontal_alone():
    asks = torch.eye(CONDITIONS)
    for vertical, horizontal in tiny(PRESETS["paper"]).shifts(asks):
        assert vertical is None
        assert torch.equal(*horizontal.chunk(2, 1))  # one projection for tanh and sigmoid
    for vertical, horizontal in tiny(PRESETS["ours"]).shifts(asks):
        assert vertical.shape == horizontal.shape == (CONDITIONS, 16)
        assert not torch.equal(*horizontal.chunk(2, 1))
        assert not torch.equal(vertical, horizontal)
    assert tiny(PRESETS["ours, no conditions"]).shifts(torch.zeros(1, 0)) == [(None, None)] * 7


def test_dropout_acts_in_training_alone():
    model = tiny(PRESETS["ours"])
    codes, conditions = grids(model, 1, 3, 3), asked(model, 1)
    assert torch.equal(model(codes, conditions), model(codes, conditions))
    model.train()
    assert not torch.equal(model(codes, conditions), model(codes, conditions))


def test_masked_taps_of_the_papers_kernels_are_counted_and_never_read():
    whole = tiny(PRESETS["paper"])
    codes, conditions = grids(whole, 2, 5, 5), asked(whole, 2)
    before = whole(codes, conditions)
    with torch.no_grad():
        for layer in whole.stack:
            layer.vertical.weight[:, :, 2:] = 1e6
            layer.horizontal.weight[..., 2:] = 1e6
        whole.vertical.weight[:, :, 1:] = 1e6
        whole.horizontal.weight[..., 1:] = 1e6
    assert torch.equal(whole(codes, conditions), before)
    live = GatedPixelCNN(replace(PRESETS["paper"], kernels="live"))
    assert count(live) < count(whole)


def test_it_learns():
    torch.manual_seed(0)
    config = network(pixelcnn(), 0, k=4, width=16, dilations=(1, 2), inputs=EmbeddedInput(dim=8))
    model = GatedPixelCNN(config)
    codes = (torch.arange(36).view(1, 6, 6) + torch.arange(4).view(4, 1, 1)) % 4
    optimizer = torch.optim.Adam(model.parameters(), 1e-2)
    for _ in range(40):
        loss = torch.nn.functional.cross_entropy(model(codes, torch.zeros(4, 0)), codes)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss < 0.1  # the first code alone is worth log(4) / 36 = 0.04


@pytest.mark.parametrize(
    "change",
    [
        {"k": 1},
        {"width": 0},
        {"conditions": -1},
        {"dilations": (1, 0)},
        {"channels": 0},
        {"dropout": 1.0},
    ],
)
def test_what_cannot_be_is_refused(change: dict[str, object]):
    with pytest.raises(ImpossibleModel):
        replace(PRESETS["ours"], **change)  # type: ignore[arg-type]
