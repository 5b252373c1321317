"""The door between bytes and floats: inverses over every byte, and it rounds."""

from __future__ import annotations

import numpy as np
import torch

from spriteloom.data.tensors import to_bytes, to_images, to_pictures, to_unit, unit

EVERY = np.arange(256, dtype=np.uint8)


def test_every_byte_comes_back() -> None:
    for dtype in (torch.float32, torch.float64):
        assert np.array_equal(to_bytes(to_unit(EVERY, dtype)), EVERY)


def test_floats_are_rounded_to_the_nearest_byte() -> None:
    between = (torch.arange(255) + 0.6) / 255
    assert np.array_equal(to_bytes(between), EVERY[1:])
    assert np.array_equal(to_bytes(between - 0.2 / 255), EVERY[:-1])


def test_what_lies_outside_is_cut() -> None:
    assert to_bytes(torch.tensor([-3.0, -0.001, 1.001, 7.0])).tolist() == [0, 0, 255, 255]


def test_bytes_on_any_device_become_the_same_floats_and_stay_as_they_are() -> None:
    given = torch.from_numpy(EVERY.copy())
    assert torch.equal(unit(given), to_unit(EVERY))
    assert torch.equal(given, torch.from_numpy(EVERY))


def test_images_and_pictures_are_inverses() -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (3, 5, 7, 3), dtype=np.uint8)
    images = to_images(rgb)
    assert images.shape == (3, 3, 5, 7)
    assert images[1, 2, 3, 4] == rgb[1, 3, 4, 2] / np.float32(255)
    assert np.array_equal(to_pictures(images), rgb)
