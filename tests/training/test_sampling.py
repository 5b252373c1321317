"""Batches are those of the pictures: patches as often as they stand there, pictures once an epoch."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from spriteloom.codecs.census import Census
from spriteloom.training.sampling import CensusSampler, PictureSampler


def census() -> Census:
    patches = np.arange(3 * 12, dtype=np.uint8).reshape(3, 12)
    return Census(m=2, patches=patches, counts=np.array([700, 200, 100]))


def pictures(n: int = 10) -> np.ndarray:
    return np.arange(n, dtype=np.uint8)[:, None, None, None] * np.ones((1, 2, 2, 3), np.uint8)


def seen(sampler: PictureSampler, batches: range, size: int) -> list[int]:
    return [int(picture[0, 0, 0]) for i in batches for picture in sampler.batch(i, size)]


def test_patches_come_as_often_as_they_stand_in_the_pictures():
    patches, counts = CensusSampler(census(), torch.Generator().manual_seed(0)).draw_bytes(10_000)
    assert np.array_equal(patches.reshape(3, 12).numpy(), census().patches)
    assert counts.sum() == 10_000
    assert counts.numpy() / 10_000 == pytest.approx([0.7, 0.2, 0.1], abs=0.02)


def test_floats_are_the_same_draws():
    a = CensusSampler(census(), torch.Generator().manual_seed(1))
    b = CensusSampler(census(), torch.Generator().manual_seed(1))
    patches, counts = a.draw(5)
    same, again = b.draw_bytes(5)
    assert torch.equal(patches * 255, same.float()) and torch.equal(counts, again.float())
    assert patches.shape[1:] == (4, 3)


def test_an_epoch_shows_every_picture_once():
    sampler = PictureSampler(pictures(), seed=0)
    assert sorted(seen(sampler, range(5), 2)) == list(range(10))
    assert seen(sampler, range(5), 2) != seen(sampler, range(5, 10), 2)
    assert sampler.batch(0, 4).shape == (4, 3, 2, 2)


def test_the_smaller_rest_of_an_epoch_is_left_out():
    assert len(set(seen(PictureSampler(pictures(), seed=0), range(3), 3))) == 9


def test_a_batch_is_never_larger_than_the_set():
    assert len(PictureSampler(pictures(3), seed=0).batch(5, 64)) == 3


def test_no_epoch_of_one_seed_is_one_of_another():
    orders = [
        tuple(seen(PictureSampler(pictures(), seed), range(5 * epoch, 5 * epoch + 5), 2))
        for seed in range(4)
        for epoch in range(4)
    ]
    assert len(set(orders)) == 16
