"""A run is all that loading it needs: configs of the user's own open, presets may change, files are checked."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from fresh_kit import fresh_program
from run_kit import run_config, small_set, trained
from spriteloom.errors import ImpossibleModel
from spriteloom.models.capabilities import Samples
from spriteloom.models.load import load
from spriteloom.models.pixel_vqvae import presets
from spriteloom.models.registry import preset_config
from spriteloom.models.train import choose
from spriteloom.training.config import flat_keys, from_json, to_json, with_changes
from spriteloom.training.runs import CONFIG, RunConfig, read_config
from tiny_families import TINY, tiny_run


def test_runs_of_no_preset_open_in_a_program_of_other_presets():
    runs = [tiny_run(name) for name in ("codec", "diffusion", "latent-diffusion", "pixelcnn")]
    pictures = small_set().path
    with fresh_program():
        for name in ("pixel_vqvae", "diffusion"):  # as if another version had no preset of them
            import_module(f"spriteloom.models.{name}.presets").PRESETS.clear()
        program = import_module("spriteloom")
        codec, *generators = (program.load(run, device="cpu") for run in runs)
        measured = import_module("spriteloom.evaluation.evaluate").evaluate(
            codec, program.SpriteSet.open(pictures)
        )
        quick = import_module("spriteloom.editing.generative").with_sampler
        *diffusions, prior = generators
        samplers = [*(quick(model, num_steps=2) for model in diffusions), prior]
        shapes = [model.generate(1, seed=3)[0].pixels.shape for model in samplers]
    assert 0 < measured.to_json()["mse"] < 1 and shapes == [(32, 32, 4)] * 3


def test_the_numbers_of_a_preset_may_change(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    run = trained(tmp_path / "run", "kmeans-medres", changes=("k=8",))
    before = load(tiny_run("codec")).reconstruct(small_set().all_pictures("test").rgb)
    smaller = lambda: replace(presets.ours("medres"), network=presets.hires())  # noqa: E731
    monkeypatch.setitem(presets.PRESETS, "pixel-vqvae-medres", smaller)
    assert preset_config("pixel-vqvae-medres").network.m == 1
    after = load(tiny_run("codec")).reconstruct(small_set().all_pictures("test").rgb)
    assert np.array_equal(before, after) and load(run).k == 8


@pytest.mark.parametrize("name", TINY)
def test_a_model_saved_is_the_run_again(name: str, tmp_path: Path):
    model = load(tiny_run(name), "cpu")
    model.save(tmp_path / "copy")
    again = load(tmp_path / "copy", "cpu")
    assert again.config == model.config and again.fingerprint == model.fingerprint
    assert {path.name for path in (tmp_path / "copy").iterdir()} >= {CONFIG, "model.safetensors", "README.md"}
    assert (tmp_path / "copy" / "base").exists() == (TINY[name].base is not None)
    card = (tmp_path / "copy" / "README.md").read_text()
    assert card.startswith("---\n") and TINY[name].preset in card and "procedural" in card
    if isinstance(model, Samples) and name != "pixelcnn-bytes":
        quick = (model, again)
        if name.endswith("diffusion"):
            quick = tuple(each.with_sampler(num_steps=2) for each in quick)
        one, two = (each.generate(1, seed=9)[0].pixels for each in quick)
        assert np.array_equal(one, two)


def test_every_key_is_in_the_run():
    config = read_config(tiny_run("diffusion"))
    keys = set(flat_keys(config.hyperparameters))
    assert {"network.widths", "sampler.num_steps", "sampler.guidance_scale", "process.mean"} <= keys
    assert {"optimizer.learning_rate", "ema_decay", "autoguidance_after"} <= keys
    assert config.shape == {"size": 32, "latent": [16, 16, 16], "labels": config.shape["labels"], "words": 0}
    assert config.version and config.preprocessing == "pixel" and config.trained
    assert from_json(RunConfig, to_json(config), where="here") == config


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("batch", "--set takes key=value"),
        ("bach=3", "there is no 'bach': did you mean batch"),
        ("network.with=3", "did you mean network.width"),
        ("network=3", "network"),
        ("batch=3.5", "batch is 3.5 but should be a valid integer"),
        ("batch=many", 'batch is "many" but should be a valid integer'),
        ("batch=true", "batch is true but should be a valid integer"),
        ("network.pixel_sight=1", "should be a valid boolean"),
        ("start.kind=magic", "start"),
        ("objective=magic", "objective"),
        ("batch=0", "a batch of 0"),
        ("optimizer.schedule=linear", "optimizer.schedule"),
    ],
)
def test_a_change_that_cannot_be_is_one_line(change: str, said: str, tmp_path: Path):
    with pytest.raises(ImpossibleModel, match=said) as told:
        trained(tmp_path / "run", "pixel-vqvae-medres", changes=(change,))
    assert "\n" not in str(told.value) and not (tmp_path / "run").exists()


def test_changes_reach_where_they_should():
    config = with_changes(preset_config("diffusion"), ["network.widths=[8, 16]", "optimizer.betas=[0.8,0.9]"])
    assert config.network.widths == (8, 16) and config.optimizer.betas == (0.8, 0.9)
    hires = preset_config("pixel-vqvae-hires")
    assert with_changes(hires, ["start.kind=kmeans"]).start.warm_up == 100
    assert with_changes(hires, ["start.kind=kmeans", "start.warm_up=7"]).start.warm_up == 7
    assert with_changes(preset_config("vae"), ["optimizer.learning_rate=1"]).optimizer.learning_rate == 1


def test_a_config_file_is_a_preset_of_ones_own(tmp_path: Path):
    path = tmp_path / "mine.json"
    values = {"family": "kmeans", "hyperparameters": to_json(preset_config("kmeans-hires"))}
    path.write_text(json.dumps(values))
    assert choose(path).preset == "mine" and choose(path, ["k=9"]).config.k == 9
    assert (
        choose(tiny_run("codec") / CONFIG).config
        == choose(TINY["codec"].preset, TINY["codec"].changes).config
    )
    for damaged, said in (
        ({"hyperparameters": {}}, "'family' is missing"),
        ({"family": "kmeans"}, "'hyperparameters' is missing"),
        ({"family": "kmeans", "hyperparameters": {"m": 2}}, "'noise' is missing"),
        (values | {"family": "jpeg"}, "no family is called"),
        ([], "'family' is missing"),
    ):
        path.write_text(json.dumps(damaged))
        with pytest.raises(ImpossibleModel, match=said) as told:
            choose(path)
        assert "\n" not in str(told.value)
    path.write_text("{")
    with pytest.raises(ImpossibleModel, match="not a JSON"):
        choose(path)
    with pytest.raises(ImpossibleModel, match="does not exist"):
        choose(tmp_path / "gone.json")


def test_a_run_config_made_by_hand_is_whole():
    assert from_json(RunConfig, to_json(run_config()), where="here") == run_config()
