"""`spriteloom hub push`, and verbs that take a model of the hub."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub_kit import TOKEN, Hub, standing_in
from run_kit import small_set
from tiny_families import tiny_run


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    with standing_in(monkeypatch, tmp_path / "home") as hub:
        yield hub


def test_a_run_is_pushed_and_evaluated_from_the_hub(cli, hub: Hub, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    ended = cli("hub", "push", tiny_run("kmeans"), "loom/patches", "--private")
    assert ended.status == 0 and f"{hub.address}/loom/patches" in ended.err
    data, run = ("--data", small_set().path, "--json"), tiny_run("kmeans")
    there = cli("evaluate", "--model", "loom/patches@main", *data)
    assert there.status == 0 and there.out == cli("evaluate", "--model", run, *data).out


def test_a_base_model_may_be_on_the_hub(cli, hub: Hub, tmp_path: Path):
    hub.put("loom/patches", tiny_run("kmeans"))
    words = ("--data", small_set().path, "--base", "loom/patches", "--steps", 1, "--device", "cpu")
    ended = cli("train", "counts", *words, "--out", tmp_path / "run")
    assert ended.status == 0, ended.err
    assert (tmp_path / "run" / "base" / "model.safetensors").exists()


def test_what_the_hub_refuses_is_one_line(cli, hub: Hub, tmp_path: Path):
    for words in (
        ("hub", "push", tiny_run("kmeans"), "loom/patches"),
        ("hub", "push", tiny_run("kmeans"), "patches"),
        ("hub", "push", tmp_path / "nothing", "loom/patches"),
        ("generate", "--model", "loom/nothing", "--out", tmp_path / "new"),
        ("export", "onnx", "loom/nothing", "--out", tmp_path / "new"),
    ):
        ended = cli(*words)
        assert ended.is_one_line, ended.err
    assert not hub.repositories and not (tmp_path / "new").exists()


OFFLINE_AFTERWARDS = """
import os, sys, spriteloom
print(spriteloom.load("loom/patches", "cpu").name)
for name in [name for name in sys.modules if name.startswith("huggingface_hub")]:
    del sys.modules[name]  # the settings are read when it is imported
os.environ |= {"HF_HUB_OFFLINE": "1", "HF_TOKEN": ""}
print(spriteloom.load("loom/patches", "cpu").name)
"""


def test_a_process_finds_the_hub_by_its_own_settings(hub: Hub, tmp_path: Path):
    hub.put("loom/patches", tiny_run("kmeans"), private=True)
    settings = {"HF_ENDPOINT": hub.address, "HF_HOME": str(tmp_path / "new"), "HF_TOKEN": TOKEN}
    command = [sys.executable, "-c", OFFLINE_AFTERWARDS]
    ended = subprocess.run(command, env=os.environ | settings, capture_output=True, text=True, check=False)
    assert ended.stdout == "kmeans-medres\n" * 2, ended.stderr
    assert not ended.stderr and sum("/resolve/" in line for line in hub.requests) == 2 * len(hub.downloads())
    assert (tmp_path / "new" / "hub" / "models--loom--patches").is_dir()
