"""models, train and evaluate, with --json one value on stdout and nothing else there."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from threading import Thread

from run_kit import same, small_set, weights
from tiny_families import TINY, tiny_run


def changes(name: str) -> list[str]:
    """The options --set that make a preset tiny."""
    return [word for change in TINY[name].changes for word in ("--set", change)]


PAPER = ("pixel-vqvae-hires-paper", *changes("codec-paper"))


def train(cli, out: Path, *more: object):
    return cli("train", *PAPER, "--data", small_set().path, "--out", out, *more)


def test_models_are_listed_with_the_papers_counts(cli):
    found = {row["name"]: row for row in json.loads(cli("models", "--json").out)}
    assert {"name", "parameters", "paper_parameters"} <= found["pixel-vqvae-medres"].keys()
    counts = {name: (row["parameters"], row["paper_parameters"]) for name, row in found.items()}
    assert counts["pixel-vqvae-lowres"] == (1_413_065, 1_413_065)
    assert counts["vqvae-medres"] == (17_222, 17_222)
    assert counts["kmeans-hires"] == (768, None)
    assert "pixel-vqvae-lowres" in cli("models").out


def test_a_printed_config_can_be_trained(cli, tmp_path: Path):
    (tmp_path / "config.json").write_text(cli("models", "kmeans-medres").out)
    words = ("--data", small_set().path, "--out", tmp_path / "run", "--json")
    ended = cli("train", "--config", tmp_path / "config.json", *words)
    assert ended.status == 0 and json.loads(ended.out)["preset"] == "kmeans-medres"


def test_a_seed_decides_the_bytes(cli, tmp_path: Path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        ended = train(cli, tmp_path / name, "--steps", 1, "--seed", seed, "--json")
        assert ended.status == 0
        assert {"run", "preset", "steps", "seconds", "codes_used"} <= json.loads(ended.out).keys()
    assert same(weights(tmp_path / "a"), weights(tmp_path / "b"))
    assert not same(weights(tmp_path / "a"), weights(tmp_path / "c"))


def test_figures_are_a_table_without_json(cli, tmp_path: Path):
    ended = train(cli, tmp_path / "run", "--epochs", 0.01)
    assert ended.status == 0 and "codes_used" in ended.out


def test_a_tokenizer_is_trained_like_any_other(cli, tmp_path: Path):
    words = ("--data", small_set().path, "--out", tmp_path / "run", "--steps", 2)
    assert cli("train", "tokenizer-lowres", *changes("tokenizer"), *words).status == 0
    art = tmp_path / "art"
    art.mkdir()
    next(iter(small_set().sprites("test"))).save(art / "a.png")
    codes = ("encode", art, "--model", tmp_path / "run", "--out", tmp_path / "codes.parquet")
    assert cli(*codes).status == 0 and cli(*codes, "--careful").status == 0


def test_a_stopped_training_says_how_to_go_on_and_does(cli, tmp_path: Path):
    train(cli, tmp_path / "whole", "--steps", 3)
    assert train(cli, tmp_path / "run", "--steps", 1).status == 0
    refused = train(cli, tmp_path / "run", "--steps", 3)
    assert refused.status == 1 and "--resume" in refused.err and not refused.out
    assert train(cli, tmp_path / "run", "--steps", 3, "--resume").status == 0
    assert same(weights(tmp_path / "run"), weights(tmp_path / "whole"))


def test_asked_to_stop_it_keeps_its_state(cli, tmp_path: Path):
    log = tmp_path / "run" / "metrics.jsonl"

    def stop_after_a_step() -> None:
        while not (log.exists() and log.stat().st_size):
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGTERM)

    stopping = Thread(target=stop_after_a_step, daemon=True)
    stopping.start()
    ended = train(cli, tmp_path / "run", "--steps", 100_000)
    stopping.join()
    told = ended.err.splitlines()
    assert ended.status == 1 and not ended.out
    assert told[-1].startswith("spriteloom: stopped at step ") and told[-2].startswith("training ")
    left = {path.name for path in (tmp_path / "run").iterdir()}
    assert left == {"config.json", "metrics.jsonl", "checkpoint"}
    assert [path.name for path in (tmp_path / "run" / "checkpoint").iterdir()] == ["state.safetensors"]


def test_evaluation_is_one_json_value(cli, run: Path):
    ended = cli("evaluate", "--model", run, "--data", small_set().path, "--split", "test", "--json")
    found = json.loads(ended.out)
    documented = {"mse", "psnr", "ssim", "exact_pixels", "foreground", "kmeans_mse", "codes_used"}
    assert documented | {"perplexity", "n"} <= found.keys() and ended.status == 0
    assert found["foreground"].keys() == {"mse", "psnr", "ssim", "exact_pixels"}
    table = cli("evaluate", "--model", run, "--data", small_set().path)
    assert table.status == 0 and "kmeans_mse" in table.out


def test_a_style_is_learned_from_a_folder(cli, tmp_path: Path):
    for i, sprite in enumerate(small_set(n=40).sprites("train", limit=5)):
        (tmp_path / "style").mkdir(exist_ok=True)
        sprite.save(tmp_path / "style" / f"{i}.png")
    words = ("--model", tiny_run("tiles"), "--out", tmp_path / "run", "--minutes", 0.01, "--json")
    ended = cli("finetune", tmp_path / "style", *words)
    assert ended.status == 0 and json.loads(ended.out)["steps"] >= 1
    assert "already holds a run" in cli("finetune", tmp_path / "style", *words).err
