"""Memorisation: copies are found however they are turned, and the nearest is truly the nearest."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from spriteloom.metrics.generation.memory import TrainingPictures, memorized
from spriteloom.pixels.arrays import Bytes


def some(n: int, seed: int = 0, size: int = 8) -> Bytes:
    return np.random.default_rng(seed).integers(0, 256, (n, size, size, 3), dtype=np.uint8)


def squares(picture: Bytes, train: Bytes) -> NDArray[np.int64]:
    ways = (picture, picture[:, ::-1])
    apart = [((train.astype(np.int64) - way) ** 2).sum((1, 2, 3)) for way in ways]
    return np.minimum(*apart)


@pytest.fixture
def species() -> NDArray[np.str_]:
    return np.repeat([f"s{i}" for i in range(10)], 4)


def test_the_nearest_is_that_of_all_comparisons(species: NDArray[np.str_]) -> None:
    train, asked = some(40), some(15, seed=1)
    found = TrainingPictures(train, species).neighbors(asked)
    for i, picture in enumerate(asked):
        apart = squares(picture, train)
        assert found.nearest[i] == apart.argmin()
        assert found.distance[i] == pytest.approx(np.sqrt(apart.min() / 192) / 255, rel=1e-12)
        apart[species == species[apart.argmin()]] = 2**60
        assert found.other[i] == apart.argmin()
        assert found.other_distance[i] == pytest.approx(np.sqrt(apart.min() / 192) / 255, rel=1e-12)


def test_float32_already_finds_the_nearest_of_dark_and_bright(
    species: NDArray[np.str_], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spriteloom.metrics.generation.memory.RIVALS", 1)
    train = (some(40) * np.linspace(0, 1, 40)[:, None, None, None]).astype(np.uint8)
    asked = some(15, seed=1) // 2
    found = TrainingPictures(train, species).neighbors(asked)
    assert found.nearest.tolist() == [squares(picture, train).argmin() for picture in asked]


def test_a_byte_decides_where_float32_cannot(species: NDArray[np.str_]) -> None:
    asked = np.full((1, 64, 64, 3), 255, np.uint8)
    train = np.full((8, 64, 64, 3), 254, np.uint8)
    train[6, 3, 3, 1] = 255  # nearer by 1, of products of 2 · 10⁸, where float32 goes in steps of 16
    found = TrainingPictures(train, species[:8]).neighbors(asked)
    assert found.nearest[0] == 6
    assert found.other[0] == 0


def test_copies_and_mirrored_copies_are_found(species: NDArray[np.str_]) -> None:
    train = some(40)
    asked = np.concatenate([train[5:7], train[11:12, :, ::-1]])
    found = TrainingPictures(train, species).neighbors(asked)
    assert found.nearest.tolist() == [5, 6, 11]
    assert not found.distance.any()
    said = memorized(found, TrainingPictures(train, species).neighbors(some(40, seed=1)))
    assert (said.close, said.alone, said.median, said.n) == (1, 1, 0, 3)


def test_a_twin_of_its_own_species_does_not_hide_a_copy(species: NDArray[np.str_]) -> None:
    train = some(40)
    train[4:8] = train[4]
    found = TrainingPictures(train, species).neighbors(train[4:5])
    assert species[found.nearest[0]] == "s1" != species[found.other[0]]
    assert memorized(found, found).alone == 1


def test_what_is_like_nothing_is_not_memorized(species: NDArray[np.str_]) -> None:
    new = TrainingPictures(some(40), species).neighbors(some(20, seed=1))
    said = memorized(new, new)
    assert (said.close, said.alone) == (0, 0)
    assert said.median > 0.3


def test_blocks_change_nothing(species: NDArray[np.str_], monkeypatch: pytest.MonkeyPatch) -> None:
    train, asked = some(40), some(15, seed=1)
    whole = TrainingPictures(train, species).neighbors(asked)
    monkeypatch.setattr("spriteloom.metrics.generation.memory.QUERIES", 4)
    monkeypatch.setattr("spriteloom.metrics.generation.memory.TRAINED", 7)
    parts = TrainingPictures(train, species).neighbors(asked)
    for name in ("nearest", "distance", "other", "other_distance"):
        np.testing.assert_array_equal(getattr(parts, name), getattr(whole, name))


def test_what_cannot_be_compared_is_refused(species: NDArray[np.str_]) -> None:
    with pytest.raises(ValueError, match="two species"):
        TrainingPictures(some(4), ["one"] * 4)
    with pytest.raises(ValueError, match="4 training pictures have 3"):
        TrainingPictures(some(4), ["one"] * 3)
    with pytest.raises(ValueError, match="uint8"):
        TrainingPictures(some(40), species).neighbors(some(2, size=9))
    with pytest.raises(ValueError, match="n ≥ 1"):
        TrainingPictures(some(40), species).neighbors(some(0))
