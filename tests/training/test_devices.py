"""Two processes on one machine train one model, over gloo on the loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import run_kit
from run_kit import narrow, small_set
from spriteloom.models.load import load

pytestmark = pytest.mark.slow

SCRIPT = """
import hashlib, json, sys
from dataclasses import replace
from pathlib import Path
import torch
from run_kit import narrow
from spriteloom.data.store import SpriteSet
from spriteloom.training import codec_task
from spriteloom.training.budget import Budget
from spriteloom.models.train import train, is_first_process

run, place = Path(sys.argv[1]), Path(sys.argv[2])
digest = lambda value: hashlib.sha256(value.detach().contiguous().numpy().tobytes()).hexdigest()
notes = {"batches": [], "books": [], "weights": []}
after, batch = codec_task.CodecTask.after, codec_task.CodecTask.batch

def noting(task, number, total, step):
    after(task, number, total, step)
    notes["books"].append(digest(task.model.quantizer.codebook))
    notes["weights"].append(digest(task.model.encoder[0][0].weight))

def drawing(task, number):
    drawn = batch(task, number)
    notes["batches"].append(digest(drawn[0]))
    return drawn

codec_task.CodecTask.after, codec_task.CodecTask.batch = noting, drawing
seen = []
train(narrow("medres", dead_codes=None), SpriteSet.open(sys.argv[3]), run, budget=Budget(steps=6), devices=2,
      callback=seen.append)
notes["watched"] = len(seen)
(place / f"{torch.distributed.get_rank()}.json").write_text(json.dumps(notes))
"""


def environment() -> dict[str, str]:
    path = os.pathsep.join([str(Path(run_kit.__file__).parent), os.environ.get("PYTHONPATH", "")])
    return os.environ | {"PYTHONPATH": path}


def test_two_processes_draw_other_batches_and_keep_one_model(tmp_path: Path):
    (tmp_path / "script.py").write_text(SCRIPT)
    command = [sys.executable, tmp_path / "script.py", tmp_path / "run", tmp_path, small_set().path]
    subprocess.run(command, env=environment(), check=True, timeout=200)
    one, two = (json.loads((tmp_path / f"{rank}.json").read_text()) for rank in (0, 1))
    assert len(one["batches"]) == 6 and not set(one["batches"]) & set(two["batches"])
    assert one["weights"] == two["weights"] and len(set(one["weights"])) == 6
    assert one["books"][1:] == two["books"][1:]
    assert (one["watched"], two["watched"]) == (6, 0)
    assert len((tmp_path / "run" / "metrics.jsonl").read_text().splitlines()) == 1
    assert load(tmp_path / "run").codec.k == narrow().model.codes


def test_the_command_line_starts_the_second_itself(tmp_path: Path):
    program = Path(sys.executable).with_name("spriteloom")
    words = ["train", "pixel-vqvae-hires", "--data", small_set().path, "--out", tmp_path / "run"]
    command = [program, *words, "--steps", "4", "--devices", "2", "--json"]
    ended = subprocess.run(command, env=environment(), check=False, timeout=200, capture_output=True)
    assert ended.returncode == 0
    assert json.loads(ended.stdout)["steps"] == 4
    again = subprocess.run(command, env=environment(), check=False, timeout=200, capture_output=True)
    assert again.returncode == 1 and again.stderr.count(b"\n") == 1
