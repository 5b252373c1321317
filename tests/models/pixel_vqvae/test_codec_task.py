"""A codec's task at work: it warms up, settles, resets dead codes, and says how it stands beside k-means."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from run_kit import narrow, narrow_paper, small_set, warmed
from spriteloom.codecs.census import Census, take_census
from spriteloom.codecs.lloyd import fit_table
from spriteloom.models.pixel_vqvae.exact import NetworkCodec
from spriteloom.models.pixel_vqvae.objectives import Step
from spriteloom.models.pixel_vqvae.presets import Config
from spriteloom.models.pixel_vqvae.training import CodecTask, HeldOut
from spriteloom.nn.quantizer import DeadCodes
from spriteloom.training.task import Shard, TaskSettings


@pytest.fixture(scope="module")
def census() -> Census:
    return take_census([small_set().all_pictures("train").rgb], 2)


def task_of(config: Config, census: Census, yardstick: float = 0.01, **changes) -> CodecTask:
    settings = TaskSettings(**({"seed": 0} | changes))
    return CodecTask(config, census, HeldOut(census, yardstick), settings)


def one_step(task: CodecTask, number: int) -> Step:
    task.before(number)
    step = Step(*task.objective(*task.batch(number)))
    step.loss.backward()
    return step


def test_the_codebook_waits_for_the_warm_up_and_then_settles(census: Census):
    task = task_of(warmed(2), census)
    task.prepare()
    first = task.model.quantizer.codebook.clone()
    for number in (0, 1):
        one_step(task, number)
        assert torch.equal(task.model.quantizer.codebook, first)
    task.before(2)
    settled = task.model.quantizer.codebook.clone()
    assert not torch.equal(settled, first)
    one_step(task, 3)
    assert not torch.equal(task.model.quantizer.codebook, settled)


def test_while_warming_the_loss_is_that_of_an_autoencoder(census: Census):
    task = task_of(warmed(2), census)
    with torch.no_grad():
        task.model.quantizer.codebook.fill_(1e3)
    assert one_step(task, 0).loss < 1


def dead_codes(task: CodecTask) -> int:
    return int((task.model.quantizer.counts == 0).sum())


@pytest.mark.parametrize(
    ("number", "total", "reset"),
    [(20, 100, True), (20, None, True), (21, 100, False), (80, 100, True), (90, 100, False), (0, 100, False)],
)
def test_dead_codes_are_reset_now_and_then_but_not_at_the_end(census: Census, number, total, reset):
    task = task_of(narrow(dead_codes=DeadCodes(every=5)), census)
    task.prepare()
    task.before(0)
    step = one_step(task, 1)
    task.model.quantizer.counts[:4] = 0
    task.after(number, total, step)
    assert dead_codes(task) == (0 if reset else 4)


def test_the_papers_preset_resets_nothing():
    rgb = small_set().all_pictures("train").rgb
    task = CodecTask(narrow_paper(), rgb, HeldOut(take_census([rgb], 2), 0.01), TaskSettings(seed=0))
    step = one_step(task, 0)
    task.model.quantizer.counts[:4] = 0
    task.after(20, 100, step)
    assert dead_codes(task) == 4


def test_better_than_kmeans_is_above_zero():
    watch = HeldOut(Census(m=1, patches=np.zeros((1, 3), np.uint8), counts=np.array([1])), 0.01)
    assert watch.decibels(0.001) == pytest.approx(10)
    assert watch.decibels(0.1) == pytest.approx(-10)
    assert watch.decibels(0.01) == 0
    assert 0 < watch.decibels(0.0) < 1e3


def test_two_exact_ones_are_equal():
    watch = HeldOut(Census(m=1, patches=np.zeros((1, 3), np.uint8), counts=np.array([1])), 0.0)
    assert watch.decibels(0.0) == 0 and watch.decibels(0.01) < 0


def test_the_watched_error_is_that_of_the_pictures(census: Census):
    task = task_of(narrow(), census)
    task.prepare()
    task.before(0)
    rgb = small_set().all_pictures("train").rgb
    found = task.metrics()
    network = NetworkCodec(task.model)
    gap = network.decode(network.encode(rgb)).astype(float) - rgb
    assert found["validation_mse"] == pytest.approx(np.square(gap / 255).mean(), rel=1e-5)
    assert 0 < found["codes_used"] <= 32 and 1 <= found["perplexity"] <= 32


def test_a_pass_through_start_is_already_near_kmeans(census: Census):
    table = fit_table(census, 32, rng=np.random.default_rng(0))
    rgb = small_set().all_pictures("train").rgb
    codes = NetworkCodec(_started(census))
    gap = codes.decode(codes.encode(rgb)).astype(float) - rgb
    best = ((census.patches[:, None].astype(float) - table) ** 2).mean(2).min(1)
    yardstick = float(np.average(best, weights=census.counts))
    assert np.square(gap).mean() < 1.5 * yardstick


def _started(census: Census):
    task = task_of(narrow(), census)
    task.prepare()
    task.before(0)
    return task.model


def test_looking_changes_nothing(census: Census):
    task = task_of(narrow(), census)
    task.prepare()
    task.objective.train()
    one_step(task, 0)
    before = {name: value.clone() for name, value in task.model.state_dict().items()}
    drawn = task.generator.get_state()
    modes = [module.training for module in task.model.modules()]
    task.metrics()
    assert all(torch.equal(value, before[name]) for name, value in task.model.state_dict().items())
    assert torch.equal(task.generator.get_state(), drawn)
    assert [module.training for module in task.model.modules()] == modes


def test_a_task_leaves_the_programs_own_chance_alone(census: Census):
    torch.manual_seed(5)
    before = torch.get_rng_state()
    task_of(narrow(), census)
    assert torch.equal(torch.get_rng_state(), before)


def test_processes_begin_alike_and_share_each_batch(census: Census):
    a, b = (task_of(narrow(), census, shard=Shard(rank=rank, world=2)) for rank in (0, 1))
    assert all(map(torch.equal, a.model.parameters(), b.model.parameters()))
    assert not torch.equal(a.batch(0)[1], b.batch(0)[1])
    whole = task_of(narrow(), census)
    assert a.steps_per_epoch == whole.steps_per_epoch
    counts = [int(task.batch(0)[1].sum()) for task in (a, b, whole)]
    assert counts == [48, 48, 96]


def test_processes_share_the_pictures():
    rgb = np.arange(32, dtype=np.uint8)[:, None, None, None] * np.ones((1, 4, 4, 3), np.uint8)
    watch = HeldOut(take_census([rgb], 2), 0.01)
    settings = [TaskSettings(seed=0, shard=Shard(rank=rank, world=2)) for rank in (0, 1)]
    tasks = [CodecTask(narrow_paper(), rgb, watch, each) for each in settings]
    assert tasks[0].steps_per_epoch == 4
    seen = [int(x[0, 0, 0]) for step in range(4) for task in tasks for x in task.batch(step)[0]]
    assert sorted(seen) == list(range(32))
