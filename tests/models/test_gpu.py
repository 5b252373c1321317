"""On a CUDA device: every family trains, loads, makes and measures, and gives what the CPU gives.

pytest -m gpu
"""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from answers_kit import answers, close
from run_kit import small_set
from spriteloom.evaluation.evaluate import evaluate
from spriteloom.models.capabilities import Predicts, Reconstructs
from spriteloom.models.load import load
from tiny_families import LEARNED, TINY, tiny_run, train_tiny

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device"),
]


@pytest.mark.parametrize("name", LEARNED)
@pytest.mark.parametrize("compiled", [False, None], ids=["plain", "as it pays"])
def test_a_family_trains_and_is_loaded(name: str, compiled: bool | None, tmp_path: Path):
    run = train_tiny(name, tmp_path / "run", device="cuda", compiled=compiled)
    model = load(run, "cuda")
    assert model.device.type == "cuda" and answers(model)
    assert answers(load(run, "cpu"))


@pytest.mark.parametrize("name", TINY)
def test_a_model_gives_on_the_gpu_what_it_gives_here(name: str):
    here, there = load(tiny_run(name), "cpu"), load(tiny_run(name), "cuda")
    assert close(answers(here), answers(there), levels=2.0)  # sampled in bf16 there
    again = answers(there)
    assert all((again[key] == value).all() for key, value in answers(there).items()), (
        "the same bytes each time"
    )


@pytest.mark.parametrize("name", TINY)
def test_a_model_is_measured_on_the_gpu(name: str):
    here, there = load(tiny_run(name), "cpu"), load(tiny_run(name), "cuda")
    if isinstance(here, Reconstructs | Predicts):
        ours, theirs = (evaluate(model, small_set()).to_json() for model in (here, there))
        for key in ("mse", "bits_per_code"):
            assert key not in ours or theirs[key] == pytest.approx(ours[key], rel=1e-2)
