"""Every benchmark as a user runs it: help, JSON, a table, one line for an error."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import clean
import codec
import common
import damage
import edits
import onnx_files
import optimizer
import palettes
import rate
import sampling
import shinies
import steps
import tokens
from diffusion_kit import large_set
from prior_kit import network
from run_kit import small_set
from spriteloom.data.prepare import prepare
from spriteloom.data.preprocessing import PIXEL
from spriteloom.data.procedural.creature import ProceduralSource
from spriteloom.errors import DataError, RunError
from spriteloom.evaluation import speed
from spriteloom.models.pixelcnn.presets import pixelcnn_paper
from spriteloom.models.train import choose
from tiny_families import TINY, tiny_run

FOLDER = Path(common.__file__).parent
SCRIPTS = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem not in ("common", "nouns"))


@pytest.fixture
def rows(capsys: pytest.CaptureFixture[str]):
    """Run a script with --json and return what it prints."""

    def run(script: Any, *words: object) -> Any:
        script.main([*map(str, words), "--json"])
        return json.loads(capsys.readouterr().out)

    return run


@pytest.fixture
def table(capsys: pytest.CaptureFixture[str]):
    """Run a script and return its table."""

    def run(script: Any, *words: object) -> str:
        script.main([str(word) for word in words])
        return capsys.readouterr().out

    return run


@pytest.mark.parametrize("name", SCRIPTS)
def test_help_is_the_scripts_docstring(name: str, capsys: pytest.CaptureFixture[str]):
    script = import_module(name)
    with pytest.raises(SystemExit) as ended:
        script.main(["--help"])
    shown = capsys.readouterr().out
    assert ended.value.code == 0 and script.__doc__.strip() in shown and "--json" in shown
    assert f"python benchmarks/{name}.py" in shown


def test_a_script_runs_alone_and_an_error_is_one_line(tmp_path: Path):
    command = [sys.executable, str(FOLDER / "clean.py"), "--data", str(tmp_path / "none.parquet"), "--json"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 1 and not ended.stdout
    assert ended.stderr.startswith("clean.py: ") and ended.stderr.count("\n") == 1


def test_codec_times_every_path_of_a_run(rows, table, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(speed, "SLOW_ROUNDS", 1)
    monkeypatch.setattr(speed, "ROUND_SECONDS", 0.01)
    words = ("--model", tiny_run("codec"), "--data", small_set().path, "-n", 2)
    timings = rows(codec, *words)
    assert all(row.keys() == {"path", "stage", "model", "mpx_per_s", "ratio"} for row in timings)
    assert {row["path"] for row in timings} == {"network", "compiled", "nearest", "memcpy"}
    assert "2 pictures of 32×32" in table(codec, *words)


def test_codec_refuses_a_run_without_a_network():
    with pytest.raises(RunError, match="a table without a network"):
        codec.main(["--model", str(tiny_run("kmeans"))])


def test_sampling_takes_several_grids(rows, monkeypatch: pytest.MonkeyPatch):
    random_model, tiny = sampling.random_model, network(pixelcnn_paper(), 4, k=16)
    monkeypatch.setattr(sampling, "random_model", lambda config: random_model(tiny))  # noqa: ARG005
    timings = rows(sampling, "--grids", 3, 2, 1, "--batch", 2)
    assert [(row["grid"], row["batch"]) for row in timings] == [(3, 2), (2, 2), (1, 2)]
    assert all(row["ratio"] == pytest.approx(row["naive_s"] / row["cached_s"]) for row in timings)


@pytest.mark.parametrize("words", [["--grids", "0"], ["--grid", "3"], ["--batch", "many"]])
def test_wrong_usage_is_2(words: list[str]):
    with pytest.raises(SystemExit) as ended:
        sampling.main(words)
    assert ended.value.code == 2


def test_shinies_score_every_setting(rows, table, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shinies, "CREATURES", 2)
    scores = rows(shinies)
    assert {row["setting"] for row in scores} == {"pose", "frame", "back", "palette"}
    assert all(row["n"] == 2 for row in scores)
    assert "rank-codes" in table(shinies, "--data", small_set().path)


def test_clean_has_a_row_for_each_quality(rows, table, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(clean, "QUALITIES", (95,))
    (row,) = rows(clean, "-n", 1)
    assert (row["quality"], row["n"], row["scale"]) == (95, 1, 1)
    assert "1 sprites" in table(clean, "-n", 1, "--data", small_set().path)


def test_edits_recolor_and_with_a_model_inpaint(rows, table):
    promises = rows(edits, "-n", 2, "--model", tiny_run("diffusion"), "--data", small_set().path)
    assert promises["recolor"]["one_to_one"] and promises["inpaint"]["n"] == 2
    assert "plan_ms" in table(edits, "-n", 2)


def test_onnx_files_are_compared_with_the_library(rows):
    words = ("--model", tiny_run("codec"), "--data", small_set().path, "-n", 2)
    assert [row["different"] for row in rows(onnx_files, *words)] == [0, 0, 0]


def test_palettes_compare_four_ways_on_every_palette(rows, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(palettes, "EfficientNetLite0", lambda: lambda rgb: rgb.reshape(len(rgb), -1)[:, :64])
    monkeypatch.setattr(palettes, "NAMED", ("game-boy",))
    words = ("--data", small_set().path, "--model", tiny_run("tiles"), "-n", 2, "--held-out", 2)
    figures = rows(palettes, *words)
    assert [row["colors"] for row in figures["palettes"]] == [4]
    for row in figures["palettes"]:
        assert row["closest"]["to_sample"] <= min(row[way]["to_sample"] for way in ("nearest", "after"))
        assert row["drawn"]["to_own"] < 0.2 * row["after"]["to_own"]
        assert row["nearest"]["same_shape"] == row["closest"]["same_shape"] == row["after"]["same_shape"]
    assert figures["means"]["drawn"].keys() >= {"kid", "kid_given_reference", "orphans"}
    assert figures["means"]["real"].keys() == {"orphans", "broken_outline"}


def test_rate_measures_a_source(rows):
    ways = {row["way"]: row for row in rows(rate, small_set().path, "-n", 8)}
    assert ways["PNG"]["exact"] == 1 and ways["PNG"]["psnr"] is None and ways["PNG"]["n"] == 8


def test_tokens_compare_a_tokenizer_with_kmeans(rows):
    table = rows(tokens, "--model", tiny_run("tokenizer"), "--data", small_set().path)
    assert [row["way"].partition(",")[0] for row in table] == ["k-means"] * 2 + ["tokenizer-lowres"] * 2


def test_tokens_refuse_a_run_that_is_no_tokenizer():
    with pytest.raises(RunError, match="not a tokenizer"):
        tokens.main(["--model", str(tiny_run("kmeans")), "--data", "unread.parquet"])


def test_damage_ladders_carry_the_sets_name(rows, table, tmp_path: Path):
    out = tmp_path / "creatures.parquet"
    shares = {"train": 0.6, "validation": 0.1, "test": 0.3}
    prepare(ProceduralSource(n=10, seed=5, size=32), PIXEL, out=out, size=32, workers=1, fractions=shares)
    ladders = rows(damage, out, "-n", 3, "--no-features")
    assert {(row["set"], row["n"]) for row in ladders} == {("creatures", 3)}
    assert len({row["kind"] for row in ladders}) == 5
    assert "palette noise" in table(damage, out, "-n", 2, "--no-features")


def test_optimizer_times_a_way(rows, monkeypatch: pytest.MonkeyPatch):
    small = choose("diffusion", TINY["diffusion"].changes).config
    monkeypatch.setattr(optimizer, "diffusion", lambda: small)
    (row,) = rows(optimizer, "--data", small_set().path, "--ways", "adam", "--seconds", 0.2, "--batch", 2)
    assert row["way"] == "adam" and row["size"] == 32 and row["steps"] >= 1


def test_steps_measure_a_preset_and_go_on_where_they_stopped(rows, monkeypatch, tmp_path: Path):
    tiny = TINY["codec"]
    monkeypatch.setattr(steps, "PRESETS", {tiny.preset: None})
    monkeypatch.setattr(steps, "train", partial(steps.train, changes=tiny.changes))
    words = ("--out", tmp_path / "steps.json", "--n", 12, "--steps", 12, "--device", "cpu")
    (row,) = measured = rows(steps, *words)
    assert (row["preset"], row["card"], row["batch"]) == (tiny.preset, "cpu", 96) and row["steps_per_s"] > 0
    monkeypatch.setattr(steps, "measure", lambda *_: pytest.fail("measured again"))
    assert rows(steps, *words) == measured


@pytest.mark.parametrize("script", [clean, edits])
def test_a_resampled_set_is_refused(script: Any):
    with pytest.raises(DataError, match="--preprocessing pixel"):
        script.main(["--data", str(large_set().path)])
