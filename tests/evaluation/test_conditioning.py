"""Agreement with requests, beside the same requests dealt by lot."""

from __future__ import annotations

import json

import numpy as np
import pytest

from spriteloom.errors import DataError
from spriteloom.evaluation import conditioning
from spriteloom.evaluation.classifier import Classifier, ClassifierConfig, Prediction
from spriteloom.evaluation.conditioning import judge

TYPES, SHAPES = ("fire", "grass", "water"), ("ball", "fish")


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Classifier:
    """A judge that reads its answer off the first pixel: red is the type, green the shape."""

    def read(_: Classifier, rgb: np.ndarray) -> Prediction:
        first = rgb[:, 0, 0].astype(int)
        return Prediction(
            types=np.eye(3, dtype=np.float32)[first[:, 0]], shapes=np.eye(2, dtype=np.float32)[first[:, 1]]
        )

    monkeypatch.setattr(conditioning, "predict", read)
    return Classifier(ClassifierConfig(widths=(4, 4)), TYPES, SHAPES)


def samples(*answers: tuple[str, str]) -> np.ndarray:
    """Pictures that the judge takes for these."""
    rgb = np.zeros((len(answers), 8, 8, 3), np.uint8)
    for picture, (kind, shape) in zip(rgb, answers, strict=True):
        picture[0, 0, :2] = TYPES.index(kind), SHAPES.index(shape)
    return rgb


def test_by_hand(model: Classifier) -> None:
    """Types 3 of 4 agree; dealt by lot: answers f ½ g ¼ w ¼, requests contain f ¼ g ½ w ½."""
    rgb = samples(("fire", "ball"), ("fire", "ball"), ("grass", "fish"), ("water", "ball"))
    requests = [
        {"types": ("fire", "water"), "shape": "ball"},
        {"types": "grass", "shape": "fish"},
        {"types": ("grass",), "shape": "fish"},
        {"types": "water", "shape": "ball"},
    ]
    found = judge(model, rgb, requests)
    assert found.types is not None and found.shape is not None
    assert (found.types.agreement, found.types.chance, found.types.ratio) == (0.75, 0.375, 2)
    assert found.types.confusion == ((0.5, 0, 0), (1, 1, 0), (0.5, 0, 1))
    assert (found.shape.agreement, found.shape.chance) == (0.75, 0.5)
    assert found.shape.confusion == ((2, 0), (1, 1)) and found.shape.names == SHAPES


def test_a_judge_that_always_says_the_same_is_at_chance(model: Classifier) -> None:
    requests = [{"types": "fire"}] * 9 + [{"types": "grass"}]
    found = judge(model, samples(*[("fire", "ball")] * 10), requests).types
    assert found is not None and (found.agreement, found.ratio) == (0.9, 1.0)
    assert found.interval == pytest.approx((1, 1))


def test_the_interval_holds_the_ratio_and_narrows(model: Classifier) -> None:
    answers = [(kind, "ball") for kind in TYPES]
    widths = []
    for times in (4, 64):
        requests = [{"types": kind} for kind in (*TYPES, "fire", "fire", "grass")] * times
        found = judge(model, samples(*(answers * 2 * times)), requests).types
        assert found is not None and found.interval[0] <= found.ratio <= found.interval[1]
        widths.append(found.interval[1] - found.interval[0])
    assert widths[1] < widths[0] / 2


def test_only_what_was_requested_counts(model: Classifier) -> None:
    rgb = samples(("fire", "ball"), ("grass", "fish"), ("water", "fish"))
    found = judge(model, rgb, [{"types": "fire", "shape": ""}, {}, {"types": ()}])
    assert found.shape is None and found.types is not None and found.types.n == 1
    assert json.loads(json.dumps(found.to_json()))["shape"] is None


def test_what_the_judge_does_not_know_is_refused_with_what_is_near(model: Classifier) -> None:
    with pytest.raises(DataError, match="no types 'gras': it knows grass"):
        judge(model, samples(("fire", "ball")), [{"types": "gras"}])
    with pytest.raises(DataError, match="1 samples cannot be judged by 2 requests"):
        judge(model, samples(("fire", "ball")), [{}, {}])
