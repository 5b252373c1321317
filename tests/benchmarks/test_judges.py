"""Judges of a shipped model: the rule of nouns, the classifier, and the whole script on a tiny model."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import judges
import nouns
from run_kit import small_set
from spriteloom.models.load import load
from spriteloom.pixels import Sprite
from tiny_families import tiny_run

TEXTS = (
    "sword gold hand player",
    "green dragons monster",
    "ice dragon",
    "dragon 2",
    "boots item",
    "old red item",
)


class Means:
    """Features of 12 numbers: the mean colors of the quarters."""

    def __call__(self, pictures: np.ndarray) -> np.ndarray:
        n, h, w, _ = pictures.shape
        return pictures.reshape(n, 2, h // 2, 2, w // 2, 3).mean((2, 4)).reshape(n, -1) / 255


def test_the_noun_is_the_last_word_that_names_a_thing():
    count = Counter(word for text in TEXTS for word in text.split())
    named = [nouns.noun(text, count) for text in TEXTS]
    assert named == ["gold", "dragon", "dragon", "dragon", "boots", ""]
    assert nouns.commonest(named, ["a", "b", "b", "b", "c", "d"]) == ["boots", "dragon", "gold"]
    assert nouns.commonest(named, ["a", "b", "c", "c", "d", "e"])[0] == "dragon"


def test_a_judge_learns_names_from_the_training_split_alone():
    chance = np.random.default_rng(0)
    names, real, labels = ("bat", "cat"), {}, {}
    for split, n in (("train", 60), ("validation", 20), ("test", 40)):
        which = chance.integers(0, 2, n)
        vectors = chance.normal(size=(n, 6)).astype(np.float32)
        vectors[:, 0] += 4 * which
        real[split] = judges.Real(
            rgba=np.zeros((n, 1, 1, 4), np.uint8), vectors=vectors, labels=[], species=[]
        )
        labels[split] = [names[i] for i in which]
    judge, decay = judges.learn(real, labels, names, balanced=True)
    assert decay in judges.DECAYS
    assert (judge(real["test"].vectors) == np.array(labels["test"])).mean() > 0.9


def test_the_script_judges_a_model_and_adds_to_its_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(judges, "EfficientNetLite0", Means)
    monkeypatch.setattr(judges, "NOUNS", 3)
    monkeypatch.setattr(judges, "DECAYS", (1e-3,))
    monkeypatch.setattr(judges, "load", lambda run: load(run, "cpu").with_sampler(num_steps=2))
    results, model = tmp_path / "results.json", tiny_run("tiles")
    results.write_text(json.dumps({"tiles": {"training": "short", "table": {"KID": "0.1"}}}))
    words = [small_set(n=160).path, "--model", model, "-n", 16, "--each", 2, "--results", results]
    words += ["--work", tmp_path / "work", "--sheet", tmp_path / "sheet.png", "--json"]
    judges.main([str(word) for word in words])
    figures = json.loads(capsys.readouterr().out)[0]
    assert 0 < figures["kinds"]["real"] <= 1 and figures["kinds"]["n"] == 16
    assert len(figures["words"]["by_noun"]) == 3 and figures["words"]["n"] == 6
    assert figures["pixel_art"]["samples"]["colors_at_most_16"] == 1
    assert len(figures["memorisation"]["nearest_pairs"]) == 8
    entry = json.loads(results.read_text())["tiles"]
    assert entry["training"] == "short" and entry["judges"] == figures
    assert entry["table"].keys() > {"KID", "at most 16 colors, hard alpha"}
    assert Sprite.open(tmp_path / "sheet.png").width == 2 * (4 * 34 + 2)

    def no_more(*_: object) -> None:
        raise AssertionError("what was drawn is kept")

    monkeypatch.setattr(Means, "__call__", no_more)
    judges.main([str(word) for word in words[:-1]])
    assert "orphan pixels" in capsys.readouterr().out


def test_samples_are_taken_from_a_file(tmp_path: Path):
    model = judges.need(load(tiny_run("tiles"), "cpu"), judges.Samples)
    painted = np.random.default_rng(0).integers(0, 256, (3, 32, 32, 4), dtype=np.uint8)
    np.savez(tmp_path / "samples.npz", **{str(model.guidance_scale): painted})
    work = judges.Work(None)
    sprites, rows = judges.drawn(model, small_set(n=160), tmp_path / "samples.npz", 9, work)
    assert len(sprites) == len(rows) == 3 and {*np.unique(sprites[..., 3])} <= {0, 255}
