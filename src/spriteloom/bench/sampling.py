"""How long cached sampling takes beside naive sampling, which gives the same codes. Judges nothing.

The cached sampler draws whole grids; the figure is the median run. The naive sampler would take hours at
64×64: it is timed at some rows, which the cached one has drawn up to there. Its cost in a row is that of a
forward pass over the rows so far, which grows with their number and is the same at every column; between the
rows timed it is a straight line, and the sum over all positions is `naive_s`. Every code that it draws is
compared.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from spriteloom.models.pixelcnn import cached, naive
from spriteloom.models.pixelcnn.choosing import Chooser
from spriteloom.models.pixelcnn.network import GatedPixelCNN, PixelCNNConfig
from spriteloom.models.pixelcnn.presets import pixelcnn_paper
from spriteloom.models.prior import DESCRIBED
from spriteloom.nn.precision import exactly
from spriteloom.priors.draw import Draw

CACHED_RUNS = 3
NAIVE_ROWS = 5  # timed, from the first to the last, at equal distances
NAIVE_COLUMNS = 2  # of each; the quicker counts, which is to naive sampling's advantage
SHARPER = 8.0  # times the random output's weights: a distribution that is neither flat nor one code


@dataclass(frozen=True, kw_only=True)
class SamplingTiming:
    """Seconds for a batch of square grids. `measured_rows` are those at which naive sampling was timed.

    `settled` is the share of codes that float32 could not tell and float64 decided.
    """

    grid: int
    batch: int
    naive_s: float
    cached_s: float
    ratio: float
    identical: bool
    compared: int
    measured_rows: tuple[int, ...]
    settled: float

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def bench_sampling(
    grids: Sequence[int] = (16, 32, 64),
    batch: int = 16,
    *,
    config: PixelCNNConfig | None = None,
    tell: Callable[[str], None] = lambda words: None,  # noqa: ARG005
) -> list[SamplingTiming]:
    """Timings of the paper's PixelCNN, or another, with random weights, on grids of these sides."""
    model = random_model(config or pixelcnn_paper().network(DESCRIBED))
    return [_bench_one(model, side, batch, tell) for side in grids]


def random_model(config: PixelCNNConfig, seed: int = 0) -> GatedPixelCNN:
    """Untrained, the same for the same seed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = GatedPixelCNN(config)
    with torch.no_grad():
        for parameter in model.heads.parameters():
            parameter.mul_(SHARPER)
    return model.eval()


def _bench_one(model: GatedPixelCNN, side: int, batch: int, tell: Callable[[str], None]) -> SamplingTiming:
    draw = Draw(seeds=tuple(range(batch)))
    conditions = torch.zeros(batch, model.conditions)
    if model.conditions:
        conditions[torch.arange(batch), torch.arange(batch) % model.conditions] = 1
    grid = (side, side)
    cached_s, settled, planes = _cached(model, grid, conditions, draw)
    tell(f"{side}×{side}: cached {cached_s:.3g} s; naive at some rows …")
    rows = _rows(side)
    seconds, agreed = _naive(model, planes, conditions, draw, rows)
    naive_s = float(side * np.interp(np.arange(side), rows, seconds).sum())
    tell(f"{side}×{side}: naive {naive_s:.4g} s, {naive_s / cached_s:.4g} times as long")
    return SamplingTiming(
        grid=side,
        batch=batch,
        naive_s=naive_s,
        cached_s=cached_s,
        ratio=naive_s / cached_s,
        identical=all(agreed),
        compared=len(agreed) * batch,
        measured_rows=rows,
        settled=settled,
    )


def _rows(side: int) -> tuple[int, ...]:
    return tuple(sorted({round(r) for r in np.linspace(0, side - 1, NAIVE_ROWS)}))


def _cached(
    model: GatedPixelCNN, grid: tuple[int, int], conditions: Tensor, draw: Draw
) -> tuple[float, float, Tensor]:
    """Median seconds, the share of codes settled in float64, and the grids."""
    seconds = []
    for _ in range(CACHED_RUNS):
        began = time.perf_counter()
        with exactly(model):
            chooser = Chooser(model, grid, conditions, draw)
            planes = cached.fill(model, chooser)
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds), chooser.settled / chooser.drawn, planes


def _naive(
    model: GatedPixelCNN, drawn: Tensor, conditions: Tensor, draw: Draw, rows: Sequence[int]
) -> tuple[list[float], list[bool]]:
    """Seconds for a position of each row, given all before it, and whether each code came out as drawn."""
    seconds: list[float] = []
    agreed: list[bool] = []
    side = drawn.shape[-1]
    with exactly(model):
        chooser = Chooser(model, (side, side), conditions, draw)
        for r in range(max(rows) + 1):
            chooser.next_row()
            if r not in rows:
                continue
            took = []
            for c in np.linspace(0, side - 1, NAIVE_COLUMNS).round().astype(int).tolist():
                planes = drawn.clone()
                planes[:, :, r, c:] = 0
                planes[:, :, r + 1 :] = 0
                began = time.perf_counter()
                naive.fill(model, chooser, planes, r, c)
                took.append(time.perf_counter() - began)
                agreed.append(torch.equal(planes[:, :, r, c], drawn[:, :, r, c]))
            seconds.append(min(took))
    return seconds, agreed
