"""A tokenizer learns, goes on where it stopped, is opened again; what does not fit is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from run_kit import same, small_set, stops_at, weights
from spriteloom.errors import DataError, RunError
from spriteloom.evaluation.evaluate import PictureEvaluation, evaluate
from spriteloom.models.capabilities import HasCodec, need
from spriteloom.models.load import load
from spriteloom.models.palette_vq.family import Config, tokenizer
from spriteloom.models.palette_vq.network import PaletteVQConfig
from spriteloom.models.train import train
from spriteloom.training.budget import Budget
from spriteloom.training.fit import Interrupted

SMALL = PaletteVQConfig(m=4, codes=32, dim=8, widths=(16, 16), blocks=1, keys=8)


def small() -> Config:
    base = tokenizer("lowres")
    fast = replace(base.optimizer, learning_rate=8e-3)
    return replace(base, network=SMALL, optimizer=fast, batch=4)


def test_a_tokenizer_learns_and_is_opened_again(tmp_path: Path):
    short = train(small(), small_set(), tmp_path / "short", budget=Budget(steps=3))
    long = train(small(), small_set(), tmp_path / "long", budget=Budget(steps=90))
    assert long.metrics["validation_mse"] < 0.95 * short.metrics["validation_mse"] < 0.1
    assert long.metrics["validation_alpha_errors"] < 0.95 * short.metrics["validation_alpha_errors"]
    generator = load(tmp_path / "long")
    sprites = list(small_set().sprites("train"))[:3]
    for before, after in zip(sprites, generator.decode(generator.encode(sprites)), strict=True):
        assert after.pixels.shape == before.pixels.shape
        assert set(np.unique(after.pixels[..., 3])) <= {0, 255}
    found = evaluate(generator, small_set())
    assert isinstance(found, PictureEvaluation) and 0 < found.scores.mse < 0.1
    with pytest.raises(RunError, match="no patches"):
        need(generator, HasCodec)


def test_a_stopped_run_ends_as_one_that_never_stopped(tmp_path: Path):
    whole, run = tmp_path / "whole", tmp_path / "run"
    train(small(), small_set(), whole, budget=Budget(steps=9))
    with pytest.raises(Interrupted):
        train(small(), small_set(), run, budget=Budget(steps=9), callback=stops_at(6))
    train(small(), small_set(), run, budget=Budget(steps=9), resume=True)
    assert same(weights(whole), weights(run))


def test_pictures_that_codes_do_not_fill_are_refused(tmp_path: Path):
    wide = replace(small(), network=replace(SMALL, m=64, widths=(4,) * 6))
    with pytest.raises(DataError, match="--size 64"):
        train(wide, small_set(), tmp_path / "run")
    with pytest.raises(DataError, match="--preprocessing pixel"):
        train(small(), small_set("pixel-vqvae"), tmp_path / "run")
    assert not (tmp_path / "run").exists()
