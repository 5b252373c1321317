"""Figures of a set: right by hand, in a figure and outside it, however the set is cut."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from skimage.metrics import structural_similarity

from spriteloom.errors import DataError
from spriteloom.metrics.pictures import Batch, Scores, colors_per_sprite, score, similarity_map


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


Pictures = NDArray[np.uint8]
Floats = NDArray[np.float64]


def two(h: int, w: int, n: int = 3) -> tuple[Pictures, Pictures]:
    """Flat patches on white and a noisy copy: what codecs are measured on."""
    chance = np.random.default_rng(h * 100 + w)
    truth = np.full((n, h, w, 3), 255, np.uint8)
    truth[:, h // 4 : h // 2 + 1, w // 4 :] = chance.integers(0, 256, (n, 1, 1, 3))
    truth[:, h // 2 :, : w // 2] = chance.integers(0, 256, (n, 1, 1, 3))
    noise = chance.integers(-40, 41, truth.shape) * (chance.random((n, h, w, 1)) < 0.4)
    return truth, np.clip(truth + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("size", [(64, 64), (24, 40), (11, 11), (6, 9), (2, 5)])
def test_it_is_the_papers_formula_on_the_gaussian_of_scipy_borders_and_all(size: tuple[int, int]) -> None:
    def blurred(values: Floats) -> Floats:
        return gaussian_filter(values, sigma=1.5, radius=5, mode="mirror", axes=(1, 2))

    truth, guess = two(*size)
    x, y = truth / 255, guess / 255
    mx, my = blurred(x), blurred(y)
    vx, vy, cov = blurred(x * x) - mx * mx, blurred(y * y) - my * my, blurred(x * y) - mx * my
    alike = (2 * mx * my + 0.01**2) * (2 * cov + 0.03**2)
    full = alike / ((mx**2 + my**2 + 0.01**2) * (vx + vy + 0.03**2))
    np.testing.assert_allclose(similarity_map(truth, guess), full.mean(-1), atol=1e-12)


def scikit_image_map(truth: np.ndarray, guess: np.ndarray) -> np.ndarray:
    same = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "data_range": 1.0}
    _, full = structural_similarity(truth / 255, guess / 255, **same, channel_axis=-1, full=True)
    return full.mean(-1)


def test_it_is_that_of_scikit_image_away_from_the_border_and_only_there() -> None:
    truth, guess = two(32, 48, n=1)
    apart = np.abs(similarity_map(truth, guess)[0] - scikit_image_map(truth[0], guess[0]))
    assert apart[5:-5, 5:-5].max() < 1e-12
    assert apart.max() > 1e-3  # the border is mirrored differently: this is why the border is written down


def test_with_scikit_image_s_border_it_is_that_of_scikit_image_to_the_edge() -> None:
    truth, guess = (np.pad(p, ((0, 0), (5, 5), (5, 5), (0, 0)), mode="symmetric") for p in two(20, 20, n=1))
    inner = (slice(5, -5), slice(5, -5))
    theirs = scikit_image_map(truth[0][inner], guess[0][inner])
    np.testing.assert_allclose(similarity_map(truth, guess)[0][inner], theirs, atol=1e-12)


@pytest.mark.parametrize("size", [(1, 1), (1, 7), (2, 3), (5, 5), (10, 64)])
def test_pictures_smaller_than_the_window_have_one_too(size: tuple[int, int]) -> None:
    truth, guess = two(*size)
    found = similarity_map(truth, guess)
    assert np.isfinite(found).all() and found.shape == (3, *size)
    np.testing.assert_allclose(similarity_map(truth, truth), 1, atol=1e-12)
    assert found.mean() <= 1


def test_one_flat_color_against_another_by_hand() -> None:
    black, grey = np.zeros((1, 16, 16, 3), np.uint8), np.full((1, 16, 16, 3), 51, np.uint8)
    np.testing.assert_allclose(similarity_map(black, grey), 1e-4 / (0.2**2 + 1e-4), atol=1e-12)


def test_neither_is_the_truth() -> None:
    truth, guess = two(20, 30)
    np.testing.assert_allclose(similarity_map(truth, guess), similarity_map(guess, truth), atol=1e-12)


def test_it_is_what_unique_finds() -> None:
    chance = np.random.default_rng(3)
    rgb = chance.integers(0, 3, (6, 5, 7, 3), dtype=np.uint8) * 100
    expected = [len(np.unique(picture.reshape(-1, 3), axis=0)) for picture in rgb]
    assert colors_per_sprite(rgb).tolist() == expected


def test_what_is_transparent_has_no_color_and_partial_alpha_has_one() -> None:
    rgba = np.zeros((3, 2, 2, 4), np.uint8)
    rgba[0, 0] = [[9, 9, 9, 0], [8, 8, 8, 0]]  # hidden colors
    rgba[1, :] = [[0, 0, 0, 255], [0, 0, 0, 128]]  # black, and black glass
    rgba[2, 0, 0] = [0, 0, 0, 255]
    assert colors_per_sprite(rgba).tolist() == [0, 2, 1]


def test_black_is_a_color_without_alpha() -> None:
    assert colors_per_sprite(np.zeros((2, 1, 1, 3), np.uint8)).tolist() == [1, 1]


def test_no_picture_is_no_count() -> None:
    assert colors_per_sprite(np.zeros((0, 4, 4, 4), np.uint8)).shape == (0,)


def test_a_single_picture_is_no_set() -> None:
    with pytest.raises(ValueError, match="uint8"):
        colors_per_sprite(np.zeros((4, 4, 4), np.uint8))
