"""The benchmark times every path, and refuses to time paths that disagree."""

from __future__ import annotations

import json
import time

import numpy as np
import pytest
import torch

from common import pictures
from spriteloom.evaluation import speed
from spriteloom.evaluation.speed import Timing, time_codecs
from spriteloom.models.pixel_vqvae.exact import NetworkCodec
from spriteloom.models.pixel_vqvae.network import PixelVQVAE, hires, medres

WANTED = {
    ("network", "encode"),
    ("network", "decode"),
    ("compiled", "encode"),
    ("compiled", "decode"),
    ("nearest", "encode"),
}


@pytest.fixture(scope="module")
def networks() -> dict[str, NetworkCodec]:
    torch.manual_seed(0)
    return {
        "hires": NetworkCodec(PixelVQVAE(hires(width=8, codes=32))),
        "medres": NetworkCodec(PixelVQVAE(medres(width=16, codes=32))),
    }


@pytest.fixture(scope="module")
def timings(networks: dict[str, NetworkCodec]) -> list[Timing]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(speed, "SLOW_ROUNDS", 1)
        patch.setattr(speed, "ROUND_SECONDS", 0.02)
        return time_codecs(networks, pictures(2))


def test_every_path_of_every_model_and_a_copy_are_timed(timings: list[Timing]):
    for name in ("hires", "medres"):
        assert {(t.path, t.stage) for t in timings if t.model == name} >= WANTED
    (copy,) = [t for t in timings if t.path == "memcpy"]
    assert (copy.stage, copy.ratio) == ("decode", 1.0) and copy.mpx_per_s > 0


def test_ratios_are_over_the_network_at_the_same_stage(timings: list[Timing]):
    speeds = {(t.model, t.path, t.stage): t.mpx_per_s for t in timings}
    for t in timings:
        if t.path != "memcpy":
            stage = t.stage.partition("-")[0]
            assert t.ratio == pytest.approx(t.mpx_per_s / speeds[t.model, "network", stage])


def test_a_row_is_five_figures(timings: list[Timing]):
    rows = json.loads(json.dumps([t.to_json() for t in timings]))
    assert all(row.keys() == {"path", "stage", "model", "mpx_per_s", "ratio"} for row in rows)


def test_a_path_that_disagrees_is_not_timed(networks: dict[str, NetworkCodec], monkeypatch):
    monkeypatch.setattr(
        NetworkCodec,
        "encode",
        lambda self, rgb: np.zeros((len(rgb), rgb.shape[1] // self.m, rgb.shape[2] // self.m), np.int32),
    )
    with pytest.raises(AssertionError):
        time_codecs(networks, pictures(1))


def test_a_short_path_is_repeated_and_a_long_one_is_not():
    calls = []
    speed._seconds(lambda: calls.append(0))
    assert len(calls) == speed.FAST_REPEATS + 1
    calls.clear()
    speed._seconds(lambda: (calls.append(0), time.sleep(0.3)))
    assert len(calls) == 1
