"""The demo by the command line: what it writes, what it measures, what it says."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from spriteloom.data.store import SpriteSet
from spriteloom.errors import RunError, SourceError
from spriteloom.evaluation.evaluate import evaluate
from spriteloom.models.load import load
from spriteloom.reproduce.demo import ORDER, REFITS, demo_scale, jobs, specification
from spriteloom.reproduce.engine import reproduce
from spriteloom.reproduce.jobs import Workshop
from spriteloom.reproduce.records import Records
from spriteloom.training.budget import Budget
from spriteloom.training.cache import DatasetCache

from .conftest import Reproduced
from .kit import HOSTILE, Reader, stand_in

ONE = demo_scale(Budget(steps=1))


def numbers(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [number for item in value.values() for number in numbers(item)]
    if isinstance(value, list):
        return [number for item in value for number in numbers(item)]
    return [value] if isinstance(value, int | float) else []


def refuse(constant: str) -> float:
    raise AssertionError(f"{constant} is no JSON")


def test_it_writes_a_page_the_figures_the_set_and_six_runs(shown: Reproduced):
    names = {f"pixel-vqvae-{size}{end}" for size in ORDER for end in ("", "-paper")}
    files = {"index.html", "results.json", "results.md", "set.parquet", "runs"}
    assert {path.name for path in shown.out.iterdir()} == files
    assert {path.name for path in (shown.out / "runs").iterdir()} == names


def test_every_figure_in_the_results_is_finite_or_null(shown: Reproduced):
    text = (shown.out / "results.json").read_text(encoding="utf-8")
    figures = json.loads(text, parse_constant=refuse)
    assert len(numbers(figures)) > 150
    assert all(math.isfinite(number) for number in numbers(figures))
    assert figures == shown.figures


def test_its_figures_are_those_that_evaluate_gives_for_the_runs_it_leaves(shown: Reproduced):
    data = SpriteSet.open(shown.out / "set.parquet")
    for run in (shown.figures["ours"][1], shown.figures["paper"][1]):
        assert evaluate(load(shown.out / "runs" / run["preset"]), data).to_json() == run["test"]


def test_refitting_again_and_again_lowers_the_error_on_what_was_learned(shown: Reproduced):
    data = SpriteSet.open(shown.out / "set.parquet")
    pictures = data.without_noise().all_pictures("train").rgb
    for run in shown.figures["ours"]:
        codec = load(shown.out / "runs" / run["preset"]).codec
        census = DatasetCache(data).census(codec.m, noise=False)
        errors = []
        for rounds in REFITS:
            tables = codec.refit(census, rounds).compile()
            gap = pictures.astype(np.int64) - tables.decode(tables.encode_nearest(pictures))
            errors.append(int((gap**2).sum()))
        assert errors == sorted(errors, reverse=True)
        rounds = [row["rounds"] for row in shown.figures["refits"] if row["size"] == run["size"]]
        assert rounds == list(REFITS)


def test_without_a_network_it_shows_procedural_creatures_and_says_so(shown: Reproduced):
    lines = [line for line in shown.words if HOSTILE in line]
    assert lines == [f"{HOSTILE}; using the source procedural instead"]
    setting = shown.figures["setting"]
    assert setting["source"] == "procedural" and setting["instead_of"] == HOSTILE
    text = (shown.out / "index.html").read_text(encoding="utf-8")
    words = " ".join(Reader(text).words)
    assert HOSTILE in words and setting["licence"] in words and "<script" not in text


def test_every_line_it_says_is_short_and_stages_begin_with_the_seconds(shown: Reproduced):
    assert all(len(line) < 110 for line in shown.words)
    stages = [line for line in shown.words if line.partition(" s  ")[0].strip().isdigit()]
    assert len(stages) == len(shown.figures["stages"]) + 1  # and "done"


def test_the_page_shows_sprites_codes_tables_and_what_was_run(shown: Reproduced):
    text = (shown.out / "index.html").read_text(encoding="utf-8")
    read = Reader(text)
    assert read.open == [] and text.count("<table") == 6
    words = " ".join(read.words)
    assert words.count("of its 25") == 3
    assert "spriteloom demo" in words and "codes of 5 bits" in words
    assert "spriteloom train pixel-vqvae-hires --data set.parquet --steps 2" in words


def test_another_source_than_the_default_has_no_stand_in(tmp_path: Path):
    source = str(tmp_path / "nothing-here")
    with pytest.raises(SourceError):
        reproduce(specification(source), demo_scale(Budget(steps=1), source), tmp_path / "out")


def test_a_run_of_an_earlier_demo_is_replaced_and_nothing_else_is(tmp_path: Path):
    records = Records(None)
    workshop = Workshop(out=tmp_path, scale=ONE, caches={}, config_of=stand_in, records=records, say=print)
    run, other, *_ = jobs(ONE)
    for job in (run, other):
        workshop.run(job).mkdir(parents=True)
        (workshop.run(job) / "model.safetensors").write_bytes(b"")
    (workshop.run(run) / "config.json").write_text("{}")
    workshop.remove(run)
    workshop.remove(other)
    assert not workshop.run(run).exists() and (workshop.run(other) / "model.safetensors").exists()


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot be made"):
        reproduce(specification("pokeapi"), ONE, tmp_path / "file" / "demo")
