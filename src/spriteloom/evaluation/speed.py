"""Time each path of a codec beside the network's convolutions and a plain copy.

Every path gets the same pictures in one process and returns a new array. The paths take turns in rounds, so that a
machine that slows down slows all of them; the figure is the median round.

Stages: "encode" and "decode". The compiled "encode" of MedRes and LowRes begins with empty tables and runs the
network on every distinct patch; "encode-again" is the same pictures once more. The table of HiRes is filled once, so
its "encode" knows their colors; "encode-first" does not.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spriteloom.codecs.codec import PatchNetwork
from spriteloom.codecs.tables import CompiledCodec
from spriteloom.pixels.arrays import Bytes

Grid = NDArray[Any]  # codes in bytes, as `Codes` has them
Work = Callable[[], object]

SLOW_ROUNDS = 5
FAST_REPEATS = 40  # calls of a fast path in a round, whose figure is their median
ROUND_SECONDS = 0.5  # the most that such a round takes


@dataclass(frozen=True, kw_only=True)
class Timing:
    """`ratio` is to the network's convolutions at the same stage; that of memcpy is 1."""

    path: str
    stage: str
    model: str
    mpx_per_s: float
    ratio: float

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def time_codecs(networks: Mapping[str, PatchNetwork], rgb: Bytes) -> list[Timing]:
    """Timings of each network's paths on pictures (b, h, w, 3).

    Raises AssertionError where two paths disagree.
    """
    timings = []
    for name, network in networks.items():
        timings += _time_paths(name, network, rgb)
    speed = _measure({"memcpy": rgb.copy}, rgb)["memcpy"]
    return [*timings, Timing(path="memcpy", stage="decode", model="", mpx_per_s=speed, ratio=1.0)]


def _time_paths(name: str, network: PatchNetwork, rgb: Bytes) -> list[Timing]:
    codes: Grid = network.encode(rgb).astype(np.uint8)
    empty = _compile(network)
    filled = _compile(network)
    _check(network, filled, rgb, codes)
    first = "encode-first" if network.m == 1 else "encode"
    again = "encode" if network.m == 1 else "encode-again"
    stages = {
        ("network", "encode"): lambda: network.encode(rgb),
        ("network", "decode"): lambda: network.decode(codes),
        ("compiled", first): lambda: _emptied(empty).encode(rgb),
        ("compiled", again): lambda: filled.encode(rgb),
        ("compiled", "decode"): lambda: filled.decode(codes),
        ("nearest", "encode"): lambda: filled.encode_nearest(rgb),
    }
    speeds = _measure(stages, rgb)
    return [
        Timing(
            path=path,
            stage=stage,
            model=name,
            mpx_per_s=speed,
            ratio=speed / speeds["network", stage.partition("-")[0]],
        )
        for (path, stage), speed in speeds.items()
    ]


def _compile(network: PatchNetwork) -> CompiledCodec:
    return CompiledCodec(network.table, network.m, network.encode_patches)


def _emptied(compiled: CompiledCodec) -> CompiledCodec:
    compiled.clear()
    return compiled


def _check(network: PatchNetwork, compiled: CompiledCodec, rgb: Bytes, codes: Grid) -> None:
    """Assert the same codes and bytes on every path, and that the nearest patch is never worse."""
    assert np.array_equal(compiled.encode(rgb), codes)
    assert np.array_equal(compiled.decode(codes), network.decode(codes))
    exact, nearest = (_error(compiled.decode(c), rgb) for c in (codes, compiled.encode_nearest(rgb)))
    assert nearest <= exact


def _error(a: Bytes, b: Bytes) -> int:
    return int(np.square(a.astype(np.int64) - b).sum())


def _measure(paths: Mapping[Any, Work], rgb: Bytes) -> dict[Any, float]:
    """Mpx/s of each path: the median over rounds in which all take turns."""
    rounds: dict[Any, list[float]] = {key: [] for key in paths}
    for work in paths.values():
        work()
    for _ in range(SLOW_ROUNDS):
        for key, work in paths.items():
            rounds[key].append(_seconds(work))
    pixels = rgb.size / 3 / 1e6
    return {key: pixels / statistics.median(times) for key, times in rounds.items()}


def _seconds(work: Work) -> float:
    """Median seconds of a call, repeated where it is short."""
    first = _once(work)
    repeats = min(FAST_REPEATS, int(ROUND_SECONDS / first))
    return statistics.median([first, *(_once(work) for _ in range(repeats))]) if repeats > 2 else first


def _once(work: Work) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
