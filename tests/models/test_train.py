"""A config and a set become a run: the same seed the same bytes, and a folder that says what it is."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from run_kit import narrow, narrow_kmeans, narrow_paper, same, small_set, trained, weights
from spriteloom.errors import DataError, ImpossibleModel, RunError
from spriteloom.models.registry import models, preset_names
from spriteloom.models.train import is_first_process, train
from spriteloom.training.budget import Budget

CONFIGS = [narrow("medres"), narrow_paper(), narrow_kmeans()]


@pytest.mark.parametrize("config", CONFIGS, ids=["medres", "paper", "kmeans"])
def test_a_seed_decides_the_weights(config, tmp_path: Path):
    one, two = (trained(tmp_path / name, config, steps=4) for name in "ab")
    other = trained(tmp_path / "c", config, steps=4, seed=4)
    assert same(weights(one), weights(two))
    assert (one / "model.safetensors").read_bytes() == (two / "model.safetensors").read_bytes()
    assert not same(weights(one), weights(other))


def test_a_run_says_what_it_is(tmp_path: Path):
    report = train(narrow(), small_set(), tmp_path / "run", budget=Budget(steps=3), seed=3)
    config = json.loads((tmp_path / "run" / "config.json").read_text())
    assert {path.name for path in (tmp_path / "run").iterdir()} == {
        "config.json",
        "metrics.jsonl",
        "checkpoint",
        "model.safetensors",
        "README.md",
    }
    assert config["preset"] == report.preset == "pixel-vqvae" and config["seed"] == 3
    assert config["trained"]["steps"] == report.steps == 3
    assert report.metrics.keys() == {"mse", "codes_used", "perplexity", "validation_mse", "db_to_kmeans"}
    assert report.seconds > 0 and is_first_process()


def test_minutes_end_in_time(tmp_path: Path):
    report = train(narrow_paper(), small_set(), tmp_path / "run", budget=Budget(minutes=0.01), seed=0)
    logged = (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()
    assert report.steps > 1 and json.loads(logged[-1])["step"] == report.steps
    assert json.loads(logged[-1])["seconds"] < 3


def test_an_unknown_preset_is_refused_before_anything_is_written(tmp_path: Path):
    with pytest.raises(ImpossibleModel, match="choose one of"):
        trained(tmp_path / "run", "pixel-vqvae-huge")
    with pytest.raises(ImpossibleModel, match="no preset"):
        trained(tmp_path / "run", "vqvae-hires")
    assert not (tmp_path / "run").exists()


def test_a_set_without_training_pictures_is_refused(tmp_path: Path):
    empty = replace(small_set(), rows=dict.fromkeys(("train", "validation", "test"), range(0)))
    with pytest.raises(DataError, match="no training pictures"):
        trained(tmp_path / "run", narrow(), data=empty)
    assert not (tmp_path / "run").exists()


def test_a_run_cannot_be_under_a_file(tmp_path: Path):
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "run"):
        with pytest.raises(RunError, match="cannot be made") as told:
            trained(place, narrow())
        assert "\n" not in str(told.value)


def test_every_preset_is_listed_with_the_papers_count():
    entries = {entry.name: entry for entry in models()}
    assert list(entries) == preset_names()
    for name, count in {"lowres": 1_413_065, "medres": 1_102_121, "hires": 54_313}.items():
        for kind in (f"pixel-vqvae-{name}", f"pixel-vqvae-{name}-paper"):
            assert entries[kind].parameters == entries[kind].paper_parameters == count
    for name, count in {"lowres": 20_998, "medres": 17_222}.items():
        assert entries[f"vqvae-{name}"].parameters == entries[f"vqvae-{name}"].paper_parameters == count
    assert "vqvae-hires" not in entries and "adapter-vqvae-hires" not in entries
