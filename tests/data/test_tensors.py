"""Bytes and floats are inverses over every byte; a PyTorch dataset holds what its set holds."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader, Dataset

from run_kit import small_set
from spriteloom.data.tensors import to_bytes, to_images, to_pictures, to_unit
from spriteloom.errors import DataError

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
    assert torch.equal(to_unit(given), to_unit(EVERY))
    assert torch.equal(given, torch.from_numpy(EVERY))


def test_images_and_pictures_are_inverses() -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (3, 5, 7, 3), dtype=np.uint8)
    images = to_images(rgb)
    assert images.shape == (3, 3, 5, 7)
    assert images[1, 2, 3, 4] == rgb[1, 3, 4, 2] / np.float32(255)
    assert np.array_equal(to_pictures(images), rgb)


def test_items_are_the_sprites_of_the_split():
    dataset = small_set().as_torch("train")
    assert isinstance(dataset, Dataset) and len(dataset) == small_set().count("train")
    for i, sprite in enumerate(small_set().sprites("train", limit=3)):
        image = dataset[i]["image"]
        assert image.shape == (4, 32, 32) and image.dtype == torch.float32
        seen = sprite.pixels[..., 3] > 0
        made = (image.permute(1, 2, 0) * 255).round().numpy().astype(np.uint8)
        assert np.array_equal(made[seen], sprite.pixels[seen])
        assert np.array_equal(made[..., 3], sprite.pixels[..., 3])
        asked = dataset.conditions.words(dataset[i]["condition"].numpy())
        assert set(asked["types"]) == set(sprite.labels["types"])


def test_a_loader_stacks_them_and_ends():
    dataset = small_set().as_torch("test")
    batches = list(DataLoader(dataset, batch_size=2))
    assert sum(len(batch["image"]) for batch in batches) == len(dataset)
    assert batches[0]["image"].shape[1:] == (4, 32, 32)
    assert torch.cat([batch["index"] for batch in batches]).tolist() == list(range(len(dataset)))
    assert len(list(dataset)) == len(dataset)


def test_an_unknown_split_is_refused():
    with pytest.raises(DataError, match="no split"):
        small_set().as_torch("exam")
