"""Shipped models: each opens by its name, is small, and makes sprites from any words without a download."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from safetensors.torch import load_file

from run_kit import small_set
from spriteloom.cli.options import DEFAULT_CODEC, DEFAULT_MODEL
from spriteloom.data.source import GENERATED
from spriteloom.data.store import SpriteSet
from spriteloom.errors import RunError
from spriteloom.models.capabilities import Edits, Reconstructs, Samples, need
from spriteloom.models.load import PRETRAINED, load, shipped_models
from spriteloom.pixels import Sprite
from spriteloom.training.runs import read_config
from tiny_families import tiny_run

BYTES = 32 << 20  # of all shipped weights
PROJECT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """scripts/pretrained.py."""
    spec = importlib.util.spec_from_file_location("train_pretrained", PROJECT / "scripts" / "pretrained.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["train_pretrained"] = module  # where its dataclasses look up their annotations
    spec.loader.exec_module(module)
    return module


def test_all_shipped_models_are_small_and_have_a_card():
    assert {DEFAULT_MODEL, DEFAULT_CODEC} <= {*shipped_models()}
    files = [path for path in PRETRAINED.rglob("*") if path.is_file()]
    needed = {"README.md", "config.json", "model.safetensors"}
    assert needed <= {path.name for path in files} <= needed | {"samples.png"}
    assert sum(path.stat().st_size for path in files) <= BYTES
    for name in shipped_models():
        card = (PRETRAINED / name / "README.md").read_text()
        assert ("(samples.png)" in card) == (PRETRAINED / name / "samples.png").exists()
        assert card.startswith("---\n") and "license:" in card and "**Limits.**" in card
        assert read_config(PRETRAINED / name).preset == name


def test_the_sheet_of_samples_is_small_and_holds_64():
    path = PRETRAINED / "tiles-32" / "samples.png"
    sheet = Sprite.open(path)
    assert (sheet.width, sheet.height) == (2 * (8 * 34 + 2),) * 2 and path.stat().st_size <= 60_000


def test_shipped_codecs_lose_the_less_the_smaller_their_patches():
    pictures = small_set(n=40).all_pictures("test").rgb
    errors = []
    for size in ("hires", "medres", "lowres"):
        codec = need(load(f"pixel-vqvae-{size}", "cpu"), Reconstructs)
        errors.append(float(np.square(codec.reconstruct(pictures).astype(float) - pictures).mean()))
    assert errors[0] < errors[1] < errors[2] < 2000  # of 65,025


def test_a_shipped_model_follows_words_and_the_seed():
    model = need(load("tiles-32", "cpu"), Samples).with_sampler(num_steps=4)
    red, blue, again = (
        model.sample(2, prompt=prompt, seed=5) for prompt in ("red potion", "blue potion", "red potion")
    )
    assert np.array_equal(red, again) and isinstance(model, Edits)
    more_red = [int((picture[..., 0] > picture[..., 2].astype(int) + 40).sum()) for picture in (red, blue)]
    assert more_red[0] > more_red[1]


def test_an_unknown_name_is_answered_with_near_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RunError, match=r"shipped model 'tiles-23' here: did you mean tiles-32\?"):
        load("tiles-23")
    with pytest.raises(RunError, match=r"shipped models are .*tiles-32"):
        load("dragons")
    (tmp_path / "tiles-32").mkdir()
    with pytest.raises(RunError, match="is not a run"):  # a folder of that name comes first
        load("tiles-32")


def test_a_run_is_packed_as_a_shipped_model(script: ModuleType, tmp_path: Path):
    script.pack(tiny_run("diffusion"), tmp_path / "tiny", script.RECIPES["tiles-32"])
    shipped, run = load(tmp_path / "tiny"), load(tiny_run("diffusion"))
    size, whole = (
        (path / "model.safetensors").stat().st_size for path in (tmp_path / "tiny", tiny_run("diffusion"))
    )
    assert size < 0.6 * whole and shipped.name == "tiny"
    for name, weight in load_file(tmp_path / "tiny" / "model.safetensors").items():
        assert np.allclose(
            weight.float(), load_file(tiny_run("diffusion") / "model.safetensors")[name], rtol=0.01
        )
    assert "# tiny" in (tmp_path / "tiny" / "README.md").read_text()
    assert shipped.config.hyperparameters == run.config.hyperparameters


def test_a_shipped_model_is_trained_from_a_folder_and_continued(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for i, sprite in enumerate(small_set(n=40).sprites("train")):
        sprite.save(tmp_path / f"{i}.png")
    resumed, recipe = [], script.RECIPES["tiles-32"]

    def train(preset: str, data: SpriteSet, run: Path, **options: Any) -> None:
        assert preset == "tiles" and data.preprocessing.size == 32 and data.count("train")
        resumed.append(options["resume"])
        run.mkdir(exist_ok=True)

    monkeypatch.setattr(script, "train", train)
    script.prepared(recipe, str(tmp_path), tmp_path / "set.parquet")
    for _ in range(2):
        script.learn(recipe, tmp_path / "set.parquet", tmp_path / "runs" / "tiles-32", 1.0, "cpu")
    assert resumed == [False, True]


def test_the_set_of_creatures_holds_drawn_ones_and_marks_generated_ones(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(script, "CREATURES", 6)
    for i, sprite in enumerate(small_set(n=12).sprites("train")):
        (tmp_path / "front").mkdir(exist_ok=True)
        sprite.save(tmp_path / "front" / f"{i}.png")
    source = script.with_creatures(str(tmp_path))
    items = list(source.items())
    generated = [item for item in items if item.form == GENERATED]
    assert len(items) == len(source) and len(generated) == 24 and generated == items[-24:]
    assert items[0].path.startswith(f"{tmp_path.name}/") and items[-1].path.startswith("procedural/")


def test_samples_are_drawn_under_the_conditions_of_training_sprites(script: ModuleType):
    pictures = script.samples(tiny_run("tiles"), small_set(n=40), 3, "cpu")
    assert pictures.keys() == {"1.0", "1.5", "2.0", "3.0"}
    assert all(
        each.shape == (3, 32, 32, 4) and {*np.unique(each[..., 3])} <= {0, 255} for each in pictures.values()
    )
    assert not np.array_equal(pictures["1.0"], pictures["3.0"])
