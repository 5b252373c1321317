"""One `fit` for every model: devices, precision, budget, log, checkpoints, interruption. Knows no model.

A run is a folder: metrics.jsonl grows a line at a time, checkpoint/state.safetensors is replaced whole every minute and
when the program is asked to stop. A resumed run continues to the weights that an uninterrupted one ends with.
"""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import torch
from lightning_fabric import Fabric

from spriteloom.codecs.objectives import Step
from spriteloom.errors import RunError
from spriteloom.training.budget import MEASURED_STEPS, Budget
from spriteloom.training.checkpoint import PLACE, load_checkpoint, save_checkpoint
from spriteloom.training.task import Task

CHECKPOINT_SECONDS = 60.0
FIGURES_SHARE = 0.05  # of the time goes into looking at held-out patches, at most

Watcher = Callable[[dict[str, Any]], None]  # is told the figures of a step now and then


class Interrupted(RunError):
    """Training was asked to stop; its state is kept."""


@dataclass(kw_only=True)
class Progress:
    """How far a training is; goes into the checkpoint."""

    step: int = 0
    total: int | None = None
    elapsed: float = 0.0  # seconds, over all sessions
    figures: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Optimization:
    """Adam and its learning rate over time. Betas are PyTorch's own, as in the paper."""

    learning_rate: float
    schedule: Callable[[int, int | None], float]


def fit(
    task: Task,
    run: Path,
    *,
    budget: Budget,
    optimization: Optimization,
    fabric: Fabric,
    resume: bool = False,
    watch: Watcher = lambda figures: None,
) -> Progress:
    """Train until the budget is spent, then let the task finish. Raises Interrupted on SIGINT or SIGTERM.

    `run` is an existing folder. With `resume` it must hold a checkpoint.
    """
    optimizer = torch.optim.Adam(task.objective.parameters(), lr=optimization.learning_rate, eps=1e-12)
    progress = Progress(total=budget.total(task.steps_per_epoch))
    if resume:
        progress = Progress(**load_checkpoint(run, task.objective, optimizer, task.generator))
        progress.total = budget.total(task.steps_per_epoch) or progress.total
    else:
        task.prepare()
    loop = _Loop(task, run, budget, optimization, fabric, optimizer, progress, watch)
    with _stop_requests() as stop:
        loop.run(stop)
    task.finish()
    progress.figures = task.figures()
    return progress


class _Loop:
    def __init__(
        self,
        task: Task,
        run: Path,
        budget: Budget,
        optimization: Optimization,
        fabric: Fabric,
        optimizer: torch.optim.Optimizer,
        progress: Progress,
        watch: Watcher,
    ) -> None:
        self._task, self._run, self._budget, self._optimization = task, run, budget, optimization
        self._fabric, self._progress, self._watch = fabric, progress, watch
        self._plain = optimizer
        self._objective, self._optimizer = fabric.setup(task.objective, optimizer)
        self._began = time.monotonic() - progress.elapsed
        self._saved = self._looked = time.monotonic()
        self._look_seconds = 0.0

    def run(self, stop: Callable[[], bool]) -> None:
        task, progress = self._task, self._progress
        self._objective.train()
        measured = time.monotonic()
        planned_from = progress.step
        while progress.total is None or progress.step < progress.total:
            task.total = progress.total  # type: ignore[attr-defined]
            task.before(progress.step)
            if progress.total is None and progress.step == planned_from + 2:
                measured = time.monotonic()  # the first steps are slower than the rest
            step = self._step()
            task.after(progress.step, step)
            progress.step += 1
            progress.elapsed = time.monotonic() - self._began
            if progress.total is None and progress.step == planned_from + MEASURED_STEPS:
                each = (time.monotonic() - measured) / (MEASURED_STEPS - 2)
                progress.total = self._agree(self._budget.plan(progress.step, progress.elapsed, each))
            self._report(step)
            if stop():
                self._save()
                raise Interrupted(
                    f"stopped at step {progress.step}: continue with --resume --out {self._run}"
                )
            if self._budget.is_over(progress.elapsed):
                progress.total = progress.step

    def _step(self) -> Step:
        task, progress = self._task, self._progress
        rate = self._optimization.learning_rate * self._optimization.schedule(progress.step, progress.total)
        for group in self._plain.param_groups:
            group["lr"] = rate
        batch = [self._fabric.to_device(part) for part in task.batch(progress.step)]
        step = Step(*self._objective(*batch))
        self._optimizer.zero_grad()
        self._fabric.backward(step.loss)
        self._optimizer.step()
        return step

    def _agree(self, total: int) -> int:
        """All processes plan the steps that the first one does."""
        return int(self._fabric.broadcast(total))

    def _report(self, step: Step) -> None:
        """Figures now and then, a checkpoint every minute; only the first process writes."""
        now = time.monotonic()
        due = now - self._looked > max(2.0, self._look_seconds / FIGURES_SHARE)
        last = self._progress.step == self._progress.total
        if due or last:
            self._progress.figures = self._task.figures()
            self._look_seconds = time.monotonic() - now
            self._looked = time.monotonic()
            self._log(step)
        self._watch(
            {"step": self._progress.step, "total": self._progress.total, "elapsed": self._progress.elapsed}
            | {"loss": float(step.loss.detach())}
            | self._progress.figures
        )
        if now - self._saved > CHECKPOINT_SECONDS:
            self._save()
            self._saved = time.monotonic()

    def _log(self, step: Step) -> None:
        if not self._fabric.is_global_zero:
            return
        line = {"step": self._progress.step, "seconds": round(self._progress.elapsed, 3)}
        line |= {"loss": float(step.loss.detach()), "mse": float(step.reconstruction)}
        with (self._run / "metrics.jsonl").open("a") as file:
            file.write(json.dumps(line | self._progress.figures) + "\n")

    def _save(self) -> None:
        if self._fabric.is_global_zero:
            state = self._progress.__dict__
            save_checkpoint(self._run, self._task.objective, self._plain, self._task.generator, state)


def forget_checkpoint(run: Path) -> None:
    """Remove the checkpoint of a training that is done."""
    (run / PLACE).unlink(missing_ok=True)
    if (run / PLACE).parent.exists():
        (run / PLACE).parent.rmdir()


@contextmanager
def _stop_requests() -> Iterator[Callable[[], bool]]:
    """Notes SIGINT and SIGTERM instead of dying of them; in a thread other than the main one it cannot."""
    asked: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        asked.append(number)

    try:
        before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    except ValueError:
        before = {}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
