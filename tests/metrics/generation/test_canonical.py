"""Canonical FID: what torch-fidelity is given and asked, with a stand-in for it and for its network.

The stand-in has the documented interface of torch-fidelity 0.4: `calculate_metrics` and its keys. The real
one, with a network of a few numbers registered, gave the same FID as `frechet_distance` to six digits.
"""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from spriteloom.errors import SourceError
from spriteloom.metrics.generation.canonical import INCEPTION, canonical_scores
from spriteloom.metrics.generation.frechet import Moments, frechet_distance

PICTURES = np.random.default_rng(0).integers(0, 256, (40, 8, 6, 3), dtype=np.uint8)


def means(pictures: Any) -> Any:
    """The stand-in's network: the mean of each channel of (n, 3, h, w)."""
    stacked = torch.stack([pictures[i] for i in range(len(pictures))])
    assert stacked.dtype == torch.uint8
    assert stacked.shape[1:] == (3, 8, 6)
    return stacked.double().mean((2, 3)).numpy()


def stand_in(asked: dict[str, Any]) -> SimpleNamespace:
    def calculate_metrics(**kwargs: Any) -> dict[str, float]:
        asked.update(kwargs)
        sides = (Moments.of(means(kwargs[name])) for name in ("input1", "input2"))
        return {"fid key": frechet_distance(*sides), "mean key": 0.25, "std key": 0.5}

    return SimpleNamespace(
        calculate_metrics=calculate_metrics,
        KEY_METRIC_FID="fid key",
        KEY_METRIC_KID_MEAN="mean key",
        KEY_METRIC_KID_STD="std key",
    )


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    found: dict[str, Any] = {}
    monkeypatch.setitem(sys.modules, "torch_fidelity", stand_in(found))  # type: ignore[arg-type]
    return found


def test_the_network_is_shown_the_pictures_and_the_figures_come_back(asked: dict[str, Any]) -> None:
    found = canonical_scores(PICTURES[:22], PICTURES[22:])
    truth = [Moments.of(part.astype(float).mean((1, 2))) for part in (PICTURES[:22], PICTURES[22:])]
    assert found.fid == pytest.approx(frechet_distance(*truth), rel=1e-9)
    assert (found.kid, found.kid_std) == (0.25, 0.5)
    assert (found.n, found.n_reference) == (22, 18)
    assert found.to_json()["extractor"] == found.extractor == INCEPTION == asked["feature_extractor"]


def test_fid_and_kid_are_asked_for_where_it_runs_and_nothing_is_cached(asked: dict[str, Any]) -> None:
    canonical_scores(PICTURES[:22], PICTURES[22:])
    assert asked["fid"] and asked["kid"]
    assert not asked["cache"] and not asked["cuda"]
    assert asked["kid_subset_size"] == 18  # torch-fidelity refuses subsets larger than a set
    canonical_scores(PICTURES, PICTURES, device="cuda:1")
    assert asked["cuda"]


def test_without_the_package_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch_fidelity", None)
    with pytest.raises(SourceError, match=r"pip install 'spriteloom\[fid\]'") as caught:
        canonical_scores(PICTURES, PICTURES)
    assert "\n" not in str(caught.value)


def test_without_a_network_the_weights_are_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(**_: Any) -> None:
        raise OSError("name or service not known")

    monkeypatch.setitem(sys.modules, "torch_fidelity", SimpleNamespace(calculate_metrics=offline))
    with pytest.raises(SourceError, match="weights of inception-v3-compat cannot be downloaded"):
        canonical_scores(PICTURES, PICTURES)


def test_floats_are_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="uint8"):
        canonical_scores(PICTURES.astype(float), PICTURES)  # type: ignore[arg-type]
    assert not asked
