"""`bench damage` on a prepared set: a table for people, or rows of JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from spriteloom.cli.damage_bench import damage
from spriteloom.data.prepare import prepare
from spriteloom.data.preprocessing import preprocessing_named
from spriteloom.data.procedural import ProceduralSource


@pytest.fixture(scope="module")
def creatures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sets") / "creatures.parquet"
    shares = {"train": 0.6, "validation": 0.1, "test": 0.3}
    prepare(
        ProceduralSource(n=10, seed=5), preprocessing_named("pixel"), out=out, workers=1, fractions=shares
    )
    return out


def run(*words: object) -> str:
    app = typer.Typer()
    app.command()(damage)
    ended = CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)
    assert ended.exit_code == 0
    return ended.stdout


def test_rows_are_json_of_the_set_s_name(creatures: Path):
    rows = json.loads(run(creatures, "-n", 3, "--no-features", "--json"))
    assert {row["set"] for row in rows} == {"creatures"}
    assert {row["n"] for row in rows} == {3}
    assert len({row["kind"] for row in rows}) == 5


def test_people_are_shown_a_table(creatures: Path):
    shown = run(creatures, "-n", 2, "--no-features")
    assert "palette noise" in shown and "rises" in shown
