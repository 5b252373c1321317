"""The run as a whole: what it writes, what it measures, what it says."""

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
from spriteloom.report import demo as room
from spriteloom.report.figures import SIZES
from spriteloom.training.budget import Budget

from .kit import HOSTILE, Made


def numbers(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [number for one in value.values() for number in numbers(one)]
    if isinstance(value, list):
        return [number for one in value for number in numbers(one)]
    return [value] if isinstance(value, int | float) else []


def refuse(constant: str) -> float:
    raise AssertionError(f"{constant} is no JSON")


def test_it_writes_a_page_the_figures_the_set_and_six_runs(made: Made):
    names = {f"pixel-vqvae-{size}{end}" for size in SIZES for end in ("", "-paper")}
    assert {path.name for path in made.out.iterdir()} == {"index.html", "results.json", "set.parquet", "runs"}
    assert {path.name for path in (made.out / "runs").iterdir()} == names


def test_every_figure_in_the_results_is_finite_or_null(made: Made):
    text = (made.out / "results.json").read_text(encoding="utf-8")
    found = json.loads(text, parse_constant=refuse)
    assert len(numbers(found)) > 150
    assert all(math.isfinite(number) for number in numbers(found))
    assert found == json.loads(json.dumps(made.figures.to_json()))


def test_its_figures_are_those_that_evaluate_gives_for_the_runs_it_leaves(made: Made):
    data = SpriteSet.open(made.out / "set.parquet")
    for run in (made.figures.ours[1], made.figures.paper[1]):
        again = evaluate(load(made.out / "runs" / run.recipe), data)
        assert again.to_json() == run.evaluation.to_json()


def test_refitting_again_and_again_lowers_the_error_on_what_was_learned(made: Made):
    data = SpriteSet.open(made.out / "set.parquet")
    pictures = data.without_noise().all_pictures("train").rgb
    for run in made.figures.ours:
        codec = load(made.out / "runs" / run.recipe).codec
        census = room.DatasetCache(data).census(codec.m, noise=False)
        errors = []
        for rounds in room.REFITS:
            tables = codec.refit(census, rounds).compile()
            gap = pictures.astype(np.int64) - tables.decode(tables.encode_nearest(pictures))
            errors.append(int((gap**2).sum()))
        assert errors == sorted(errors, reverse=True)
        assert [r.rounds for r in made.figures.refits if r.size == run.size] == list(room.REFITS)


def test_without_a_network_it_shows_procedural_creatures_and_says_so_in_one_line(made: Made):
    assert [line for line in made.said if HOSTILE in line] == [
        f"{HOSTILE}; showing procedural creatures instead"
    ]
    assert made.figures.setting.source == "procedural"
    assert made.figures.setting.instead_of == HOSTILE


def test_another_source_than_the_default_is_not_stood_in_for(tmp_path: Path):
    plan = room.Plan(out=tmp_path / "out", budget=Budget(steps=1), source=str(tmp_path / "nothing-here"))
    with pytest.raises(SourceError):
        room.demo(plan)


def test_every_line_it_says_is_short_and_steps_begin_with_the_seconds(made: Made):
    assert all(len(line) < 100 and "\n" not in line for line in made.said)
    steps = [line for line in made.said if line.lstrip()[0].isdigit()]
    assert len(steps) == len(made.figures.steps)


def test_a_run_of_an_earlier_demo_is_replaced_and_nothing_else_is(tmp_path: Path):
    run, other = tmp_path / "run", tmp_path / "other"
    for folder in (run, other):
        folder.mkdir()
        (folder / "model.safetensors").write_bytes(b"")
    (run / "config.json").write_text("{}")
    room._clear(run)
    room._clear(other)
    assert not run.exists() and (other / "model.safetensors").exists()


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot be made"):
        room.demo(room.Plan(out=tmp_path / "file" / "demo", budget=Budget(steps=1)))
