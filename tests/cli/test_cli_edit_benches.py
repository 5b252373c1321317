"""bench clean and bench edits: rows for people and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from diffusion_kit import large_set, run_of
from run_kit import small_set
from spriteloom.cli import edit_benches


def test_clean_has_a_row_for_each_quality(cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edit_benches, "QUALITIES", (95,))
    ended = cli("bench", "clean", "-n", "1", "--json")
    assert ended.status == 0, ended.err
    (row,) = json.loads(ended.out)
    assert row["quality"] == 95 and row["n"] == 1 and row["scale"] == 1
    shown = cli("bench", "clean", "-n", "1", "--data", small_set().path)
    assert shown.status == 0 and "cells found" in shown.out


def test_edits_recolor_and_with_a_model_inpaint(cli) -> None:
    ended = cli(
        "bench", "edits", "-n", "2", "--model", run_of("diffusion"), "--data", small_set().path, "--json"
    )
    assert ended.status == 0, ended.err
    found = json.loads(ended.out)
    assert found["recolor"]["one_to_one"] and found["inpaint"]["n"] == 2
    assert "plan_ms" in cli("bench", "edits", "-n", "2").out


def test_sets_that_hold_no_pixel_art_are_one_line(cli, tmp_path: Path) -> None:
    assert cli("bench", "clean", "--data", large_set().path).is_one_line
    assert cli("bench", "edits", "--data", tmp_path / "no.parquet").is_one_line
