"""The benchmark of sampling times what gives the same codes, and says what it timed."""

from __future__ import annotations

import json

import pytest
import torch

import sampling as bench
from prior_kit import network
from sampling import SamplingTiming, bench_sampling, random_model
from spriteloom.models.pixelcnn.presets import pixelcnn_paper
from thread_kit import one_thread as one_thread

TINY = network(pixelcnn_paper(), 4, k=16)


@pytest.fixture(scope="module", name="timings")
def _timings() -> list[SamplingTiming]:
    return bench_sampling((1, 2, 12), batch=3, config=TINY)


def test_a_row_for_each_grid_with_its_ratio(timings: list[SamplingTiming]):
    rows = json.loads(json.dumps([t.to_json() for t in timings]))
    assert [row["grid"] for row in rows] == [1, 2, 12]
    for row in rows:
        assert {"grid", "naive_s", "cached_s", "ratio"} <= row.keys()
        assert row["ratio"] == pytest.approx(row["naive_s"] / row["cached_s"])


def test_what_was_timed_is_said_and_gave_the_same_codes(timings: list[SamplingTiming]):
    one, two, twelve = timings
    assert one.measured_rows == (0,) and two.measured_rows == (0, 1)
    assert twelve.measured_rows == (0, 3, 6, 8, 11)
    assert all(t.identical for t in timings)
    assert twelve.compared == 5 * bench.NAIVE_COLUMNS * 3


def test_naive_seconds_are_those_of_all_positions(monkeypatch: pytest.MonkeyPatch):
    """A row r that costs 1 + r a position: 12 · (1 + … + 12) for a grid of 12."""
    monkeypatch.setattr(bench, "_naive", lambda *words: ([1.0 + r for r in words[-1]], [True]))
    (timing,) = bench_sampling((12,), batch=1, config=TINY)
    assert timing.naive_s == pytest.approx(12 * 78)


def test_codes_that_differ_are_told(monkeypatch: pytest.MonkeyPatch):
    cached = bench._cached

    def wrong(*words: object) -> tuple[float, float, torch.Tensor]:
        seconds, settled, planes = cached(*words)  # type: ignore[arg-type]
        return seconds, settled, (planes + 1) % 16

    monkeypatch.setattr(bench, "_cached", wrong)
    (timing,) = bench_sampling((4,), batch=2, config=TINY)
    assert not timing.identical


def test_the_random_model_is_the_same_each_time_and_not_flat():
    one, two = random_model(TINY), random_model(TINY)
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), two.parameters(), strict=True))
    chances = one(torch.zeros(1, 4, 4, dtype=torch.int64), torch.zeros(1, 4)).softmax(1)
    entropy = -(chances * chances.log2()).sum(1).mean()
    assert 0.5 < entropy < 3.99
