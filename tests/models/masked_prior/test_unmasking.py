"""Each code is drawn once, a few far apart at a time, and a sample is of its seed and condition alone."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from masked_kit import K, asked, tiny
from spriteloom.models.masked_prior import unmasking
from spriteloom.models.masked_prior.unmasking import _steps, halton_order, sample
from spriteloom.priors.draw import Draw

GUIDED = 1.5


@pytest.mark.parametrize("grid", [(4, 4), (2, 6), (3, 5), (1, 1)])
@pytest.mark.parametrize("steps", [1, 4, 32])
def test_codes_of_any_grid(grid: tuple[int, int], steps: int):
    model = tiny()
    codes = sample(model, grid, asked(model, 3), Draw(seeds=(0, 1, 2)), num_steps=steps)
    assert codes.shape == (3, *grid) and codes.dtype == torch.int64
    assert codes.min() >= 0 and codes.max() < K
    assert grid == (1, 1) or len(codes.unique()) > 2


def test_every_code_is_drawn_once_and_stays():
    model, seen = tiny(), []
    model.register_forward_hook(lambda _, given, __: seen.append(given[0].flatten(1).clone()))
    final = sample(model, (4, 6), asked(model, 2), Draw(seeds=(0, 1)), num_steps=7).flatten(1)
    assert len(seen) <= 7 and (seen[0] == K).all()
    order = torch.from_numpy(halton_order(4, 6))
    for (_, stop), codes in zip(_steps(24, 7), [*seen[1:], final], strict=True):
        assert torch.equal(codes[:, order[:stop]], final[:, order[:stop]])
        assert (codes[:, order[stop:]] == K).all()


def test_seeds_decide():
    model = tiny()
    conditions = asked(model, 1).expand(3, -1)
    one, same, other = sample(model, (4, 4), conditions, Draw(seeds=(1, 1, 2)), num_steps=32)
    assert torch.equal(one, same) and not torch.equal(one, other)


def alone_and_together(
    model: torch.nn.Module, conditions: Tensor, grid: tuple[int, int]
) -> tuple[Tensor, Tensor]:
    seeds = tuple(range(len(conditions)))
    together = sample(model, grid, conditions, Draw(seeds=seeds, guidance=GUIDED), num_steps=6)
    alone = [
        sample(model, grid, conditions[i : i + 1], Draw(seeds=(i,), guidance=GUIDED), num_steps=6)
        for i in seeds
    ]
    return torch.cat(alone), together


def test_a_sample_does_not_depend_on_its_batch():
    model = tiny()
    alone, together = alone_and_together(model, asked(model, 6), (6, 6))
    assert torch.equal(alone, together)


def test_what_float32_cannot_tell_is_settled_in_float64(monkeypatch: pytest.MonkeyPatch):
    """Float32 is made so coarse that batches of two sizes disagree often: once trusted, once not."""
    model = tiny()
    model.register_forward_hook(
        lambda _, given, logits: (
            logits
            if logits.dtype == torch.float64
            else logits + 0.01 * torch.sin(1e3 * logits + len(given[0]))
        )
    )
    conditions = asked(model, 8)
    alone, together = alone_and_together(model, conditions, (8, 8))
    assert not torch.equal(alone, together)
    monkeypatch.setattr(unmasking, "_TIE", 0.02)
    alone, together = alone_and_together(model, conditions, (8, 8))
    assert torch.equal(alone, together)


def test_conditions_guidance_and_temperature_matter():
    model = tiny()
    conditions, seeds = asked(model, 2), (0, 1)
    plain = sample(model, (4, 4), conditions, Draw(seeds=seeds), num_steps=32)
    for other in (
        sample(model, (4, 4), -conditions, Draw(seeds=seeds), num_steps=32),
        sample(model, (4, 4), conditions, Draw(seeds=seeds, guidance=4.0), num_steps=32),
        sample(model, (4, 4), conditions, Draw(seeds=seeds, temperature=3.0), num_steps=32),
    ):
        assert not torch.equal(plain, other)


def test_guidance_towards_nothing_is_not_knowing():
    model = tiny()
    conditions = asked(model, 3)
    free = sample(model, (4, 4), torch.zeros_like(conditions), Draw(seeds=(0, 1, 2)), num_steps=32)
    assert torch.equal(
        sample(model, (4, 4), conditions, Draw(seeds=(0, 1, 2), guidance=0.0), num_steps=32), free
    )


def test_a_low_temperature_takes_the_likeliest_and_a_high_one_any():
    model = tiny()
    conditions = asked(model, 2)
    cold = sample(model, (4, 4), conditions, Draw(seeds=(0, 1), temperature=1e-4), num_steps=1)
    assert torch.equal(cold, model(torch.full((2, 4, 4), K), conditions).argmax(1))
    hot = sample(model, (24, 24), conditions, Draw(seeds=(0, 1), temperature=1e4), num_steps=4)
    share = hot.flatten().bincount(minlength=K) / hot.numel()
    assert torch.allclose(share, torch.full((K,), 1 / K), atol=0.06)


def test_a_model_without_conditions_takes_no_notice_of_any():
    model, batches = tiny(0), set()
    model.register_forward_hook(lambda _, given, __: batches.add(len(given[0])))
    free = sample(model, (4, 4), asked(model, 2), Draw(seeds=(0, 1)), num_steps=32)
    some = sample(model, (4, 4), torch.ones(2, 7), Draw(seeds=(0, 1), guidance=5.0), num_steps=32)
    assert torch.equal(free, some) and batches == {2}  # nor is anything computed twice


def test_samples_follow_the_models_distribution():
    model = tiny(0)
    drawn = sample(model, (1, 2), torch.zeros(4000, 0), Draw(seeds=tuple(range(4000))), num_steps=32)
    first, second = halton_order(1, 2).tolist()
    codes = torch.full((1, 1, 2), K)
    expected = model(codes, torch.zeros(1, 0))[0, :, 0, first].softmax(0)
    share = drawn[:, 0, first].bincount(minlength=K) / len(drawn)
    assert torch.allclose(share, expected, atol=0.03)
    common = int(share.argmax())
    codes[:, 0, first] = common
    after = drawn[drawn[:, 0, first] == common]
    expected = model(codes, torch.zeros(1, 0))[0, :, 0, second].softmax(0)
    assert torch.allclose(after[:, 0, second].bincount(minlength=K) / len(after), expected, atol=0.06)


def test_sampling_leaves_the_model_as_it_was():
    model = tiny(dropout=0.5).train()
    conditions, state = asked(model, 2), torch.random.get_rng_state()
    codes = sample(model, (4, 4), conditions, Draw(seeds=(0, 1)), num_steps=32)
    assert model.training and torch.equal(state, torch.random.get_rng_state())
    assert torch.equal(codes, sample(model.eval(), (4, 4), conditions, Draw(seeds=(0, 1)), num_steps=32))
    assert all(weight.dtype == torch.float32 for weight in model.parameters())


@pytest.mark.parametrize("grid", [(1, 1), (4, 4), (16, 16), (5, 7), (1, 9)])
def test_the_order_holds_every_place_once(grid: tuple[int, int]):
    assert sorted(halton_order(*grid)) == list(range(grid[0] * grid[1]))


def test_the_first_places_lie_far_apart():
    """Every quarter of the grid has its share of the first 64 of 1,024, and no two are neighbours."""
    rows, columns = divmod(halton_order(32, 32)[:64], 32)
    for rows_of in (rows < 16, rows >= 16):
        for half in (columns < 16, columns >= 16):
            assert 14 <= (rows_of & half).sum() <= 18
    steps = abs(rows[:, None] - rows) + abs(columns[:, None] - columns)
    assert sorted(set(steps.flatten().tolist()))[1] > 1


@pytest.mark.parametrize("n", [1, 2, 16, 100, 1024])
@pytest.mark.parametrize("steps", [1, 2, 7, 32])
def test_all_is_revealed_in_at_most_so_many_steps(n: int, steps: int):
    found = _steps(n, steps)
    assert len(found) <= steps
    assert [place for start, stop in found for place in range(start, stop)] == list(range(n))


def test_few_are_revealed_while_little_is_known():
    sizes = [stop - start for start, stop in _steps(1024, 8)]
    assert len(sizes) == 8 and sizes == sorted(sizes) and sizes[0] < 1024 / 32
