"""The judge of conditions learns from labels, and is weighed by species."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from run_kit import small_set
from spriteloom.data.prepare import prepare
from spriteloom.data.preprocessing import preprocessing_named
from spriteloom.data.procedural.creature import ProceduralSource
from spriteloom.data.store import SpriteSet
from spriteloom.errors import DataError
from spriteloom.evaluation.classifier import (
    Classifier,
    ClassifierConfig,
    FieldAccuracy,
    accuracy,
    held_out,
    labels_of,
    learn,
    names_of,
    predict,
    weights_of,
)

SMALL = ClassifierConfig(widths=(8, 16, 24), dropout=0.0, steps=60, batch=48, shift=2)


@pytest.fixture(scope="module")
def model() -> Classifier:
    return learn(small_set(), config=SMALL, seed=1)


def test_it_learns_what_it_is_shown(model: Classifier) -> None:
    found = held_out(model, small_set(), "train")
    assert found.shape.top1 > 2 * found.shape.majority and found.types.top1 > 2 * found.types.chance


def test_the_default_is_small_and_takes_any_size() -> None:
    model = Classifier(ClassifierConfig(), [str(i) for i in range(18)], [str(i) for i in range(14)])
    assert sum(weight.numel() for weight in model.parameters()) < 1_000_000
    types, shapes = model(torch.zeros(2, 3, 64, 64))
    assert types.shape == (2, 18) and shapes.shape == (2, 14)


def test_beliefs_are_shares_and_do_not_depend_on_the_company(model: Classifier) -> None:
    rgb = small_set().all_pictures("train").rgb
    seen = predict(model, rgb)
    assert seen.types.sum(axis=1) == pytest.approx(np.ones(len(rgb)), abs=1e-5)
    assert predict(model, rgb[3:4]).shapes[0] == pytest.approx(seen.shapes[3], abs=0.02)
    assert predict(model, rgb[:0]).types.shape == (0, len(model.types))


def test_the_same_seed_is_the_same_judge_and_no_other_chance_is_touched() -> None:
    short = replace(SMALL, steps=2)
    before = torch.random.get_rng_state()
    one, again, other = (learn(small_set(), config=short, seed=seed) for seed in (1, 1, 2))
    assert torch.equal(torch.random.get_rng_state(), before)
    assert torch.equal(one.to_types.weight, again.to_types.weight)
    assert not torch.equal(one.to_types.weight, other.to_types.weight)


def test_labels_stand_beside_the_pictures_they_are_of() -> None:
    data = small_set("pixel-vqvae").without_noise()
    types, shapes = names_of(data)
    known = labels_of(data, "train", types, shapes)
    copies = len(data.preprocessing.variants("train"))
    assert len(known.types) == len(known.shapes) == data.count("train")
    for row, sprite in enumerate(data.sprites("train")):
        own = slice(row * copies, (row + 1) * copies)
        assert {tuple(one) for one in known.types[own]} == {
            tuple(float(name in sprite.labels["types"]) for name in types)
        }
        assert (known.shapes[own] == [name == sprite.labels["shape"] for name in shapes]).all()
        assert set(known.species[own]) == {sprite.species}


def test_what_the_judge_has_no_name_for_is_unknown() -> None:
    known = labels_of(small_set(), "train", ["no such"], ["blob"])
    assert not known.types.any() and known.shapes.shape[1] == 1


def test_species_are_one_vote_each() -> None:
    assert weights_of(["unown"] * 3 + ["mew"]).tolist() == pytest.approx([1 / 6, 1 / 6, 1 / 6, 1 / 2])


def test_accuracy_by_hand() -> None:
    """Four pictures of weight ¼, two names; all are answered with the first, half of them rightly."""
    shares = np.array([[0.9, 0.1]] * 4, np.float32)
    truth = np.array([[1, 0], [1, 1], [0, 1], [0, 1]], np.float32)
    quarter = np.full(4, 0.25, np.float32)
    assert accuracy(shares, truth, quarter) == FieldAccuracy(top1=0.5, top2=1, chance=0.5, majority=0.75)


def test_what_is_unknown_is_not_counted() -> None:
    shares = np.array([[0.9, 0.1], [0.2, 0.8]], np.float32)
    truth = np.array([[1, 0], [0, 0]], np.float32)
    found = accuracy(shares, truth, np.array([0.5, 0.5], np.float32))
    assert (found.top1, found.chance, found.majority) == (1, 1, 1)
    assert np.isnan(accuracy(shares, 0 * truth, np.ones(2, np.float32)).top1)


def test_a_set_without_labels_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = small_set()
    bare = [replace(one, labels={}) for one in data.sprites("train")]
    monkeypatch.setattr(SpriteSet, "sprites", lambda *_: iter(bare))
    with pytest.raises(DataError, match="no types or no shapes"):
        learn(data, config=SMALL)


def test_an_empty_split_is_refused(model: Classifier, tmp_path: Path) -> None:
    prepare(
        ProceduralSource(n=2, size=32),
        preprocessing_named("pixel"),
        out=tmp_path / "a.parquet",
        size=32,
        workers=1,
        fractions={"train": 1},
    )
    with pytest.raises(DataError, match="no test pictures"):
        held_out(model, SpriteSet.open(tmp_path / "a.parquet"))
