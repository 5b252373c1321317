"""`fit`, the training loop of every model: devices, precision, budget, log, checkpoints, interruption.

metrics.jsonl grows by a line at a time. checkpoint/state.safetensors is replaced whole every minute, when the
program is stopped, and after the last step. On one device, a resumed run ends with the same weights, bit for
bit, as an uninterrupted one.
"""

from __future__ import annotations

import math
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from spriteloom.errors import DeviceError, RunError
from spriteloom.nn.devices import send
from spriteloom.progress import report
from spriteloom.training.budget import MEASURED_STEPS, Budget
from spriteloom.training.checkpoint import CHECKPOINT, load_checkpoint, save_checkpoint
from spriteloom.training.optimizers import OptimizerConfig
from spriteloom.training.runs import LOG, MetricsLog
from spriteloom.training.task import Outcome, Task

if TYPE_CHECKING:
    from lightning_fabric import Fabric

CHECKPOINT_SECONDS = 60.0
METRICS_SECONDS = 2.0  # between two evaluations on held-out data, at least
METRICS_SHARE = 0.05  # of the time that evaluations may take

Callback = Callable[[dict[str, Any]], None]  # receives the metrics of a step now and then


class Interrupted(RunError):  # noqa: N818
    """Training was stopped by a signal; its state is saved."""


def no_callback(metrics: dict[str, Any]) -> None:
    """The default callback: does nothing."""


@dataclass(kw_only=True)
class Progress:
    """How far a training is; saved in the checkpoint."""

    step: int = 0
    total: int | None = None
    minutes: float | None = None  # the budget that `total` was planned for
    elapsed: float = 0.0  # seconds, over all sessions
    epochs: float = 0.0  # passes over the data
    metrics: dict[str, float] = field(default_factory=dict)


def fit(
    task: Task[Any],
    run: Path,
    *,
    budget: Budget,
    optimizer: OptimizerConfig,
    fabric: Fabric,
    resume: bool = False,
    compiled: bool = False,
    callback: Callback = no_callback,
) -> Progress:
    """Train until the budget is spent, then call `task.finish`.

    `run` is an existing folder. With `resume`, training continues from the folder's checkpoint, or starts from
    the beginning if there is none. If the budget is already spent, only `finish` runs and gives the same
    weights again; a larger budget continues with the larger budget's schedule. `compiled` runs the objective
    through torch.compile.

    Raises Interrupted on SIGINT or SIGTERM, RunError if the training diverges, DeviceError if a batch does not
    fit into the device's memory.
    """
    has_checkpoint = resume and (run / CHECKPOINT).exists()
    if not has_checkpoint:
        task.prepare()
    if compiled:
        task.objective.compile(dynamic=False, mode="reduce-overhead")  # with CUDA graphs, where there is CUDA
    loop = _Loop(task, run, budget, optimizer, fabric, callback)
    if has_checkpoint:
        loop.resume()
    with stop_requests() as is_stopped:
        loop.run(is_stopped)
    task.finish()
    loop.conclude()
    return loop.progress


