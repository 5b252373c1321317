"""What Muon costs a training step of `diffusion`: steps a second and loss against time, by how it is computed.

    python benchmarks/optimizer.py --data SET.parquet [--batch 16] [--seconds 120] --json

Ways: `adam` has no Muon at all; `blocks` is what `Muon` does on a processor; `gram` does the same to whole
matrices; `matrix-float32` and `matrix-bfloat16` iterate as Muon is defined, the latter as spriteloom did
before. Ways take turns on one
machine; each trains for so many seconds from the same weights.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

import torch
from torch import Tensor

from spriteloom.data.conditions import condition_space
from spriteloom.data.store import SpriteSet
from spriteloom.models.diffusion.presets import CONDITIONS, Config, Shape, diffusion
from spriteloom.models.diffusion.rows import rows_of
from spriteloom.models.diffusion.training import DiffusionTask
from spriteloom.nn import muon
from spriteloom.training.cache import DatasetCache

WAYS: dict[str, Callable[[Tensor], Tensor] | None] = {
    "adam": None,
    "blocks": muon.by_blocks,
    "gram": muon.by_gram,
    "matrix-float32": muon.by_matrix,
    "matrix-bfloat16": lambda x: muon.by_matrix(x.bfloat16()),
}
LOOKS = 4  # at held-out grids, evenly over the time


@dataclass(frozen=True, kw_only=True)
class Row:
    """One way. Milliseconds are of a step, median; `curve` is [seconds, steps, loss on held-out grids]."""

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


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", required=True, help="a prepared set")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=120.0, help="that each way trains for")
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--json", action="store_true", help="print one JSON value")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    config = replace(diffusion(), batch=given.batch)
    cache = DatasetCache(SpriteSet.open(given.data))
    rows = [measured(way, config, cache, given.seconds) for way in given.ways]
    if given.json:
        print(json.dumps([asdict(row) for row in rows], indent=2))
        return
    for row in rows:
        print(
            f"{row.way:>16} {row.steps_per_s:7.2f} steps/s  optimizer {row.optimizer_ms:6.0f} ms  {row.curve[-1]}"
        )


def measured(way: str, config: Config, cache: DatasetCache, seconds: float) -> Row:
    """A training of so many seconds, its steps timed part by part."""
    conditions = condition_space(cache.data, usual=CONDITIONS)
    space = config.space.space(cache.data.preprocessing.size)  # type: ignore[union-attr]
    shape = Shape(size=space.size, latent=space.shape, labels=conditions.size, words=0)
    splits = (rows_of(config, cache, split, space, conditions) for split in ("train", cache.held_out))
    task = DiffusionTask(config, shape, *splits, seed=0)
    optimizer = config.optimizer if WAYS[way] else replace(config.optimizer, muon_learning_rate=None)
    muon.by_blocks = WAYS[way] or muon.by_blocks
    optimizers = optimizer.build(task.objective, task.matrices())
    times: dict[str, list[float]] = {"loader": [], "forward": [], "backward": [], "optimizer": []}
    curve, step, spent, due = [], 0, 0.0, seconds / LOOKS
    task.objective.train()
    while spent < seconds:
        began = time.perf_counter()
        outcome = timed(task, optimizers, step, times)
        task.after(step, None, outcome)
        step, spent = step + 1, spent + time.perf_counter() - began
        if spent >= due or spent >= seconds:
            curve.append((round(spent, 1), step, task.metrics()["validation_loss"]))
            due += seconds / LOOKS
    middle = {name: 1e3 * float(torch.tensor(each).median()) for name, each in times.items()}
    return Row(
        way=way,
        size=space.size,
        batch=task.order.size,
        steps=step,
        steps_per_s=1e3 / sum(middle.values()),
        **{f"{name}_ms": value for name, value in middle.items()},
        curve=curve,
    )


def timed(
    task: DiffusionTask, optimizers: list[torch.optim.Optimizer], step: int, times: dict[str, list[float]]
) -> Any:
    """One step; how long each part took goes into `times`."""
    marks = [time.perf_counter()]
    task.before(step)
    batch = task.batch(step)
    marks.append(time.perf_counter())
    outcome = task.objective(*batch)
    marks.append(time.perf_counter())
    for each in optimizers:
        each.zero_grad()
    outcome.loss.backward()
    marks.append(time.perf_counter())
    torch.nn.utils.clip_grad_norm_(task.objective.parameters(), 1.0)
    for each in optimizers:
        each.step()
    marks.append(time.perf_counter())
    for name, start, end in zip(times, marks, marks[1:], strict=False):
        times[name].append(end - start)
    return outcome


if __name__ == "__main__":
    main()
