"""The loop, on a task of one number: budgets of steps and minutes, log, what a stop leaves."""

from __future__ import annotations

import json
import time
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from lightning_fabric import Fabric
from torch import nn

from spriteloom.errors import DeviceError, RunError
from spriteloom.models.pixel_vqvae.objectives import Step
from spriteloom.training import fit as fitting
from spriteloom.training.budget import MEASURED_STEPS, Budget
from spriteloom.training.fit import Progress, fit
from spriteloom.training.optimizers import OptimizerConfig, constant, cosine
from spriteloom.training.task import Task, TaskSettings


class Number(nn.Module):
    """A number that wants to be 3; a step takes as long as it is told."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.value = nn.Parameter(torch.zeros(()))
        self.seconds = seconds

    def forward(self, wanted: torch.Tensor) -> Step:
        time.sleep(self.seconds)
        loss = (self.value - wanted).square().sum()
        return Step(loss=loss, mse=loss.detach(), z=loss.detach(), errors=loss.detach())


class Wish(Task[Number]):
    """A task that remembers what was asked of it."""

    def __init__(self, seconds: float = 0.0, wanted: float = 3.0) -> None:
        number = Number(seconds)
        super().__init__(number, lambda model, wish: model(wish), TaskSettings(seed=0), n=7, batch=1)
        self.number, self.wanted = number, wanted
        self.said: list[str] = []
        self.totals: list[int | None] = []

    def prepare(self) -> None:
        self.said.append("prepare")

    def batch(self, step: int) -> tuple[torch.Tensor, ...]:
        self.said.append(f"batch {step}")
        return (torch.tensor([self.wanted]),)

    def before(self, step: int) -> None:
        self.said.append(f"before {step}")

    def after(self, step: int, total: int | None, outcome: Step) -> None:  # noqa: ARG002
        self.said.append(f"after {step}")
        self.totals.append(total)

    def finish(self) -> None:
        self.said.append("finish")

    def metrics(self) -> dict[str, float]:
        return {"value": float(self.number.value.detach())}


def fitted(task: Wish, run: Path, budget: Budget, **changes) -> Progress:
    rate = OptimizerConfig(learning_rate=0.1, schedule="constant")
    fabric = Fabric(accelerator="cpu", devices=1)
    return fit(task, run, budget=budget, optimizer=rate, fabric=fabric, **changes)


def test_each_step_is_as_long_as_the_schedule_says(tmp_path: Path):
    """Adam moves a parameter of steady gradient by the learning rate."""

    class Recorder(Wish):
        def after(self, step: int, total: int | None, outcome: Step) -> None:
            super().after(step, total, outcome)
            values.append(float(self.number.value.detach()))

    values = [0.0]
    rate = OptimizerConfig(learning_rate=0.01, schedule="cosine")
    fabric = Fabric(accelerator="cpu", devices=1)
    fit(Recorder(wanted=1e4), tmp_path, budget=Budget(steps=60), optimizer=rate, fabric=fabric)
    moves = [after - before for before, after in pairwise(values)]
    assert moves == pytest.approx([0.01 * cosine(step, 60) for step in range(60)], rel=0.02, abs=1e-5)


def test_a_task_is_asked_in_order(tmp_path: Path):
    task = Wish()
    fitted(task, tmp_path, Budget(steps=2))
    one, two = (["before 0", "batch 0", "after 0"], ["before 1", "batch 1", "after 1"])
    assert task.said == ["prepare", *one, *two, "finish"]
    assert task.totals == [2, 2]


def test_steps_and_epochs_are_counted(tmp_path: Path):
    assert fitted(Wish(), tmp_path, Budget(steps=5)).step == 5
    assert fitted(Wish(), tmp_path, Budget(epochs=2)).step == 14
    assert fitted(Wish(), tmp_path, Budget(epochs=0.01)).step == 1


def test_it_learns(tmp_path: Path):
    assert fitted(Wish(), tmp_path, Budget(steps=300)).metrics["value"] == pytest.approx(3, abs=0.05)


def test_minutes_become_steps(tmp_path: Path):
    task = Wish(seconds=0.01)
    progress = fitted(task, tmp_path, Budget(minutes=0.02))
    assert task.totals[: MEASURED_STEPS - 1] == [None] * (MEASURED_STEPS - 1)
    assert task.totals[MEASURED_STEPS] and None not in task.totals[MEASURED_STEPS:]
    assert progress.step == progress.total
    assert 0.4 < progress.elapsed < 1.2 * 1.02 + 0.1


def test_minutes_end_in_time_where_steps_are_slow(tmp_path: Path):
    """Two steps would be enough to be late; twelve are not waited for."""
    progress = fitted(Wish(seconds=0.2), tmp_path, Budget(minutes=0.002))
    assert progress.step <= 2 and progress.elapsed < 1


def test_a_machine_that_becomes_slow_is_not_waited_for(tmp_path: Path):
    task = Wish(seconds=0.005)

    def slower(metrics) -> None:
        task.number.seconds = 0.1 if metrics["step"] > MEASURED_STEPS else 0.005

    progress = fitted(task, tmp_path, Budget(minutes=0.01), callback=slower)
    assert progress.elapsed < 1.5
    assert json.loads((tmp_path / "metrics.jsonl").read_text().splitlines()[-1])["step"] == progress.step


def test_the_callback_is_told_every_step(tmp_path: Path):
    seen = []
    fitted(Wish(), tmp_path, Budget(steps=3), callback=seen.append)
    assert [figures["step"] for figures in seen] == [1, 2, 3]
    assert {"step", "total", "elapsed", "loss"} <= seen[0].keys()
    assert "value" in seen[-1]


def test_the_last_step_is_logged(tmp_path: Path):
    fitted(Wish(), tmp_path, Budget(steps=3))
    (line,) = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    assert line.keys() == {"step", "seconds", "loss", "value"} and line["step"] == 3


def test_a_loss_that_is_no_number_is_said(tmp_path: Path):
    with pytest.raises(RunError, match="diverged at step 0, its gradient is nan"):
        fitted(Wish(wanted=float("nan")), tmp_path, Budget(steps=3))


def test_a_full_disk_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "metrics.jsonl").symlink_to("/dev/full")
    monkeypatch.setattr(fitting.MetricsLog, "rewind", lambda self, step: None)  # noqa: ARG005
    with pytest.raises(RunError, match=r"metrics\.jsonl cannot be written \(No space left"):
        fitted(Wish(), tmp_path, Budget(steps=1))


def test_a_checkpoint_that_cannot_be_written_is_one_line(tmp_path: Path):
    (tmp_path / "checkpoint").write_text("in the way")
    with pytest.raises(RunError, match="checkpoint cannot be made"):
        fitted(Wish(), tmp_path, Budget(steps=1))


def test_checkpoints_come_with_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    saved = []
    monkeypatch.setattr(fitting, "CHECKPOINT_SECONDS", 0.05)
    monkeypatch.setattr(fitting, "save_checkpoint", lambda *given: saved.append(given[-1]["step"]))
    fitted(Wish(seconds=0.02), tmp_path, Budget(steps=12))
    assert 3 <= len(saved) <= 7 and saved[-1] == 12 and sorted(saved) == saved


def test_the_learning_rate_rises_then_falls():
    rates = [cosine(step, 200) for step in range(201)]
    top = rates.index(max(rates))
    assert 10 <= top <= 30
    assert rates[: top + 1] == sorted(rates[: top + 1]) and rates[top:] == sorted(rates[top:], reverse=True)
    assert rates[-1] == pytest.approx(0.02) and cosine(50, None) == 1 and constant(50, 60) == 1


class Wide(nn.Module):
    """Runs out of a device's memory where a batch has more than `most` rows."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.value, self.most = nn.Parameter(torch.ones(())), most

    def forward(self, rows: torch.Tensor) -> Step:
        if len(rows) > self.most:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory")
        loss = (self.value * rows).square().mean()
        return Step(loss=loss, mse=loss.detach(), z=loss.detach(), errors=loss.detach())


class Large(Wish):
    def __init__(self, most: int) -> None:
        Task.__init__(self, Wide(most), lambda model, rows: model(rows), TaskSettings(seed=0), n=64, batch=32)
        self.said, self.totals = [], []

    def batch(self, step: int) -> tuple[torch.Tensor, ...]:  # noqa: ARG002
        return (torch.ones(32, 2),)


@pytest.mark.parametrize(("most", "said"), [(31, "batch=16"), (3, "batch=2"), (0, "nor does one of 1")])
def test_out_of_memory_is_one_line_with_the_batch_that_fits(most: int, said: str, tmp_path: Path):
    with pytest.raises(DeviceError, match=f"a batch of 32 does not fit .*{said}") as told:
        fitted(Large(most), tmp_path, Budget(steps=3))
    assert "\n" not in str(told.value)


@pytest.mark.slow
def test_a_compiled_objective_learns_the_same(tmp_path: Path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    plain = fitted(Wish(), tmp_path / "a", Budget(steps=20))
    compiled = fitted(Wish(), tmp_path / "b", Budget(steps=20), compiled=True)
    assert compiled.metrics["value"] == pytest.approx(plain.metrics["value"], rel=1e-5)
