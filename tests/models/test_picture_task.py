"""The baselines at work: they learn, they are functions of their seed, they go on where they stopped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from lightning_fabric import Fabric
from torch import Tensor

from run_kit import SIZE, small_set, stops_at
from spriteloom.models.dcgan import family as gan
from spriteloom.models.dcgan.family import DCGANTask, variety
from spriteloom.models.dcgan.network import DCGANConfig
from spriteloom.models.vae import family as variational
from spriteloom.models.vae.family import VAETask
from spriteloom.models.vae.network import VAEConfig
from spriteloom.training import fit as fitting
from spriteloom.training.budget import Budget
from spriteloom.training.fit import Interrupted, fit
from spriteloom.training.task import Shard, TaskSettings

SHAPE = VAEConfig(size=SIZE, levels=3, width=16, latent=8)
Config = variational.Config | gan.Config
PictureTask = VAETask | DCGANTask
vae, pixel_vae, dcgan = variational.vae, variational.pixel_vae, gan.dcgan
SMALL: dict[str, Any] = {
    "vae": replace(vae(), network=SHAPE, batch=8),
    "pixel-vae": replace(pixel_vae(), network=replace(SHAPE, pixel_sight=True), batch=8),
    "dcgan": replace(
        dcgan(), network=DCGANConfig(size=SIZE, latent=8, generator=4, discriminator=4), batch=8
    ),
}
every = pytest.mark.parametrize("config", SMALL.values(), ids=SMALL.keys())


def task_of(config: Config, **changes: Any) -> PictureTask:
    rgb = small_set().all_pictures("train").rgb
    task = DCGANTask if isinstance(config, gan.Config) else VAETask
    return task(config, rgb, rgb[:8], TaskSettings(**({"seed": 0} | changes)))  # type: ignore[arg-type]


def fitted(config: Config, run: Path, steps: int, **changes: Any) -> PictureTask:
    task = task_of(config, seed=changes.pop("seed", 0), precision=changes.pop("precision", "32-true"))
    fabric = Fabric(accelerator="cpu", devices=1)
    run.mkdir(exist_ok=True)
    fit(task, run, budget=Budget(steps=steps), optimizer=config.optimizer, fabric=fabric, **changes)
    return task


def same(a: PictureTask, b: PictureTask) -> bool:
    """Bit for bit."""
    ours, theirs = a.model.state_dict(), b.model.state_dict()
    return ours.keys() == theirs.keys() and all(
        torch.equal(value, theirs[name]) for name, value in ours.items()
    )


def test_the_papers_figures_stand_in_the_presets():
    assert {vae().batch, pixel_vae().batch, dcgan().batch} == {64}
    assert vae().optimizer.learning_rate == pixel_vae().optimizer.learning_rate == 1e-4
    assert dcgan().optimizer.learning_rate == 2e-4 and dcgan().optimizer.betas == (0.5, 0.999)
    assert {vae().optimizer.schedule, dcgan().optimizer.schedule} == {"constant"}
    assert (vae().distance, vae().kl_weight) == ("squared", 1.0)
    assert (pixel_vae().distance, pixel_vae().kl_weight) == ("squared-and-structure", 0.1)
    assert pixel_vae().network == replace(vae().network, pixel_sight=True)


@pytest.mark.parametrize("precision", ["32-true", "bf16-mixed"])
@pytest.mark.parametrize("name", ["vae", "pixel-vae"])
def test_a_vae_learns(name: str, precision: str, tmp_path: Path):
    fast = replace(SMALL[name].optimizer, learning_rate=2e-2)
    config = replace(SMALL[name], optimizer=fast)
    start = task_of(config).metrics()["validation_mse"]
    end = fitted(config, tmp_path / "run", 60, precision=precision).metrics()
    assert end["validation_mse"] < 0.55 * start
    assert end["kl"] > 1


def test_a_dcgan_plays(tmp_path: Path):
    """Its discriminator soon tells the first fakes apart, and its generator leaves where it began."""
    config = replace(SMALL["dcgan"], optimizer=replace(SMALL["dcgan"].optimizer, learning_rate=2e-3))
    before = task_of(config)
    after = fitted(config, tmp_path / "run", 30)
    found = after.metrics()
    assert found["real"] > 0.6 > 0.4 > found["fake"]
    assert found["discriminator"] < 1 < found["generator"]
    assert found["variety"] > before.metrics()["variety"]


@every
@pytest.mark.parametrize("precision", ["32-true", "bf16-mixed"])
def test_a_stopped_run_ends_as_one_that_never_stopped(config: Config, precision: str, tmp_path: Path):
    whole = fitted(config, tmp_path / "whole", 7, precision=precision)
    with pytest.raises(Interrupted, match="stopped at step 3"):
        fitted(config, tmp_path / "run", 7, callback=stops_at(3), precision=precision)
    assert same(fitted(config, tmp_path / "run", 7, resume=True, precision=precision), whole)


@every
def test_the_seed_decides(config: Config, tmp_path: Path):
    assert not same(task_of(config), task_of(config, seed=1))
    first = fitted(config, tmp_path / "a", 3)
    torch.manual_seed(77)
    assert same(fitted(config, tmp_path / "b", 3), first)
    assert not same(fitted(config, tmp_path / "c", 3, seed=1), first)


@every
def test_looking_changes_nothing(config: Config):
    task = task_of(config)
    task.objective.train()
    task.after(0, None, task.objective(*task.batch(0)))
    before = {name: value.clone() for name, value in task.model.state_dict().items()}
    drawn, modes = task.generator.get_state(), [module.training for module in task.model.modules()]
    assert task.metrics() == task.metrics()
    assert all(torch.equal(value, before[name]) for name, value in task.model.state_dict().items())
    assert torch.equal(task.generator.get_state(), drawn)
    assert [module.training for module in task.model.modules()] == modes


@every
def test_a_task_leaves_the_programs_own_chance_alone(config: Config):
    before = torch.get_rng_state()
    task_of(config).batch(0)
    assert torch.equal(torch.get_rng_state(), before)


@every
def test_processes_begin_alike_and_share_each_batch(config: Config):
    a, b = (task_of(config, shard=Shard(rank=rank, world=2)) for rank in (0, 1))
    one = task_of(config)
    assert same(a, b) and a.steps_per_epoch == one.steps_per_epoch
    for step in (0, 1):
        whole = one.batch(step)
        halves = zip(a.batch(step), b.batch(step), strict=True)
        assert all(torch.equal(torch.cat(pair), part) for pair, part in zip(halves, whole, strict=True))


def seen_by(config: Config, watch: Callable[[PictureTask, list[Tensor]], None]) -> list[Tensor]:
    task, seen = task_of(config), []
    watch(task, seen)
    task.objective(*task.batch(0))
    return seen


def test_a_vae_sees_0_to_1_and_a_discriminator_minus_1_to_1():
    def at_first(task: PictureTask, seen: list[Tensor]) -> None:
        first = task.model.encoder if hasattr(task.model, "encoder") else task.model.discriminator
        first.register_forward_pre_hook(lambda _, given: seen.append(given[0].detach()))

    pictures = task_of(SMALL["vae"]).batch(0)[0] / 255
    torch.testing.assert_close(seen_by(SMALL["vae"], at_first)[0], pictures)
    torch.testing.assert_close(seen_by(SMALL["dcgan"], at_first)[0], pictures * 2 - 1)


def test_a_run_that_is_done_only_looks(tmp_path: Path):
    fitted(SMALL["vae"], tmp_path / "run", 2)
    assert fitted(SMALL["vae"], tmp_path / "run", 2, resume=True).metrics().keys() == {"validation_mse"}


def test_what_is_logged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(fitting, "METRICS_SECONDS", -1.0)
    monkeypatch.setattr(fitting, "METRICS_SHARE", float("inf"))
    assert fitted(SMALL["vae"], tmp_path / "a", 1).metrics().keys() == {"mse", "kl", "validation_mse"}
    players = {"discriminator", "generator", "real", "fake", "variety"}
    assert fitted(SMALL["dcgan"], tmp_path / "b", 1).metrics().keys() == players


def test_variety_is_the_share_of_the_real_ones():
    real = np.random.default_rng(0).integers(0, 256, (40, 4, 4, 3), np.uint8)
    assert variety(real, real) == 1
    assert variety(np.repeat(real[:1], 40, 0), real) == 0
    assert variety(real // 2, real) == pytest.approx(0.25, rel=0.02)
