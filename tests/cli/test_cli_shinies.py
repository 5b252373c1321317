"""bench shinies: rows for people and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from run_kit import small_set
from spriteloom.cli import shiny_bench


def test_its_rows_are_json(cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shiny_bench, "CREATURES", 2)
    ended = cli("bench", "shinies", "--json")
    assert ended.status == 0, ended.err
    rows = json.loads(ended.out)
    assert {row["setting"] for row in rows} == {"pose", "frame", "back", "palette"}
    assert all(row["n"] == 2 for row in rows) and "2 pairs; 0 more differ" in ended.err


def test_a_set_can_be_named_and_a_table_is_printed(cli) -> None:
    ended = cli("bench", "shinies", "--data", small_set().path)
    assert ended.status == 0, ended.err
    assert "transport" in ended.out and "rank-codes" in ended.out


def test_a_set_that_is_not_there_is_one_line(cli, tmp_path: Path) -> None:
    assert cli("bench", "shinies", "--data", tmp_path / "no.parquet").is_one_line
