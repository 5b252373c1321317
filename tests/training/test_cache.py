"""What is learned from: the same whether it is held in memory or read, whether it is made once or again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from spriteloom.data.pictures import Pictures
from spriteloom.data.prepare import prepare
from spriteloom.data.preprocessing import PIXEL_VQVAE
from spriteloom.data.procedural.creature import ProceduralSource
from spriteloom.data.store import SpriteSet
from spriteloom.training.cache import DatasetCache


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> SpriteSet:
    path: Path = tmp_path_factory.mktemp("set") / "set.parquet"
    prepare(ProceduralSource(n=32, size=32), PIXEL_VQVAE, out=path, size=16, workers=1)
    return SpriteSet.open(path)


def joined(material: DatasetCache, noise: bool) -> Pictures:
    parts = list(material.pictures("train", noise=noise))
    return Pictures(np.concatenate([p.rgb for p in parts]), np.concatenate([p.inside for p in parts]))


@pytest.mark.parametrize("noise", [True, False])
def test_held_pictures_are_those_that_are_read_in_the_same_order(data: SpriteSet, noise: bool):
    held = DatasetCache(data)
    held.hold("train")
    mine, read = joined(held, noise), joined(DatasetCache(data), noise)
    assert len(mine) == (data if noise else data.without_noise()).count("train") > 1024
    assert np.array_equal(mine.rgb, read.rgb) and np.array_equal(mine.inside, read.inside)


def test_a_census_with_noise_and_one_without_are_two(data: SpriteSet):
    material = DatasetCache(data)
    with_noise, without = (material.census(2, noise=noise) for noise in (True, False))
    assert with_noise.total == 2 * without.total and len(with_noise) > len(without)
    assert np.array_equal(material.census(2, noise=True).patches, with_noise.patches)


def test_a_table_is_fitted_once_and_depends_on_the_seed_alone(data: SpriteSet):
    material = DatasetCache(data, rounds=2)
    table = material.table(2, 32, noise=False)
    assert material.table(2, 32, noise=False) is table
    assert np.array_equal(DatasetCache(data, rounds=2).table(2, 32, noise=False), table)
    assert not np.array_equal(DatasetCache(data, rounds=2, seed=1).table(2, 32, noise=False), table)
