"""SSIM is the published one: torchmetrics' everywhere, scikit-image's away from the border."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from skimage.metrics import structural_similarity

from spriteloom.metrics import similarity_map

Pictures = NDArray[np.uint8]


def two(h: int, w: int, n: int = 3) -> tuple[Pictures, Pictures]:
    """Flat patches on white and a noisy copy: what codecs are measured on."""
    chance = np.random.default_rng(h * 100 + w)
    truth = np.full((n, h, w, 3), 255, np.uint8)
    truth[:, h // 4 : h // 2 + 1, w // 4 :] = chance.integers(0, 256, (n, 1, 1, 3))
    truth[:, h // 2 :, : w // 2] = chance.integers(0, 256, (n, 1, 1, 3))
    noise = chance.integers(-40, 41, truth.shape) * (chance.random((n, h, w, 1)) < 0.4)
    return truth, np.clip(truth + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("size", [(64, 64), (24, 40), (11, 11), (6, 9)])
def test_it_is_that_of_torchmetrics_borders_and_all(size: tuple[int, int]) -> None:
    torch = pytest.importorskip("torch")
    from torchmetrics.functional.image import structural_similarity_index_measure

    truth, guess = two(*size)
    ours = similarity_map(truth, guess)
    tensors = [torch.from_numpy(p).permute(0, 3, 1, 2).double() / 255 for p in (guess, truth)]
    mean, full = structural_similarity_index_measure(
        *tensors, sigma=1.5, kernel_size=11, data_range=1.0, return_full_image=True
    )
    assert ours.shape == truth.shape[:3]
    np.testing.assert_allclose(ours, full.mean(1).numpy(), atol=1e-12)
    assert ours.mean() == pytest.approx(float(mean), abs=1e-12)


def test_it_is_that_of_scikit_image_away_from_the_border_and_only_there() -> None:
    truth, guess = two(32, 48, n=1)
    _, full = structural_similarity(
        truth[0] / 255,
        guess[0] / 255,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        data_range=1.0,
        channel_axis=-1,
        full=True,
    )
    apart = np.abs(similarity_map(truth, guess)[0] - full.mean(-1))
    assert apart[5:-5, 5:-5].max() < 1e-12
    assert apart.max() > 1e-3  # the border is mirrored differently: this is why the border is written down


def test_with_scikit_image_s_border_it_is_that_of_scikit_image_to_the_edge() -> None:
    truth, guess = (np.pad(p, ((0, 0), (5, 5), (5, 5), (0, 0)), mode="symmetric") for p in two(20, 20, n=1))
    inner = (slice(5, -5), slice(5, -5))
    _, full = structural_similarity(
        truth[0][inner] / 255,
        guess[0][inner] / 255,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        data_range=1.0,
        channel_axis=-1,
        full=True,
    )
    np.testing.assert_allclose(similarity_map(truth, guess)[0][inner], full.mean(-1), atol=1e-12)


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
