"""One `fit` for every model: devices, precision, budget, log, checkpoints, interruption.

A run is a folder: metrics.jsonl grows a line at a time, checkpoint/state.safetensors is replaced whole every
minute, when the program is asked to stop, and after the last step. A resumed run continues to the weights
that an uninterrupted one ends with: bit for bit on one device.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from spriteloom.errors import RunError
from spriteloom.training.budget import MEASURED_STEPS, Budget
from spriteloom.training.checkpoint import PLACE, load_checkpoint, save_checkpoint
from spriteloom.training.log import MetricsLog
from spriteloom.training.memory import out_of_memory
from spriteloom.training.optimizers import OptimizerConfig
from spriteloom.training.runs import LOG
from spriteloom.training.stopping import stop_requests
from spriteloom.training.task import Outcome, Task

if TYPE_CHECKING:
    from lightning_fabric import Fabric

CHECKPOINT_SECONDS = 60.0
METRICS_SECONDS = 2.0  # between looks at held-out data, at least
METRICS_SHARE = 0.05  # of the time goes into those looks, at most

Callback = Callable[[dict[str, Any]], None]  # hears the metrics of a step now and then


class Interrupted(RunError):  # noqa: N818
    """Training was asked to stop; its state is kept."""


def no_callback(metrics: dict[str, Any]) -> None:
    """Where nobody listens."""


@dataclass(kw_only=True)
class Progress:
    """How far a training is; goes into the checkpoint."""

    step: int = 0
    total: int | None = None
    minutes: float | None = None  # that `total` was planned for
    elapsed: float = 0.0  # seconds, over all sessions
    epochs: float = 0.0  # passes over the data
    metrics: dict[str, float] = field(default_factory=dict)


def fit(
    task: Task,
    run: Path,
    *,
    budget: Budget,
    optimizer: OptimizerConfig,
    fabric: Fabric,
    resume: bool = False,
    compiled: bool = False,
    callback: Callback = no_callback,
) -> Progress:
    """Train until the budget is spent, then let the task finish.

    `run` is an existing folder. With `resume` training continues from the folder's checkpoint, or from the
    beginning where there is none yet. A budget that is spent already leaves only the finish, which gives the
    same weights again; a larger one continues with the schedule of the larger one. `compiled` runs the
    objective through torch.compile.

    Raises Interrupted on SIGINT or SIGTERM, RunError where the training diverges, DeviceError where a batch
    does not fit into the device's memory.
    """
    resumes = resume and (run / PLACE).exists()
    if not resumes:
        task.prepare()
    if compiled:
        task.objective.compile(dynamic=False)
    loop = _Loop(task, run, budget, optimizer, fabric, callback)
    if resumes:
        loop.resume()
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
        optimizer: OptimizerConfig,
        fabric: Fabric,
        callback: Callback,
    ) -> None:
        self._task, self._run, self._budget, self._config = task, run, budget, optimizer
        self._fabric, self._callback = fabric, callback
        self._plain = optimizer.build(task.objective, task.matrices())
        self._rates = [each.defaults["lr"] for each in self._plain]
        self._objective, *self._optimizers = fabric.setup(task.objective, *self._plain)
        self.progress = Progress(total=budget.total(task.steps_per_epoch), minutes=budget.minutes)
        self._log = MetricsLog(run / LOG)
        self._began = self._saved = self._looked = time.monotonic()
        self._look_seconds = 0.0
        self._loss = math.nan  # of the last step, where this session made one
        self._ticks: list[float] = []  # when steps ended, until minutes have become steps

    def resume(self) -> None:
        """Take up the state of the run's checkpoint. Raises RunError where that is damaged."""
        task = self._task
        state = load_checkpoint(self._run, task.objective, self._plain, task.generator)
        try:
            before = Progress(**state)
        except TypeError:
            raise RunError(
                f"{self._run / PLACE} is of another version of spriteloom: train into a new folder"
            ) from None
        same_minutes = self._budget.minutes is not None and self._budget.minutes == before.minutes
        total = before.total if same_minutes else self.progress.total
        self.progress = Progress(
            **{**asdict(before), "total": total, "minutes": self._budget.minutes},
        )
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
        """The metrics of what the task has finished; the log's last line, where a step was made."""
        if not self._fabric.is_global_zero:
            return
        if math.isnan(self._loss):
            self.progress.metrics = self._task.metrics()
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
        progress.epochs = progress.step / task.steps_per_epoch
        progress.elapsed = time.monotonic() - self._began
        self._plan()
        if self._agreed(self._budget.is_over(progress.elapsed)):
            progress.total = progress.step
        self._report(float(outcome.loss.detach()))
        if self._agreed(stop()):
            self._save()
            raise Interrupted(f"stopped at step {progress.step}: continue with --resume --out {self._run}")

    def _step(self) -> Outcome:
        task, progress = self._task, self.progress
        share = self._config.share(progress.step, progress.total)
        for optimizer, rate in zip(self._plain, self._rates, strict=True):
            for group in optimizer.param_groups:
                group["lr"] = rate * share
        batch = [self._fabric.to_device(part) for part in task.batch(progress.step)]
        with out_of_memory(task.objective, batch, task.order.size):
            outcome: Outcome = self._objective(*batch)
            for optimizer in self._optimizers:
                optimizer.zero_grad()
            self._fabric.backward(outcome.loss)
            self._clip()
            for optimizer in self._optimizers:
                optimizer.step()
        return outcome

    def _clip(self) -> None:
        """Cut long gradients; stop before a step that would ruin the weights."""
        most = math.inf if self._config.max_grad_norm is None else self._config.max_grad_norm
        length = float(nn.utils.clip_grad_norm_(self._objective.parameters(), most))
        if not math.isfinite(length):
            raise self._diverged(f"its gradient is {length}")

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
        """Metrics now and then, a checkpoint every minute; the first process alone looks and writes."""
        now = time.monotonic()
        if not math.isfinite(loss):
            raise self._diverged(f"its loss is {loss}")
        if not self._fabric.is_global_zero:
            return
        self._loss = loss
        if self.progress.step != self.progress.total:  # of the last step `conclude` tells
            if now - self._looked > max(METRICS_SECONDS, self._look_seconds / METRICS_SHARE):
                self._look(loss)
            self._tell(loss)
        if now - self._saved > CHECKPOINT_SECONDS:
            self._save()

    def _tell(self, loss: float) -> None:
        place = {key: getattr(self.progress, key) for key in ("step", "total", "elapsed")}
        self._callback(place | {"loss": loss} | self.progress.metrics)

    def _look(self, loss: float) -> None:
        began = time.monotonic()
        self.progress.metrics = self._task.metrics()
        self._looked = time.monotonic()
        self._look_seconds = self._looked - began
        line = {"step": self.progress.step, "seconds": round(self.progress.elapsed, 3)}
        self._log.append({**line, "loss": loss, **self.progress.metrics})

    def _save(self) -> None:
        if self._fabric.is_global_zero:
            state = asdict(self.progress)
            save_checkpoint(self._run, self._task.objective, self._plain, self._task.generator, state)
        self._saved = time.monotonic()
