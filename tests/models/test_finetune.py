"""finetune: starts from a model, keeps the weights that predict held-out sprites best, refuses what has no style."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from run_kit import same, small_set, weights
from spriteloom.data.sources import open_source
from spriteloom.errors import DataError, ImpossibleModel
from spriteloom.models.capabilities import Samples, need
from spriteloom.models.finetune import StyleSource, finetune
from spriteloom.models.load import load
from spriteloom.nn.average import Best
from spriteloom.pixels.files import encode_png
from spriteloom.training.budget import Budget
from spriteloom.training.runs import read_config
from tiny_families import tiny_run

STEPS = Budget(steps=3)


@pytest.fixture(scope="module")
def style(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten sprites of the small set as files."""
    folder = tmp_path_factory.mktemp("style")
    for i, sprite in enumerate(small_set(n=40).sprites("train", limit=10)):
        sprite.save(folder / f"Red_dragon-{i}.png")
    return folder


def picture(folder: Path, name: str, pixels: np.ndarray) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(encode_png(pixels))


def noise(size: int) -> np.ndarray:
    pixels = np.random.default_rng(0).integers(0, 256, (size, size, 4)).astype(np.uint8)
    pixels[..., 3] = 255
    return pixels


def test_it_starts_from_the_model_and_samples(style: Path, tmp_path: Path):
    start = load(tiny_run("tiles"), "cpu")
    report = finetune(start, style, tmp_path / "run", budget=STEPS, device="cpu")
    config = read_config(tmp_path / "run")
    assert config.start == start.fingerprint and config.preset == "tiles-finetuned"
    assert config.conditions == start.config.conditions and config.data["pictures"] == 8
    log = [json.loads(line) for line in (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()]
    assert report.metrics["best_validation_loss"] <= log[0]["validation_loss"]
    assert need(load(tmp_path / "run", "cpu"), Samples).sample(1, prompt="dragon").shape == (1, 32, 32, 3)


def test_a_training_that_only_harms_keeps_the_model(
    style: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    losses = iter(range(100))
    monkeypatch.setattr(
        "spriteloom.models.diffusion.training.DiffusionTask._held_out_loss", lambda _: float(next(losses))
    )
    finetune(load(tiny_run("tiles"), "cpu"), style, tmp_path / "run", budget=STEPS, device="cpu")
    assert same(weights(tmp_path / "run"), weights(tiny_run("tiles")))


def test_the_best_weights_are_final_after_some_failures():
    layer = nn.Linear(2, 2)
    best = Best(layer, patience=2)
    states = []
    for loss in (3.0, 1.0, 2.0, 2.0):
        with torch.no_grad():
            layer.weight += 1
        best.compare(layer, loss)
        states.append((layer.weight.detach().clone(), best.is_final))
    assert [final for _, final in states] == [False, False, False, True]
    assert torch.equal(best.module.weight, states[1][0]) and float(best.loss) == 1.0


def test_words_of_the_names_are_the_text(style: Path):
    items = list(StyleSource(open_source(str(style)), 32).items())
    assert {item.text for item in items} == {"red dragon"} and len(items) == 10


def test_what_has_no_style_is_refused(tmp_path: Path):
    def refused(name: str) -> str:
        with pytest.raises(DataError) as fault:
            list(StyleSource(open_source(str(tmp_path / name)), 32).items())
        assert "\n" not in str(fault.value)
        return str(fault.value)

    plain = np.full((16, 16, 4), 255, np.uint8)
    picture(tmp_path / "one", "a.png", plain)
    assert "one has 1 sprites: give 4 or more" in refused("one")
    for i in range(4):
        picture(tmp_path / "mixed", f"{i}.png", plain if i else plain[:8])
        picture(tmp_path / "large", f"{i}.png", np.full((40, 40, 4), 255, np.uint8))
        picture(tmp_path / "photos", f"{i}.png", noise(32))
    assert "0.png has 16×8 pixels and 1.png 16×16" in refused("mixed")
    assert "40×40 pixels, and this model draws 32×32" in refused("large")
    assert "like a photograph" in refused("photos")


def test_only_a_diffusion_of_pixels_is_finetuned(style: Path, tmp_path: Path):
    for name in ("codec", "latent-diffusion"):
        with pytest.raises(ImpossibleModel, match="cannot be finetuned: choose a diffusion of pixels"):
            finetune(load(tiny_run(name), "cpu"), style, tmp_path / "run", budget=STEPS)
