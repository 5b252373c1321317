"""A set as PyTorch's own dataset: what stands in it is what the set holds."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader, Dataset

from run_kit import small_set
from spriteloom.errors import DataError


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
