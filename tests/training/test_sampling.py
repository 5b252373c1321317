"""Batches are those of the pictures: patches as often as they stand there, pictures once an epoch."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from spriteloom.codecs.census import Census, CensusSampler
from spriteloom.errors import ImpossibleModel
from spriteloom.training.task import BatchOrder, Shard


def census() -> Census:
    patches = np.arange(3 * 12, dtype=np.uint8).reshape(3, 12)
    return Census(m=2, patches=patches, counts=np.array([700, 200, 100]))


def seen(order: BatchOrder, steps: range) -> list[int]:
    return [int(row) for step in steps for row in order.rows(step)]


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


def test_a_part_of_the_draws_is_a_part_of_the_census():
    whole, part = (CensusSampler(census(), torch.Generator().manual_seed(2)) for _ in "ab")
    counts = torch.zeros(2, 3, dtype=torch.int64)
    for half, own in enumerate((slice(0, 50), slice(50, 100))):
        part.generator.manual_seed(2)
        patches, number = part.draw_bytes(100, own)
        for patch, n in zip(patches, number, strict=True):
            counts[half, int(patch[0, 0]) // 12] = n
    assert torch.equal(counts.sum(0), whole.draw_bytes(100)[1])


def test_an_epoch_shows_every_row_once():
    order = BatchOrder(n=10, batch=2, seed=0)
    assert sorted(seen(order, range(5))) == list(range(10)) and order.steps_per_epoch == 5
    assert seen(order, range(5)) != seen(order, range(5, 10))


def test_the_smaller_rest_of_an_epoch_is_left_out():
    assert len(set(seen(BatchOrder(n=10, batch=3, seed=0), range(3)))) == 9


def test_a_batch_is_never_larger_than_the_set():
    assert len(BatchOrder(n=3, batch=64, seed=0).rows(5)) == 3


def test_no_epoch_of_one_seed_is_one_of_another():
    orders = [
        tuple(seen(BatchOrder(n=10, batch=2, seed=seed), range(5 * epoch, 5 * epoch + 5)))
        for seed in range(4)
        for epoch in range(4)
    ]
    assert len(set(orders)) == 16


def test_processes_share_a_batch_evenly_or_not_at_all():
    parts = [BatchOrder(n=10, batch=4, seed=0, shard=Shard(rank=rank, world=2)) for rank in (0, 1)]
    assert [order.own for order in parts] == [slice(0, 2), slice(2, 4)]
    assert np.array_equal(parts[0].rows(3), parts[1].rows(3))
    with pytest.raises(ImpossibleModel, match="--set batch=6"):
        BatchOrder(n=10, batch=4, seed=0, shard=Shard(rank=0, world=3))
