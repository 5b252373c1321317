"""New sprites of a run or a folder, measured through the command line."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from run_kit import small_set
from spriteloom.evaluation import generated
from spriteloom.evaluation.classifier import ClassifierConfig
from spriteloom.metrics.generation import features
from spriteloom.pixels import Sprite
from tiny_families import tiny_run

DATA = ("--data", small_set(n=160).path)
RUNS = {
    "diffusion": set(),
    "counts": {"bits_per_code"},
    "vae": {"mse", "ssim", "n", "psnr", "exact_pixels"},
}


class Means:
    """Features of 12 numbers: the mean colors of the quarters."""

    name = "Means"

    def __init__(self, device: str) -> None:
        pass

    def __call__(self, pictures: np.ndarray) -> np.ndarray:
        n, h, w, _ = pictures.shape
        return pictures.reshape(n, 2, h // 2, 2, w // 2, 3).mean((2, 4)).reshape(n, -1) / 255


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    config = ClassifierConfig(widths=(4, 4), steps=2, batch=8)
    monkeypatch.setattr(features, "EfficientNetLite0", Means)
    monkeypatch.setattr(generated, "learn", partial(generated.learn, config=config))


@pytest.fixture
def folder(cli, tmp_path: Path) -> Path:
    """20 sprites of a model with the labels that were requested."""
    words = (
        "--model",
        tiny_run("diffusion"),
        "-n",
        20,
        "--types",
        "fire",
        "--out",
        tmp_path / "new",
        "--steps",
        2,
    )
    assert cli("generate", *words).status == 0
    return tmp_path / "new"


def evaluated(cli, *words: object) -> dict:
    ended = cli("evaluate", *DATA, *words, "--json", "--device", "cpu")
    assert ended.status == 0, ended.err
    return json.loads(ended.out)


@pytest.mark.parametrize("name", RUNS)
def test_a_run_that_makes_sprites_is_compared_with_real_ones(cli, name: str):
    figures = evaluated(cli, "--model", tiny_run(name), "-n", 16)
    judged = figures.pop("generation")
    assert figures.keys() - {"foreground"} == RUNS[name]
    assert {"fd", "kid_interval", "precision", "recall", "floor", "pixel_art", "conditions"} <= judged.keys()
    assert judged["n"] == judged["floor"]["n"] == 16
    assert judged["fd"] > judged["floor"]["fd"]  # the run has learned for three steps
    shares = judged["pixel_art"]["held_out"]
    assert shares["hard_alpha"] == 1 and shares["one_figure"] > 0.9 and shares["colors"] > 2
    distances = [pair["distance"] for pair in judged["nearest"]]
    assert len(distances) == 8 and distances == sorted(distances)


def test_a_folder_scores_as_the_run_that_made_it_is_read(cli, folder: Path, tmp_path: Path):
    figures = evaluated(cli, "--samples", folder, "--pairs", tmp_path / "pairs.png")["generation"]
    assert figures["n"] == 20 and figures["conditions"]["types"]["n"] == 20
    assert figures["conditions"]["shape"] is None and 0 <= figures["judge"]["types"]["top1"] <= 1
    assert Sprite.open(tmp_path / "pairs.png").width == 4 * 34 + 2
    table = cli("evaluate", *DATA, "--samples", folder)
    assert table.status == 0 and "orphans" in table.out and "types agree" in table.out


def test_training_sprites_are_called_memorized_and_held_out_ones_are_not(cli, tmp_path: Path):
    for split in ("train", "test"):
        (tmp_path / split).mkdir()
        for i, sprite in enumerate(small_set(n=160).sprites(split, limit=40)):
            sprite.save(tmp_path / split / f"{i}.png")
    copies, new = (evaluated(cli, "--samples", tmp_path / name)["generation"] for name in ("train", "test"))
    assert copies["memorisation"]["nearest"] == 1 and copies["nearest"][0]["distance"] == 0
    assert new["memorisation"]["nearest"] < 0.1 and new["kid"] < copies["kid"] + 0.1
    assert new["conditions"] is None and new["judge"] is None  # nothing was requested


def test_smaller_sprites_are_placed_as_those_of_the_set(cli, folder: Path, tmp_path: Path):
    (tmp_path / "cut").mkdir()
    for path in folder.glob("*.png"):
        Sprite(pixels=np.full((16, 20, 4), 255, np.uint8), name="").save(tmp_path / "cut" / path.name)
    assert evaluated(cli, "--samples", tmp_path / "cut")["generation"]["n"] == 20


def test_what_cannot_be_judged_is_said_in_one_line(cli, folder: Path, tmp_path: Path):
    few, large = tmp_path / "few", tmp_path / "large"
    for path in (few, large):
        path.mkdir()
    picture = Sprite.open(next(folder.glob("*.png")))
    picture.save(few / "a.png")
    Sprite(pixels=np.full((40, 40, 4), 255, np.uint8), name="b").save(large / "b.png")
    for words, message in (
        (("--samples", few), "1 samples are too few"),
        (("--samples", large), "40×40"),
        (("--model", tiny_run("diffusion"), "-n", 3), "3 samples are too few"),
        (("--model", tiny_run("diffusion"), "-n", 0), "0 samples are too few"),
    ):
        ended = cli("evaluate", *DATA, *words)
        assert ended.status == 1 and not ended.out and message in ended.err.splitlines()[-1]
    assert cli("evaluate", *DATA).status == 2
    assert cli("evaluate", *DATA, "--model", tiny_run("vae"), "--samples", few).status == 2


def test_without_samples_no_network_of_features_is_needed(cli, monkeypatch: pytest.MonkeyPatch):
    def missing(device: str) -> None:
        raise AssertionError(device)

    monkeypatch.setattr(features, "EfficientNetLite0", missing)
    assert evaluated(cli, "--model", tiny_run("pixelcnn"), "-n", 0).keys() == {"bits_per_code"}
    assert "generation" not in evaluated(cli, "--model", tiny_run("codec"))
