"""Measure what Muon costs a training step of `diffusion`: steps a second, and loss against time.

    python benchmarks/optimizer.py --data SET.parquet [--batch 16] [--seconds 120] [--json]

Ways to compute it: `adam` uses no Muon; `blocks` is what `Muon` does on a processor; `gram` does the same to whole
matrices; `matrix-float32` and `matrix-bfloat16` iterate as Muon is defined. Each way trains for the same seconds from
the same weights.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import torch
from torch import Tensor

from common import options, positive, run, show
from spriteloom.data.conditions import condition_space
from spriteloom.data.store import SpriteSet
from spriteloom.models.diffusion.presets import CONDITIONS, Config, Shape, diffusion
from spriteloom.models.diffusion.rows import rows_of
from spriteloom.models.diffusion.training import DiffusionTask
from spriteloom.nn import muon
from spriteloom.training.cache import DatasetCache
from spriteloom.training.task import TaskSettings

WAYS: dict[str, Callable[[Tensor], Tensor] | None] = {
    "adam": None,
    "blocks": muon.by_blocks,
    "gram": muon.by_gram,
    "matrix-float32": muon.by_matrix,
    "matrix-bfloat16": lambda x: muon.by_matrix(x.bfloat16()),
}
EVALUATIONS = 4  # of the loss on held-out grids, evenly over the time


@dataclass(frozen=True, kw_only=True)
class Row:
    """One way. Milliseconds are the median of a step; `curve` is [seconds, steps, loss on held-out grids]."""

    way: str
    size: int
    batch: int
    steps: int
    steps_per_s: float
    forward_ms: float
    backward_ms: float
    optimizer_ms: float
    loader_ms: float
    curve: list[tuple[float, int, float]]


def main(words: Sequence[str] | None = None) -> None:
    parser = options(__doc__)
    parser.add_argument("--data", required=True, help="a prepared set")
    parser.add_argument("--batch", type=positive, default=16, help="pictures in a batch (default 16)")
    parser.add_argument(
        "--seconds", type=float, default=120.0, help="training time of each way (default 120)"
    )
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS), help="default all")
    parser.add_argument("--threads", type=positive, default=torch.get_num_threads(), help="default all cores")
    given = parser.parse_args(words)
    torch.set_num_threads(given.threads)
    config = replace(diffusion(), batch=given.batch)
    cache = DatasetCache(SpriteSet.open(given.data))
    rows = [asdict(measure(way, config, cache, given.seconds)) for way in given.ways]
    show("Muon on diffusion", rows, as_json=given.json)


def measure(way: str, config: Config, cache: DatasetCache, seconds: float) -> Row:
    """Train for so many seconds and time each part of the steps."""
    conditions = condition_space(cache.data, usual=CONDITIONS)
    space = config.space.space(cache.data.preprocessing.size)  # type: ignore[union-attr]
    shape = Shape(size=space.size, latent=space.shape, labels=conditions.size, words=0)
    rows, held_out = (
        rows_of(config, cache, split, space, conditions, torch.device("cpu"))
        for split in ("train", cache.held_out)
    )
    task = DiffusionTask(config, shape, rows, held_out, TaskSettings(seed=0))
    optimizer = config.optimizer if WAYS[way] else replace(config.optimizer, muon_learning_rate=None)
    muon.by_blocks = WAYS[way] or muon.by_blocks  # type: ignore[assignment]
    optimizers = optimizer.build(task.objective, task.matrices())
    times: dict[str, list[float]] = {"loader": [], "forward": [], "backward": [], "optimizer": []}
    curve, step, spent, due = [], 0, 0.0, seconds / EVALUATIONS
    task.objective.train()
    while spent < seconds:
        began = time.perf_counter()
        outcome = timed_step(task, optimizers, step, times)
        task.after(step, None, outcome)
        step, spent = step + 1, spent + time.perf_counter() - began
        if spent >= due or spent >= seconds:
            curve.append((round(spent, 1), step, task.metrics()["validation_loss"]))
            due += seconds / EVALUATIONS
    medians = {name: 1e3 * float(torch.tensor(seconds).median()) for name, seconds in times.items()}
    return Row(
        way=way,
        size=space.size,
        batch=task.order.size,
        steps=step,
        steps_per_s=1e3 / sum(medians.values()),
        **{f"{name}_ms": value for name, value in medians.items()},
        curve=curve,
    )


def timed_step(
    task: DiffusionTask, optimizers: list[torch.optim.Optimizer], step: int, times: dict[str, list[float]]
) -> Any:
    """Take one step and add the seconds of each part to `times`."""
    marks = [time.perf_counter()]
    task.before(step)
    batch = task.batch(step)
    marks.append(time.perf_counter())
    outcome = task.objective(*batch)
    marks.append(time.perf_counter())
    for optimizer in optimizers:
        optimizer.zero_grad()
    outcome.loss.backward()
    marks.append(time.perf_counter())
    torch.nn.utils.clip_grad_norm_(task.objective.parameters(), 1.0)
    for optimizer in optimizers:
        optimizer.step()
    marks.append(time.perf_counter())
    for name, start, end in zip(times, marks, marks[1:], strict=False):
        times[name].append(end - start)
    return outcome


if __name__ == "__main__":
    run(main)