class _Loop:
    def __init__(
        self,
        task: Task[Any],
        run: Path,
        budget: Budget,
        optimizer: OptimizerConfig,
        fabric: Fabric,
        callback: Callback,
    ) -> None:
        self._task, self._run, self._budget, self._config = task, run, budget, optimizer
        self._fabric, self._callback = fabric, callback
        self._unwrapped = optimizer.build(task.objective, task.matrices())
        self._rates = [each.defaults["lr"] for each in self._unwrapped]
        self._objective, *self._optimizers = fabric.setup(task.objective, *self._unwrapped)
        self.progress = Progress(total=budget.total(task.steps_per_epoch), minutes=budget.minutes)
        self._log = MetricsLog(run / LOG)
        self._start_time = self._save_time = self._metrics_time = time.monotonic()
        self._metrics_seconds = 0.0  # that the last evaluation took
        self._loss = math.nan  # of this session's last step
        self._steps, self._timed_from = (
            0,
            (0, 0.0),
        )  # steps of this session; steps and seconds at the last plan
        self._next_plan = None if self.progress.total else MEASURED_STEPS  # the step to plan minutes at

    def resume(self) -> None:
        """Load the run's checkpoint. Raises RunError if it is damaged."""
        task = self._task
        state = load_checkpoint(self._run, task.objective, self._unwrapped, task.generator)
        try:
            before = Progress(**state)
        except TypeError:
            raise RunError(
                f"{self._run / CHECKPOINT} is of another version of spriteloom: train into a new folder"
            ) from None
        same_minutes = self._budget.minutes is not None and self._budget.minutes == before.minutes
        total = before.total if same_minutes else self.progress.total
        self.progress = Progress(**asdict(before) | {"total": total, "minutes": self._budget.minutes})
        self._start_time = time.monotonic() - before.elapsed
        self._next_plan = None if total else MEASURED_STEPS

    def run(self, is_stopped: Callable[[], bool]) -> None:
        if self._fabric.is_global_zero:
            self._log.rewind(self.progress.step)
        self._objective.train()
        first = self.progress.step
        while self.progress.total is None or self.progress.step < self.progress.total:
            self._train_step(is_stopped)
        if self.progress.step > first:
            self._save()

    def conclude(self) -> None:
        """Compute the final metrics; log them if this session trained a step."""
        if not self._fabric.is_global_zero:
            return
        if math.isnan(self._loss):
            self.progress.metrics = self._task.metrics()
        else:
            self._evaluate(self._loss)
            self._call_back(self._loss)

    def _train_step(self, is_stopped: Callable[[], bool]) -> None:
        task, progress = self._task, self.progress
        task.before(progress.step)
        outcome = self._optimize()
        task.after(progress.step, progress.total, outcome)
        progress.step += 1
        progress.epochs = progress.step / task.steps_per_epoch
        progress.elapsed = time.monotonic() - self._start_time
        self._plan_total()
        if self._any_process(task.is_done or self._budget.is_over(progress.elapsed)):
            progress.total = progress.step
        self._report(float(outcome.loss.detach()))
        if self._any_process(is_stopped()):
            self._save()
            raise Interrupted(f"stopped at step {progress.step}: continue with --resume --out {self._run}")

    def _optimize(self) -> Outcome:
        task, progress = self._task, self.progress
        share = self._config.share(progress.step, progress.total)
        for optimizer, rate in zip(self._unwrapped, self._rates, strict=True):
            for group in optimizer.param_groups:
                group["lr"] = rate * share
        batch = [send(part, self._fabric.device) for part in task.batch(progress.step)]
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
        """Clip the gradient. Raises RunError before a step that would ruin the weights."""
        limit = math.inf if self._config.max_grad_norm is None else self._config.max_grad_norm
        norm = float(nn.utils.clip_grad_norm_(self._objective.parameters(), limit))
        if not math.isfinite(norm):
            raise self._diverged(f"its gradient is {norm}")

    def _diverged(self, reason: str) -> RunError:
        path = self._run / CHECKPOINT
        saved = f"{path} keeps the last good state" if path.exists() else "no state is saved"
        return RunError(
            f"the training diverged at step {self.progress.step}, {reason} ({saved}): train into a new folder "
            "with another seed, or a smaller learning rate"
        )

    def _plan_total(self) -> None:
        """Turn minutes into steps once enough steps are timed, and again with every quarter more of them.

        A step takes as long as those since the last plan, checkpoints and evaluations included; the first two are
        slower and do not count. A resumed training keeps the plan of its checkpoint. All processes take the first
        one's number.
        """
        if self._next_plan is None:
            return
        self._steps += 1
        is_due = self._steps == self._next_plan
        if is_due:
            steps, start = self._timed_from
            seconds = (self.progress.elapsed - start) / (self._steps - steps)
            total = self._budget.plan(self.progress.step, self.progress.elapsed, seconds)
            self.progress.total = int(self._fabric.broadcast(total))
            self._next_plan += self._next_plan // 4
        if is_due or self._steps == 2:
            self._timed_from = self._steps, self.progress.elapsed

    def _any_process(self, flag: bool) -> bool:
        """Whether the flag is set in any process, since all must leave the loop at the same step."""
        if self._fabric.world_size == 1:
            return flag
        tensor = torch.tensor(float(flag), device=self._fabric.device)
        return float(torch.as_tensor(self._fabric.all_reduce(tensor, reduce_op="sum"))) > 0

    def _report(self, loss: float) -> None:
        """Metrics now and then, a checkpoint every minute; only the first process evaluates and writes."""
        now = time.monotonic()
        if not math.isfinite(loss):
            raise self._diverged(f"its loss is {loss}")
        if not self._fabric.is_global_zero:
            return
        self._loss = loss
        if self.progress.step != self.progress.total:  # `conclude` reports the last step
            if now - self._metrics_time > max(METRICS_SECONDS, self._metrics_seconds / METRICS_SHARE):
                self._evaluate(loss)
            self._call_back(loss)
        if now - self._save_time > CHECKPOINT_SECONDS:
            self._save()

    def _call_back(self, loss: float) -> None:
        progress = {key: getattr(self.progress, key) for key in ("step", "total", "elapsed")}
        self._callback(progress | {"loss": loss} | self.progress.metrics)
        report(f"training {self._run.name}", self.progress.step, self.progress.total or 0)

    def _evaluate(self, loss: float) -> None:
        start = time.monotonic()
        self.progress.metrics = self._task.metrics()
        self._metrics_time = time.monotonic()
        self._metrics_seconds = self._metrics_time - start
        line = {"step": self.progress.step, "seconds": round(self.progress.elapsed, 3)}
        self._log.append({**line, "loss": loss, **self.progress.metrics})

    def _save(self) -> None:
        if self._fabric.is_global_zero:
            state = asdict(self.progress)
            save_checkpoint(self._run, self._task.objective, self._unwrapped, self._task.generator, state)
        self._save_time = time.monotonic()


