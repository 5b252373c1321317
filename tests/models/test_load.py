"""A run is opened whole or refused in one line; and it is measured by what its codes show."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from run_kit import narrow, narrow_kmeans, narrow_paper, small_set, stops_at, trained
from spriteloom.codecs.lloyd import fit_table
from spriteloom.codecs.tables import NearestTable
from spriteloom.errors import DataError, RunError
from spriteloom.evaluation.evaluate import evaluate
from spriteloom.models.load import load
from spriteloom.training.fit import Interrupted

KEYS = {
    "mse",
    "psnr",
    "ssim",
    "exact_pixels",
    "foreground",
    "n",
    "kmeans_mse",
    "kmeans_ssim",
    "kmeans_noise_mse",
    "nearest_mse",
    "codes_used",
    "perplexity",
    "bits_per_pixel",
}
CONFIGS = {
    "medres": narrow("medres"),
    "hires": narrow("hires"),
    "lowres": narrow("lowres", network=replace(narrow("lowres").network, width=64)),
    "paper": narrow_paper(),
    "kmeans": narrow_kmeans(),
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory):
    made: dict[str, Path] = {}

    def run_of(name: str) -> Path:
        if name not in made:
            made[name] = trained(tmp_path_factory.mktemp("runs") / name, CONFIGS[name], steps=3)
        return made[name]

    return run_of


@pytest.mark.parametrize("name", CONFIGS)
def test_the_network_and_its_tables_are_one_codec_on_held_out_pictures(runs, name: str):
    codec = load(runs(name)).codec
    rgb = small_set().all_pictures("test").rgb
    codes = codec.encode_rgb(rgb)
    if codec.network:
        assert np.array_equal(codec.network.encode(rgb), codes)
        assert np.array_equal(codec.network.decode(codes), codec.decode_rgb(codes))
    assert codec.decode_rgb(codes).shape == rgb.shape


@pytest.mark.parametrize("name", CONFIGS)
def test_evaluation_has_the_documented_keys(runs, name: str):
    found = evaluate(load(runs(name)), small_set()).to_json()
    assert found.keys() == KEYS
    assert found["foreground"].keys() == {"mse", "psnr", "ssim", "exact_pixels"}
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found["n"] == small_set().count("test")
    assert found["nearest_mse"] <= found["mse"]
    assert 1 <= found["codes_used"] <= 32 and 1 <= found["perplexity"] <= found["codes_used"] + 1e-9


def test_the_figures_are_those_of_the_pictures(runs):
    codec = load(runs("medres")).codec
    rgb = small_set().all_pictures("test").rgb
    codes = codec.encode_rgb(rgb)
    gap = (codec.decode_rgb(codes).astype(float) - rgb) / 255
    found = evaluate(load(runs("medres")), small_set()).to_json()
    assert found["mse"] == pytest.approx(np.square(gap).mean())
    assert found["exact_pixels"] == pytest.approx((gap == 0).all(-1).mean())
    assert found["codes_used"] == len(np.unique(codes))


def test_the_yardstick_is_kmeans_on_the_training_pictures(runs):
    from spriteloom.codecs.census import take_census
    from spriteloom.codecs.patches import split

    census = take_census([small_set().all_pictures("train").rgb], 2)
    table = fit_table(census, 32, rng=np.random.default_rng(0))
    _, errors = NearestTable(table).find(split(small_set().all_pictures("test").rgb, 2))
    found = evaluate(load(runs("medres")), small_set())
    assert found.kmeans.mse == pytest.approx(errors.mean() / (12 * 255**2))
    assert evaluate(load(runs("kmeans")), small_set(), seed=3).kmeans.mse == pytest.approx(
        evaluate(load(runs("kmeans")), small_set(), seed=3).scores.mse
    )


def test_noise_has_a_yardstick_only_where_it_was_left_out(runs, tmp_path: Path):
    noisy = small_set("pixel-vqvae", n=4)
    assert evaluate(load(runs("medres")), small_set()).kmeans_noise is None
    found = evaluate(load(runs("medres")), noisy)
    assert found.kmeans_noise is not None and found.kmeans_noise.mse != found.kmeans.mse
    run = trained(tmp_path / "run", narrow_paper(), steps=1, data=noisy)
    assert evaluate(load(run), noisy).kmeans_noise is None


@pytest.mark.parametrize("split", ["train", "validation", "test"])
def test_every_split_can_be_measured(runs, split: str):
    assert evaluate(load(runs("kmeans")), small_set(), split).scores.n == small_set().count(split)


def test_an_empty_or_unknown_split_is_refused(runs):
    empty = replace(small_set(), rows={**small_set().rows, "test": range(0)})
    with pytest.raises(DataError, match="no test pictures"):
        evaluate(load(runs("kmeans")), empty)
    with pytest.raises(DataError, match="no split is called"):
        evaluate(load(runs("kmeans")), small_set(), "exam")


def test_a_run_has_the_name_of_its_preset(runs, tmp_path: Path):
    assert load(runs("hires")).name == "pixel-vqvae"
    named = trained(tmp_path / "run", "kmeans-medres", changes=("k=8",))
    assert load(named).name == "kmeans-medres"
    assert load(str(runs("hires"))).fingerprint == load(runs("hires")).fingerprint


def refused(run: Path, match: str) -> None:
    with pytest.raises(RunError, match=match) as told:
        load(run)
    assert "\n" not in str(told.value) and str(run) in str(told.value)


def test_what_is_no_run_is_refused(tmp_path: Path):
    refused(tmp_path / "gone", "is not a run")
    refused(tmp_path, "is not a run")
    (tmp_path / "file").write_text("words")
    refused(tmp_path / "file", "is not a run")


def test_an_unfinished_run_is_refused(tmp_path: Path):
    with pytest.raises(Interrupted):
        trained(tmp_path / "run", narrow(), callback=stops_at(1))
    refused(tmp_path / "run", "--resume")


@pytest.mark.parametrize("name", ["medres", "kmeans"])
@pytest.mark.parametrize(
    "damage",
    [lambda data: data[:-40], lambda _: b"", lambda _: b"\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00N."],
    ids=["truncated", "empty", "pickle"],
)
def test_damaged_weights_are_refused(runs, name: str, damage, tmp_path: Path):
    run = Path(shutil.copytree(runs(name), tmp_path / "run"))
    (run / "model.safetensors").write_bytes(damage((run / "model.safetensors").read_bytes()))
    refused(run, "damaged")


def test_weights_of_another_model_are_refused(runs, tmp_path: Path):
    for own, other in (("medres", "hires"), ("medres", "kmeans"), ("kmeans", "medres")):
        run = Path(shutil.copytree(runs(own), tmp_path / f"{own}-{other}"))
        shutil.copy(runs(other) / "model.safetensors", run)
        refused(run, "another model")


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"format": 99}', '{"format": 1, "preprocessing": "x"}', "\x80\x04\x95"],
)
def test_a_damaged_config_is_refused(runs, text: str, tmp_path: Path):
    run = Path(shutil.copytree(runs("kmeans"), tmp_path / "run"))
    (run / "config.json").write_text(text, encoding="latin-1")
    refused(run, "config.json")


def test_a_run_of_another_format_is_one_clear_line(runs, tmp_path: Path):
    run = Path(shutil.copytree(runs("kmeans"), tmp_path / "run"))
    (run / "config.json").write_text('{"format": 1, "preprocessing": "prior", "model": {"k": 256}}')
    refused(run, "has format 1, not 2")


def edited(run: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    config = json.loads((run / "config.json").read_text())
    edit(config)
    (run / "config.json").write_text(json.dumps(config))


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda c: c.pop("seed"), "key 'seed' is missing"),
        (lambda c: c.update(mood="grim"), "does not know the key 'mood'"),
        (lambda c: c.update(seed="one"), "seed is"),
        (lambda c: c.update(family="jpeg"), "no family is called 'jpeg'"),
        (lambda c: c["hyperparameters"].pop("k"), "hyperparameters: the key 'k' is missing"),
        (lambda c: c["hyperparameters"].pop("noise"), "hyperparameters: the key 'noise' is missing"),
        (lambda c: c["hyperparameters"].update(kk=3), "does not know the key 'kk': did you mean k"),
        (lambda c: c["hyperparameters"].update(k=1.5), "k is 1.5 but should be a valid integer"),
        (lambda c: c["hyperparameters"].update(m="two"), "m is"),
        (lambda c: c["hyperparameters"].update(k=31), "another model"),
        (lambda c: c["shape"].update(size=3), "shape: this version does not know the key 'size'"),
    ],
)
def test_a_config_edited_by_hand_is_one_line_with_the_keys_name(runs, edit, said: str, tmp_path: Path):
    run = Path(shutil.copytree(runs("kmeans"), tmp_path / "run"))
    edited(run, edit)
    refused(run, said)


def test_a_nested_key_is_named_whole(runs, tmp_path: Path):
    run = Path(shutil.copytree(runs("medres"), tmp_path / "run"))
    edited(run, lambda c: c["hyperparameters"]["start"].pop("rounds"))
    refused(run, "'start.rounds' is missing")
    edited(run, lambda c: c["hyperparameters"]["start"].update(rounds=3, kind="magic"))
    refused(run, "start")
