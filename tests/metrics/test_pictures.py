"""Figures of a set: right by hand, in a figure and outside it, however the set is cut."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from spriteloom.errors import DataError
from spriteloom.metrics import Batch, Scores, score, similarity_map


def some(n: int, size: int = 16, seed: int = 1) -> Batch:
    chance = np.random.default_rng(seed)
    truth = chance.integers(0, 256, (n, size, size, 3), dtype=np.uint8)
    noise = chance.integers(-30, 31, truth.shape) * (chance.random((n, size, size, 1)) < 0.5)
    inside = chance.random((n, size, size)) < 0.4
    return truth, np.clip(truth + noise, 0, 255).astype(np.uint8), inside


def test_figures_are_the_textbook_s() -> None:
    truth, guess, inside = some(5)
    found = score([(truth, guess, inside)])
    t, g = truth / 255, guess / 255
    assert found.mse == pytest.approx(((t - g) ** 2).mean(), rel=1e-12)
    assert found.psnr == pytest.approx(10 * math.log10(1 / found.mse), rel=1e-12)
    assert found.exact_pixels == (truth == guess).all(-1).mean()
    assert found.ssim == pytest.approx(similarity_map(truth, guess).mean(), rel=1e-12)
    assert found.n == 5


def test_the_foreground_s_are_those_of_its_pixels() -> None:
    truth, guess, inside = some(5)
    figure = score([(truth, guess, inside)]).foreground
    t, g = truth[inside] / 255, guess[inside] / 255
    assert figure.mse == pytest.approx(((t - g) ** 2).mean(), rel=1e-12)
    assert figure.psnr == pytest.approx(-10 * math.log10(figure.mse), rel=1e-12)
    assert figure.exact_pixels == pytest.approx((truth == guess).all(-1)[inside].mean(), rel=1e-12)
    assert figure.ssim == pytest.approx(similarity_map(truth, guess)[inside].mean(), rel=1e-12)


def test_one_wrong_pixel_by_hand() -> None:
    truth = np.zeros((1, 4, 4, 3), np.uint8)
    guess, inside = truth.copy(), np.zeros((1, 4, 4), bool)
    guess[0, 1, 2] = (255, 0, 0)
    inside[0, 1, 2:] = True
    found = score([(truth, guess, inside)])
    assert (found.mse, found.exact_pixels) == (1 / 48, 15 / 16)
    assert (found.foreground.mse, found.foreground.exact_pixels) == (1 / 6, 1 / 2)


@pytest.mark.parametrize("step", [1, 3, 7])
def test_batching_changes_nothing(step: int) -> None:
    truth, guess, inside = some(20)
    cut = [slice(i, i + step) for i in range(0, 20, step)]
    whole = score([(truth, guess, inside)])
    parts = score((truth[c], guess[c], inside[c]) for c in cut)
    for name in ("mse", "psnr", "ssim", "exact_pixels"):
        assert getattr(parts, name) == pytest.approx(getattr(whole, name), abs=1e-12)
        assert getattr(parts.foreground, name) == pytest.approx(getattr(whole.foreground, name), abs=1e-12)
    assert parts.n == whole.n == 20


def test_one_batch_larger_than_what_is_held_at_once_is_the_same_too(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = some(9)
    whole = score([batch])
    monkeypatch.setattr("spriteloom.metrics.pictures.PIXELS_AT_ONCE", 600)  # two pictures
    assert score([batch]).ssim == pytest.approx(whole.ssim, abs=1e-12)
    assert score([batch]).mse == whole.mse


def test_sizes_may_differ_between_batches_and_every_pixel_weighs_the_same() -> None:
    small, large = some(2, size=8), some(1, size=24, seed=2)
    alone = [score([small]), score([large])]
    pixels = [2 * 64, 576]
    assert score([small, large]).mse == pytest.approx(np.average([s.mse for s in alone], weights=pixels))
    assert score([small, large]).ssim == pytest.approx(np.average([s.ssim for s in alone], weights=pixels))


def test_what_is_exact_has_no_finite_psnr_and_json_says_null() -> None:
    truth, _, inside = some(2)
    found = score([(truth, truth, inside)])
    assert (found.mse, found.psnr, found.exact_pixels) == (0, math.inf, 1)
    assert found.ssim == pytest.approx(1, abs=1e-12)
    assert found.to_json()["psnr"] is None


def test_json_has_these_keys_and_no_other() -> None:
    found = json.loads(json.dumps(score([some(3)]).to_json(), allow_nan=False))
    assert list(found) == ["mse", "psnr", "ssim", "exact_pixels", "foreground", "n"]
    assert list(found["foreground"]) == ["mse", "psnr", "ssim", "exact_pixels"]
    assert found["n"] == 3


def test_without_a_figure_the_foreground_is_unknown_not_perfect() -> None:
    truth, guess, inside = some(2)
    found: Scores = score([(truth, guess, np.zeros_like(inside))])
    assert found.foreground.n == 0
    assert found.to_json()["foreground"] == dict.fromkeys(("mse", "psnr", "ssim", "exact_pixels"))


def test_the_foreground_counts_the_pictures_that_have_one() -> None:
    truth, guess, inside = some(4)
    inside[1] = False
    assert score([(truth, guess, inside)]).foreground.n == 3


def test_no_picture_is_an_error_in_one_line() -> None:
    with pytest.raises(DataError, match="no picture to score"):
        score([])


@pytest.mark.parametrize("wrong", ["float", "sizes", "mask"])
def test_what_is_no_batch_is_refused(wrong: str) -> None:
    truth, guess, inside = some(2)
    batches = {
        "float": (truth, guess.astype(np.float32), inside),
        "sizes": (truth, guess[:, 1:], inside),
        "mask": (truth, guess, inside[:1]),
    }
    with pytest.raises(ValueError, match=r"pictures are|one shape|mask"):
        score([batches[wrong]])
