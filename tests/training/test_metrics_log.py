"""The log stays a file of whole lines, whatever happened to the program that wrote it."""

from __future__ import annotations

import json
from pathlib import Path

from spriteloom.training.runs import MetricsLog


def steps(path: Path) -> list[int]:
    return [json.loads(line)["step"] for line in path.read_text().splitlines()]


def test_rewinding_keeps_whole_lines_up_to_a_step(tmp_path: Path):
    log = MetricsLog(tmp_path / "metrics.jsonl")
    for step in (10, 20, 30):
        log.append({"step": step, "loss": 0.5})
    with (tmp_path / "metrics.jsonl").open("ab") as file:
        file.write(b'[1, 2]\n{"loss": 1}\n\xff\xfe\n{"step": 15, "lo')
    log.rewind(20)
    assert steps(tmp_path / "metrics.jsonl") == [10, 20]
    log.append({"step": 21})
    assert steps(tmp_path / "metrics.jsonl") == [10, 20, 21]


def test_there_may_be_nothing_to_rewind(tmp_path: Path):
    MetricsLog(tmp_path / "metrics.jsonl").rewind(5)
    assert not list(tmp_path.iterdir())
