"""Creatures: names that games take, stats within their budget, and what is known is used."""

from __future__ import annotations

import numpy as np
import pytest

from spriteloom.data.facts import species
from spriteloom.data.procedural.chance import Chance
from spriteloom.errors import SourceError
from spriteloom.export.creatures import (
    MAX_NAME,
    MAX_STAT,
    MIN_STAT,
    STAT_TOTAL,
    creatures,
    slug_of,
    stats_of,
)
from spriteloom.pixels import Sprite

from .kit import sprites, written


def test_known_types_are_kept_and_names_are_new(tmp_path):
    found = creatures(written(tmp_path), seed=5)
    assert [one.types for one in found] == [tuple(one.labels["types"]) for one in sprites()]
    assert len({one.slug for one in found}) == len(found)
    for one in found:
        assert one.slug == slug_of(one.name) and len(one.name) <= MAX_NAME and species(one.slug) is None
        assert one.origins["back"] == "the front view, mirrored"
    assert [one.name for one in creatures(tmp_path, seed=5)] == [one.name for one in found]
    assert [one.name for one in creatures(tmp_path, seed=6)] != [one.name for one in found]


@pytest.mark.parametrize("shape", ["wings", "armor", ""])
def test_stats_keep_to_their_budget(shape):
    for seed in range(50):
        stats = stats_of(shape, Chance.of(seed))
        assert sum(stats.values()) == STAT_TOTAL
        assert all(MIN_STAT <= value <= MAX_STAT and value % 5 == 0 for value in stats.values())


def test_a_shape_is_strong_where_it_should_be():
    def mean(shape: str, name: str) -> float:
        return float(np.mean([stats_of(shape, Chance.of(seed))[name] for seed in range(80)]))

    assert mean("wings", "speed") > mean("armor", "speed") + 10


def test_a_plain_folder_will_do_and_a_back_is_used(tmp_path):
    blue = np.zeros((8, 8, 4), np.uint8)
    blue[2:6, 2:6] = (60, 90, 220, 255)
    Sprite(pixels=blue).save(tmp_path / "a.png")
    Sprite(pixels=blue[:, ::-1]).save(tmp_path / "a-back.png")
    (only,) = creatures(tmp_path)
    assert only.types == ("water",) and only.origins["back"] == "as given"


def test_an_empty_folder_and_a_damaged_record_are_refused(tmp_path):
    with pytest.raises(SourceError):
        creatures(tmp_path)
    (tmp_path / "sprites.json").write_text("[{}]")
    with pytest.raises(SourceError, match="is damaged"):
        creatures(tmp_path)