@contextmanager
def stop_requests() -> Iterator[Callable[[], bool]]:
    """Catch SIGINT and SIGTERM; yields a function that says whether one came. Main thread only."""
    signals: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        signals.append(number)

    try:
        handlers = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    except ValueError:  # in another thread, where the signals keep their usual effect
        handlers = {}
    try:
        yield lambda: bool(signals)
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


@contextmanager
def out_of_memory(objective: nn.Module, batch: Sequence[Tensor], size: int) -> Iterator[None]:
    """Raises DeviceError with a smaller batch that was tried and fits, in place of an out-of-memory error."""
    try:
        yield
        return
    except torch.cuda.OutOfMemoryError:
        failed = True  # its traceback holds the tensors that fill the memory: leave this block first
    if failed:
        raise DeviceError(_advice(objective, batch, size)) from None


def _advice(objective: nn.Module, batch: Sequence[Tensor], size: int) -> str:
    problem = f"a batch of {size} does not fit into the memory of {batch[0].device}"
    while size > 1:
        size //= 2
        if _fits(objective, batch, size):
            return f"{problem}, {size} does: train into a new folder with --set batch={size}"
    return f"{problem}, nor does one of 1: train on a device with more memory, or with --device cpu"


def _fits(objective: nn.Module, batch: Sequence[Tensor], size: int) -> bool:
    """Whether a step on so many rows fits into memory."""
    torch.cuda.empty_cache()
    try:
        objective.zero_grad()
        objective(*(part[:size] for part in batch)).loss.backward()
    except torch.cuda.OutOfMemoryError:
        return False
    finally:
        objective.zero_grad()
    return True
