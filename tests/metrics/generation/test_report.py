"""A row of figures: better samples score better, copies are called copies, and JSON can hold it all."""

from __future__ import annotations

import json

import numpy as np
import pytest
from numpy.typing import NDArray

from spriteloom.errors import DataError
from spriteloom.metrics.generation.report import Reference, score_generation
from spriteloom.pixels.arrays import Bytes

SPECIES = np.repeat([f"s{i}" for i in range(30)], 4)


class Projected:
    """`Features` of 24 numbers: a fixed random projection."""

    name = "stand-in"

    def __init__(self) -> None:
        self.seen = 0

    def __call__(self, pictures: Bytes) -> NDArray[np.float32]:
        self.seen += len(pictures)
        matrix = np.random.default_rng(0).normal(size=(pictures[0].size, 24))
        return ((pictures.reshape(len(pictures), -1) / 255 - 0.5) @ matrix).astype(np.float32)


def creatures(n: int, seed: int) -> Bytes:
    """Discs of any color on white, four poses of each."""
    chance = np.random.default_rng(seed)
    y, x = np.mgrid[:12, :12]
    pictures = np.full((n, 12, 12, 3), 255, np.uint8)
    for i in range(0, n, 4):
        color, radius = chance.integers(0, 256, 3), chance.uniform(2, 6)
        for pose in range(4):
            inside = np.hypot(y - 6 - pose / 3, x - 6) < radius
            pictures[i + pose][inside] = color
    return pictures


@pytest.fixture
def reference() -> Reference:
    return Reference(
        creatures(120, seed=1),
        SPECIES,
        train=creatures(120, seed=2),
        train_species=SPECIES,
        features=Projected(),
    )


def test_creatures_score_better_than_noise_and_about_as_the_floor(reference: Reference) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (120, 12, 12, 3), dtype=np.uint8)
    good, bad = (score_generation(one, reference) for one in (creatures(120, seed=3), noise))
    floor = reference.floor(120)
    assert good.fd.value < 0.3 * bad.fd.value
    assert good.kid.value < bad.kid.value
    assert good.manifold.coverage > bad.manifold.coverage
    assert floor.fd.value / 2 < good.fd.value < 2 * floor.fd.value
    assert (good.n, good.n_reference, good.features) == (120, 120, "stand-in")


def test_copies_are_in_excess_of_held_out_sprites_and_new_ones_are_not(reference: Reference) -> None:
    copies = score_generation(creatures(120, seed=2), reference).to_json()["memorisation"]
    new = score_generation(creatures(120, seed=3), reference).to_json()["memorisation"]
    assert isinstance(copies, dict)
    assert isinstance(new, dict)
    assert copies["close"] == 1
    assert copies["close_excess"] == 1 - copies["close_held_out"] > 0.5
    assert copies["alone_excess"] > 0.5
    assert abs(new["close_excess"]) < 0.2


def test_real_pictures_are_looked_at_once() -> None:
    features = Projected()
    pictures = creatures(120, seed=1)
    reference = Reference(pictures, SPECIES, train=pictures, train_species=SPECIES, features=features)
    for _ in range(2):
        score_generation(pictures[:20], reference)
    assert features.seen == 120 + 2 * 20


def test_json_holds_every_figure_and_a_floor_has_no_memory(reference: Reference) -> None:
    row = json.loads(json.dumps(score_generation(creatures(20, seed=3), reference).to_json()))
    assert set(row) == {
        *(
            "features",
            "fd",
            "fd_interval",
            "fd_given_reference",
            "kid",
            "kid_interval",
            "kid_given_reference",
        ),
        *("precision", "recall", "density", "coverage", "memorisation", "n", "n_reference"),
    }
    low, high = row["fd_interval"]
    assert low < row["fd"] < high
    assert reference.floor(20).to_json()["memorisation"] is None


def test_the_same_seed_gives_the_same_floor(reference: Reference) -> None:
    assert reference.floor(20, seed=1) == reference.floor(20, seed=1)
    assert reference.floor(20, seed=1).fd.value != reference.floor(20, seed=2).fd.value


def test_too_few_are_refused_in_one_line(reference: Reference) -> None:
    with pytest.raises(DataError, match="3 samples are too few"):
        score_generation(creatures(4, seed=3)[:3], reference)
    with pytest.raises(DataError, match="floor of 121 samples"):
        reference.floor(121)
    with pytest.raises(DataError, match="held-out pictures are too few"):
        Reference(
            creatures(4, seed=1), SPECIES[:4], train=creatures(4, seed=2), train_species=SPECIES[:4],
            features=Projected(),
        )  # fmt: skip
