"""One `fit` for every model: devices, precision, budget, log, checkpoints, interruption. Knows no model.

A run is a folder: metrics.jsonl grows a line at a time, checkpoint/state.safetensors is replaced whole every
minute, when the program is asked to stop, and after the last step. A resumed run continues to the weights
that an uninterrupted one ends with: bit for bit in one process.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from lightning_fabric import Fabric
from torch import nn

from spriteloom.errors import RunError
from spriteloom.nn.muon import Muon
from spriteloom.training.budget import MEASURED_STEPS, Budget
from spriteloom.training.checkpoint import PLACE, load_checkpoint, save_checkpoint
from spriteloom.training.log import MetricsLog
from spriteloom.training.stopping import stop_requests
from spriteloom.training.task import Outcome, Task

CHECKPOINT_SECONDS = 60.0
FIGURES_SECONDS = 2.0  # between looks at held-out patches, at least
FIGURES_SHARE = 0.05  # of the time goes into those looks, at most
LOG = "metrics.jsonl"

Watcher = Callable[[dict[str, Any]], None]  # is told the figures of a step now and then


class Interrupted(RunError):  # noqa: N818
    """Training was asked to stop; its state is kept."""


def nobody(figures: dict[str, Any]) -> None:
    """Where nobody watches."""


@dataclass(kw_only=True)
class Progress:
    """How far a training is; goes into the checkpoint."""

    step: int = 0
    total: int | None = None
    minutes: float | None = None  # that `total` was planned for
    elapsed: float = 0.0  # seconds, over all sessions
    figures: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Optimization:
    """AdamW and its learning rate over time; without weight decay it is Adam, with PyTorch's own betas.

    Gradients longer than `longest` are cut to that length. Weights that are named `inside` the objective are
    moved by Muon, at `muon` in the place of the learning rate.
    """

    learning_rate: float
    schedule: Callable[[int, int | None], float]
    betas: tuple[float, float] = (0.9, 0.999)
    weight_decay: float = 0.0
    longest: float = math.inf
    muon: float = 0.0
    inside: Callable[[nn.Module], list[nn.Parameter]] = lambda module: []  # noqa: ARG005

    def optimizers(self, objective: nn.Module) -> list[torch.optim.Optimizer]:
        """AdamW, and Muon where weights are for it."""
        inside = self.inside(objective)
        taken = {id(weight) for weight in inside}
        adam = torch.optim.AdamW(
            [weight for weight in objective.parameters() if id(weight) not in taken],
            lr=self.learning_rate,
            betas=self.betas,
            weight_decay=self.weight_decay,
            eps=1e-12,
            fused=True,
        )
        return [adam, Muon(inside, lr=self.muon)] if inside else [adam]


def fit(
    task: Task,
    run: Path,
    *,
    budget: Budget,
    optimization: Optimization,
    fabric: Fabric,
    resume: bool = False,
    watch: Watcher = nobody,
) -> Progress:
    """Train until the budget is spent, then let the task finish. Raises Interrupted on SIGINT or SIGTERM.

    `run` is an existing folder. With `resume` it goes on from the folder's checkpoint, or from the beginning
    where there is none yet. A budget that is spent already leaves only the finish, which gives the same
    weights again; a larger one goes on with the schedule of the larger one.
    """
    going_on = resume and (run / PLACE).exists()
    if not going_on:
        task.prepare()
    loop = _Loop(task, run, budget, optimization, fabric, watch)
    if going_on:
        loop.go_on()
    with stop_requests() as stop:
        loop.run(stop)
    task.finish()
    loop.conclude()
    return loop.progress


class _Loop:
    def __init__(
        self,
        task: Task,
        run: Path,
        budget: Budget,
        optimization: Optimization,
        fabric: Fabric,
        watch: Watcher,
    ) -> None:
        self._task, self._run, self._budget, self._optimization = task, run, budget, optimization
        self._fabric, self._watch = fabric, watch
        self._plain = optimization.optimizers(task.objective)
        self._rates = [optimizer.defaults["lr"] for optimizer in self._plain]
        self._objective, *self._optimizers = fabric.setup(task.objective, *self._plain)
        self.progress = Progress(total=budget.total(task.steps_per_epoch), minutes=budget.minutes)
        self._log = MetricsLog(run / LOG)
        self._began = self._saved = self._looked = time.monotonic()
        self._look_seconds = 0.0
        self._loss = math.nan  # of the last step, where this session made one
        self._ticks: list[float] = []  # when steps ended, until minutes have become steps

    def go_on(self) -> None:
        """Take up the state of the run's checkpoint. Raises RunError where that is damaged."""
        task, own = self._task, self._task.generator.initial_seed()
        found = load_checkpoint(self._run, task.objective, self._plain, task.generator)
        try:
            before = Progress(**found)
        except TypeError:
            raise RunError(
                f"{self._run / PLACE} is of another version of spriteloom: train into a new folder"
            ) from None
        same_minutes = self._budget.minutes is not None and self._budget.minutes == before.minutes
        total = before.total if same_minutes else self.progress.total
        self.progress = Progress(
            **{**asdict(before), "total": total, "minutes": self._budget.minutes},
        )
        if not self._fabric.is_global_zero:  # the state is the first process's; the others draw their own
            task.generator.manual_seed(own + before.step)
        self._began = time.monotonic() - before.elapsed

    def run(self, stop: Callable[[], bool]) -> None:
        if self._fabric.is_global_zero:
            self._log.rewind(self.progress.step)
        self._objective.train()
        began_at = self.progress.step
        while self.progress.total is None or self.progress.step < self.progress.total:
            self._turn(stop)
        if self.progress.step > began_at:
            self._save()

    def conclude(self) -> None:
        """The figures of what the task has finished; the log's last line, where a step was made."""
        if not self._fabric.is_global_zero:
            return
        if math.isnan(self._loss):
            self.progress.figures = self._task.figures()
        else:
            self._look(self._loss)
            self._tell(self._loss)

    def _turn(self, stop: Callable[[], bool]) -> None:
        """One step and what is due after it."""
        task, progress = self._task, self.progress
        task.before(progress.step)
        outcome = self._step()
        task.after(progress.step, progress.total, outcome)
        progress.step += 1
        progress.elapsed = time.monotonic() - self._began
        self._plan()
        if self._agreed(self._budget.is_over(progress.elapsed)):
            progress.total = progress.step
        self._report(float(outcome.loss.detach()))
        if self._agreed(stop()):
            self._save()
            raise Interrupted(f"stopped at step {progress.step}: go on with --resume --out {self._run}")

    def _step(self) -> Outcome:
        task, progress = self._task, self.progress
        share = self._optimization.schedule(progress.step, progress.total)
        for optimizer, rate in zip(self._plain, self._rates, strict=True):
            for group in optimizer.param_groups:
                group["lr"] = rate * share
        batch = [self._fabric.to_device(part) for part in task.batch(progress.step)]
        outcome: Outcome = self._objective(*batch)
        for optimizer in self._optimizers:
            optimizer.zero_grad()
        self._fabric.backward(outcome.loss)
        self._limit()
        for optimizer in self._optimizers:
            optimizer.step()
        return outcome

    def _limit(self) -> None:
        """Cut long gradients; stop before a step that would ruin the weights."""
        length = nn.utils.clip_grad_norm_(self._objective.parameters(), self._optimization.longest)
        if not math.isfinite(float(length)):
            raise self._diverged(f"its gradient is {float(length)}")

    def _diverged(self, how: str) -> RunError:
        kept = (
            f"{self._run / PLACE} keeps the last good state"
            if (self._run / PLACE).exists()
            else "nothing kept"
        )
        return RunError(
            f"the training diverged at step {self.progress.step}, {how} ({kept}): train into a new folder "
            "with another seed, or a smaller learning rate"
        )

    def _plan(self) -> None:
        """Once enough steps are timed, make the minutes a number of steps; all processes take the first's."""
        if self.progress.total is not None:
            return
        self._ticks.append(time.monotonic())
        if len(self._ticks) == MEASURED_STEPS:  # the first two are slower than the rest
            each = (self._ticks[-1] - self._ticks[1]) / (MEASURED_STEPS - 2)
            total = self._budget.plan(self.progress.step, self.progress.elapsed, each)
            self.progress.total = int(self._fabric.broadcast(total))

    def _agreed(self, said: bool) -> bool:
        """What any process says, all take as said: they must leave the loop at the same step."""
        if self._fabric.world_size == 1:
            return said
        flag = torch.tensor(float(said), device=self._fabric.device)
        return float(torch.as_tensor(self._fabric.all_reduce(flag, reduce_op="sum"))) > 0

    def _report(self, loss: float) -> None:
        """Figures now and then, a checkpoint every minute; the first process alone looks and writes."""
        now = time.monotonic()
        if not math.isfinite(loss):
            raise self._diverged(f"its loss is {loss}")
        if not self._fabric.is_global_zero:
            return
        self._loss = loss
        if self.progress.step != self.progress.total:  # of the last step `conclude` tells
            if now - self._looked > max(FIGURES_SECONDS, self._look_seconds / FIGURES_SHARE):
                self._look(loss)
            self._tell(loss)
        if now - self._saved > CHECKPOINT_SECONDS:
            self._save()

    def _tell(self, loss: float) -> None:
        place = {key: getattr(self.progress, key) for key in ("step", "total", "elapsed")}
        self._watch(place | {"loss": loss} | self.progress.figures)

    def _look(self, loss: float) -> None:
        began = time.monotonic()
        self.progress.figures = self._task.figures()
        self._looked = time.monotonic()
        self._look_seconds = self._looked - began
        line = {"step": self.progress.step, "seconds": round(self.progress.elapsed, 3)}
        self._log.append({**line, "loss": loss, **self.progress.figures})

    def _save(self) -> None:
        if self._fabric.is_global_zero:
            state = asdict(self.progress)
            save_checkpoint(self._run, self._task.objective, self._plain, self._task.generator, state)
        self._saved = time.monotonic()
