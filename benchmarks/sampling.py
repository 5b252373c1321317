"""Time cached sampling of the paper's PixelCNN beside naive sampling, which gives the same codes.

    python benchmarks/sampling.py [--grids 16 32 64] [--batch 16] [--json]

The cached sampler draws whole grids; its figure is the median run. The naive sampler would take hours at 64×64, so
it is timed at some rows, on grids that the cached one drew. Its cost at a position is a forward pass over the rows so
far: it grows with their number and is the same at every column. Between the timed rows it is interpolated, and
`naive_s` is the sum over all positions. Every code that it draws is compared.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from common import options, positive, run, show
from spriteloom.cli.printing import say
from spriteloom.models.pixelcnn import cached, naive
from spriteloom.models.pixelcnn.choosing import Chooser
from spriteloom.models.pixelcnn.network import GatedPixelCNN, PixelCNNConfig
from spriteloom.models.pixelcnn.presets import pixelcnn_paper
from spriteloom.models.prior import DESCRIBED
from spriteloom.nn.devices import exact_inference
from spriteloom.priors.draw import Draw

CACHED_RUNS = 3
NAIVE_ROWS = 5  # that are timed, from the first to the last, at equal distances
NAIVE_COLUMNS = 2  # that are timed in each row; the quicker counts, which favours naive sampling
SHARPER = 8.0  # factor on the random output's weights: a distribution that is neither flat nor one code


def main(words: Sequence[str] | None = None) -> None:
    parser = options(__doc__)
    parser.add_argument(
        "--grids",
        type=positive,
        nargs="+",
        default=[16, 32, 64],
        help="sides of the grids (default 16 32 64)",
    )
    parser.add_argument(
        "--batch", type=positive, default=16, help="grids that are drawn at once (default 16)"
    )
    given = parser.parse_args(words)
    rows = [timing.to_json() for timing in bench_sampling(given.grids, given.batch)]
    show(f"{given.batch} grids at once", rows, as_json=given.json)


@dataclass(frozen=True, kw_only=True)
class SamplingTiming:
    """Seconds for a batch of square grids. `measured_rows` are the rows at which naive sampling was timed.

    `compared` counts the codes that both drew, `settled` is the share of codes that float64 had to decide.
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
) -> list[SamplingTiming]:
    """Timings of the paper's PixelCNN, or another, with random weights, on grids of these sides."""
    model = random_model(config or pixelcnn_paper().network(DESCRIBED))
    return [_time_grid(model, side, batch) for side in grids]


def random_model(config: PixelCNNConfig, seed: int = 0) -> GatedPixelCNN:
    """A network with random weights, the same for the same seed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = GatedPixelCNN(config)
    with torch.no_grad():
        for parameter in model.heads.parameters():
            parameter.mul_(SHARPER)
    return model.eval()


def _time_grid(model: GatedPixelCNN, side: int, batch: int) -> SamplingTiming:
    draw = Draw(seeds=tuple(range(batch)))
    conditions = torch.zeros(batch, model.conditions)
    if model.conditions:
        conditions[torch.arange(batch), torch.arange(batch) % model.conditions] = 1
    grid = (side, side)
    cached_s, settled, planes = _cached(model, grid, conditions, draw)
    say(f"{side}×{side}: cached {cached_s:.3g} s; naive at some rows …")
    rows = _rows(side)
    seconds, agreed = _naive(model, planes, conditions, draw, rows)
    naive_s = float(side * np.interp(np.arange(side), rows, seconds).sum())
    say(f"{side}×{side}: naive {naive_s:.4g} s, {naive_s / cached_s:.4g} times as long")
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
        with exact_inference(model):
            chooser = Chooser(model, grid, conditions, draw)
            planes = cached.fill(model, chooser)
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds), chooser.settled / chooser.drawn, planes


def _naive(
    model: GatedPixelCNN, drawn: Tensor, conditions: Tensor, draw: Draw, rows: Sequence[int]
) -> tuple[list[float], list[bool]]:
    """Seconds for a position of each row, and for each code whether it equals the drawn one."""
    seconds: list[float] = []
    agreed: list[bool] = []
    side = drawn.shape[-1]
    with exact_inference(model):
        chooser = Chooser(model, (side, side), conditions, draw)
        for r in range(max(rows) + 1):
            chooser.next_row()
            if r not in rows:
                continue
            times = []
            for c in np.linspace(0, side - 1, NAIVE_COLUMNS).round().astype(int).tolist():
                planes = drawn.clone()
                planes[:, :, r, c:] = 0
                planes[:, :, r + 1 :] = 0
                began = time.perf_counter()
                naive.fill(model, chooser, planes, r, c)
                times.append(time.perf_counter() - began)
                agreed.append(torch.equal(planes[:, :, r, c], drawn[:, :, r, c]))
            seconds.append(min(times))
    return seconds, agreed


if __name__ == "__main__":
    run(main)
