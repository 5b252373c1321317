"""A prior learns the codes of a codec: what it keeps, what it can be asked for, what it refuses."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from run_kit import narrow, same, small_set, stops_at, trained, weights
from spriteloom.data.conditions import condition_space, conditions_of
from spriteloom.data.prepare import prepare
from spriteloom.data.preprocessing import PIXEL
from spriteloom.data.sources import open_source
from spriteloom.data.store import SpriteSet
from spriteloom.errors import CodecMismatch, DataError, ImpossibleModel, RunError
from spriteloom.evaluation.evaluate import PriorEvaluation, evaluate
from spriteloom.models.capabilities import Samples, need
from spriteloom.models.load import load
from spriteloom.models.prior import PAPER_CONDITIONS
from spriteloom.models.registry import preset_config
from spriteloom.pixels import Sprite
from spriteloom.training.fit import Interrupted
from spriteloom.training.runs import BASE

NAMES = ("pixelcnn", "counts", "masked")


@pytest.fixture(scope="module")
def codec(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained(tmp_path_factory.mktemp("codec") / "medres", narrow(), steps=2)


def small(name: str):
    changes = {
        "pixelcnn": {"width": 8, "dilations": (1, 2), "batch": 4},
        "masked": {"embedding": 8, "widths": (16, 16), "attention": (1,), "batch": 4, "num_steps": 4},
    }
    return replace(preset_config(name), **changes.get(name, {}))


def folder(out: Path, labels: list[dict[str, object]]) -> SpriteSet:
    """Eight species of one sprite each, with such labels."""
    out.mkdir()
    for i, words in enumerate(labels):
        pixels = np.zeros((16, 16, 4), np.uint8)
        pixels[3:12, 3 : 5 + i] = (20 * i, 255 - 20 * i, 90, 255)
        Sprite(pixels=pixels, name=f"s{i}").save(out / f"s{i}.png")
        with (out / "metadata.jsonl").open("a") as file:
            file.write(json.dumps({"file_name": f"s{i}.png", "species": f"s{i}", **words}) + "\n")
    prepare(open_source(str(out)), PIXEL, out=out / "set.parquet", size=16, workers=1)
    return SpriteSet.open(out / "set.parquet")


@pytest.mark.parametrize("name", NAMES)
def test_a_prior_is_trained_loaded_measured_and_drawn_from(name: str, codec: Path, tmp_path: Path):
    run = trained(tmp_path / "run", small(name), steps=1, base=codec)
    generator = load(run)
    assert generator.codec.fingerprint == load(codec).codec.fingerprint
    found = evaluate(generator, small_set())
    assert isinstance(found, PriorEvaluation) and 0 < found.bits_per_code < 12
    labels = {"types": ("fire",)} if name != "counts" else {}
    one, two = (generator.sample(2, labels, seed=5) for _ in "ab")
    assert one.shape == (2, 32, 32, 3) and np.array_equal(one, two)
    assert np.array_equal(generator.sample(1, labels, seed=6)[0], one[1]), "seeds count up"


def test_the_run_is_whole_without_the_codecs_own_folder(codec: Path, tmp_path: Path):
    copy = shutil.copytree(codec, tmp_path / "codec")
    run = trained(tmp_path / "run", small("counts"), base=copy)
    shutil.rmtree(copy)
    assert load(run).sample(1).shape == (1, 32, 32, 3)


def test_another_codec_in_the_run_is_refused(codec: Path, tmp_path: Path):
    run = trained(tmp_path / "run", small("counts"), base=codec)
    other = trained(tmp_path / "other", narrow(), steps=2, seed=9)
    shutil.rmtree(run / BASE)
    shutil.copytree(other, run / BASE)
    with pytest.raises(CodecMismatch, match="restore the run's own base model"):
        load(run)


def test_a_run_goes_on_with_its_codec_only(codec: Path, tmp_path: Path):
    run = trained(tmp_path / "run", small("pixelcnn"), steps=1, base=codec)
    other = trained(tmp_path / "other", narrow(), steps=2, seed=9)
    with pytest.raises(CodecMismatch, match="continue with"):
        trained(run, small("pixelcnn"), steps=2, base=other, resume=True)


@pytest.mark.parametrize("name", ["pixelcnn", "masked"])
def test_a_resumed_run_ends_with_the_same_weights(name: str, codec: Path, tmp_path: Path):
    whole = trained(tmp_path / "whole", small(name), steps=4, base=codec)
    part = tmp_path / "part"
    with pytest.raises(Interrupted):
        trained(part, small(name), steps=4, base=codec, callback=stops_at(2))
    trained(part, small(name), steps=4, base=codec, resume=True)
    assert same(weights(whole), weights(part))


def test_a_prior_wants_a_codec_and_a_codec_none(codec: Path, tmp_path: Path):
    with pytest.raises(ImpossibleModel, match="pass it with --base"):
        trained(tmp_path / "a", small("pixelcnn"))
    with pytest.raises(ImpossibleModel, match="leave --base out"):
        trained(tmp_path / "b", narrow(), base=codec)


def test_what_a_model_does_not_know_cannot_be_asked_for(codec: Path, tmp_path: Path):
    generator = load(trained(tmp_path / "run", small("pixelcnn"), steps=1, base=codec))
    with pytest.raises(ImpossibleModel, match="did you mean fire"):
        generator.sample(1, {"types": ("fier",)})
    with pytest.raises(ImpossibleModel, match="knows no mood"):
        generator.sample(1, {"mood": "grim"})
    with pytest.raises(ImpossibleModel, match="ask for 1 or more"):
        generator.sample(0)
    with pytest.raises(RunError, match="only reconstructs"):
        need(load(codec), Samples)


def test_sprites_have_hard_alpha_and_as_few_colors_as_asked(codec: Path, tmp_path: Path):
    generator = load(trained(tmp_path / "run", small("masked"), steps=1, base=codec))
    for sprite in generator.generate(4, {"types": ("water",)}, colors=5):
        assert set(np.unique(sprite.pixels[..., 3])) <= {0, 255}
        inside = sprite.pixels[sprite.pixels[..., 3] > 0]
        assert len(np.unique(inside, axis=0)) <= 5
        assert sprite.labels == {"types": ("water",)}


def test_a_set_without_labels_trains_and_cannot_be_asked(tmp_path: Path):
    data = folder(tmp_path / "bare", [{}] * 8)
    codec = trained(tmp_path / "codec", narrow(), steps=1, data=data)
    assert condition_space(data, usual=PAPER_CONDITIONS).size == 0
    generator = load(trained(tmp_path / "run", small("pixelcnn"), steps=1, base=codec, data=data))
    assert generator.sample(1).shape == (1, 16, 16, 3)
    with pytest.raises(ImpossibleModel, match="trained without labels"):
        generator.sample(1, {"types": ("fire",)})
    with pytest.raises(DataError, match="no training sprite"):
        condition_space(data, ["shape"], usual=PAPER_CONDITIONS)


def test_labels_may_be_anyones_own_and_need_not_be_everywhere(tmp_path: Path):
    words = [{"types": ["cheese"], "shape": "wheel"}, {"types": ["bread"]}, {}, {"shape": "loaf"}] * 2
    data = folder(tmp_path / "food", words)
    space = condition_space(data, usual=PAPER_CONDITIONS)
    assert set(space.fields) <= {"types", "shape"} and space.size >= 1
    assert set(space.fields.get("types", ())) <= {"cheese", "bread"}
    vectors = conditions_of(data, "train", space, noise=False)
    assert vectors.shape == (data.count("train"), space.size)
    asked = [space.words(vector) for vector in vectors]
    told = [space.known(labels) for labels in data.labels("train")]
    assert asked == [{k: v for k, v in one.items() if v} for one in told]
