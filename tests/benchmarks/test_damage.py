"""The experiment: our figure rises with every known damage to creatures it has not seen."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import damage as bench
from common import pictures
from damage import Ladder, bench_damage, rank_agreement
from spriteloom.data.prepare import prepare
from spriteloom.data.preprocessing import preprocessing_named
from spriteloom.data.procedural.creature import ProceduralSource
from spriteloom.data.store import SpriteSet
from spriteloom.editing.damages import DAMAGES, Sample, sample
from spriteloom.errors import DataError
from spriteloom.metrics.pixel_art.score import NAMES


class MeanColor:
    """Features that are cheap: a picture's mean and spread of each channel."""

    name = "Mean"

    def __call__(self, pictures: np.ndarray) -> np.ndarray:
        x = pictures.reshape(len(pictures), -1, 3).astype(np.float32)
        return np.concatenate([x.mean(axis=1), x.std(axis=1)], axis=1)


@pytest.fixture(scope="module")
def ladders() -> list[Ladder]:
    one = Sample(
        name="creatures",
        counted=pictures(12, seed=1),
        weighed=pictures(4, seed=2),
        held_out=pictures(6, seed=3),
    )
    return bench_damage([one], MeanColor())


@pytest.mark.parametrize("kind", DAMAGES)
def test_damage_rises_with_every_step_of_every_kind(ladders: list[Ladder], kind: str):
    (found,) = [x for x in ladders if (x.kind, x.measure) == (kind, "damage")]
    assert found.monotone and found.tau == 1
    assert list(found.figures) == sorted(found.figures)
    assert found.ordered > 0.75


def test_every_measure_is_asked_about_every_kind(ladders: list[Ladder]):
    measures = ["damage", "damage-unseen", *NAMES, "FD-Mean"]
    assert [(x.kind, x.measure) for x in ladders] == [(kind, m) for kind in DAMAGES for m in measures]
    assert all(len(x.figures) == 6 and x.n == 6 for x in ladders)
    assert all((x.ordered is None) == x.measure.startswith("FD-") for x in ladders)


def test_weights_for_an_unseen_kind_are_others(ladders: list[Ladder]):
    for kind in DAMAGES:
        whole, unseen = (
            next(x.figures for x in ladders if (x.kind, x.measure) == (kind, m))
            for m in ("damage", "damage-unseen")
        )
        assert whole != unseen


def test_clean_is_the_same_whatever_comes_after(ladders: list[Ladder]):
    assert len({x.figures[0] for x in ladders if x.measure == "damage"}) == 1


def test_rows_are_json(ladders: list[Ladder]):
    rows = json.loads(json.dumps([x.to_json() for x in ladders], allow_nan=False))
    assert rows[0].keys() == {"set", "kind", "measure", "n", "figures", "monotone", "tau", "ordered"}


def test_without_features_there_is_no_distance(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bench, "DAMAGES", {kind: DAMAGES[kind][:1] for kind in ("jitter", "blur")})
    some = pictures(4, seed=1)
    found = bench_damage([Sample(name="few", counted=some, weighed=some, held_out=some)], None)
    assert not [x for x in found if x.measure.startswith("FD-")]


def test_rank_agreement_is_kendall_s():
    assert rank_agreement([1, 2, 3]) == 1
    assert rank_agreement([3, 2, 1]) == -1
    assert rank_agreement([1, 3, 2]) == pytest.approx(1 / 3)
    assert rank_agreement([1, 1, 1]) == 0


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sets") / "creatures.parquet"
    shares = {"train": 0.6, "validation": 0.1, "test": 0.3}
    source = ProceduralSource(n=10, seed=5)
    prepare(source, preprocessing_named("pixel"), out=out, workers=1, fractions=shares)
    return out


def test_a_sample_keeps_species_apart(prepared: Path):
    found = sample("creatures", SpriteSet.open(prepared), n=8)
    assert len(found.held_out) == 8 and len(found.counted) + len(found.weighed) == 24
    counted, weighed, held = (
        {one.tobytes() for one in side} for side in (found.counted, found.weighed, found.held_out)
    )
    assert not counted & weighed and not (counted | weighed) & held


def test_a_resampled_set_is_refused(tmp_path: Path):
    out = tmp_path / "blurred.parquet"
    prepare(ProceduralSource(n=4), preprocessing_named("pixel-vqvae"), out=out, workers=1)
    with pytest.raises(DataError, match="--preprocessing pixel"):
        sample("blurred", SpriteSet.open(out), n=4)
