"""The bench of shiny forms: floor and ceiling hold every method, and each method sees what it says."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from common import pictures
from spriteloom.codecs.codec import Codec
from spriteloom.data.prepare import prepare
from spriteloom.data.preprocessing import preprocessing_named
from spriteloom.data.procedural.creature import ProceduralSource
from spriteloom.data.store import SpriteSet
from spriteloom.editing.shinies import (
    BACK,
    FRAME,
    POSE,
    Pairs,
    ShinyScore,
    color_codec,
    creature_pairs,
    pairs_in,
    score_shinies,
)
from spriteloom.errors import DataError


@pytest.fixture(scope="module")
def codec() -> Codec:
    return color_codec([pictures(4, 1)], k=32)


@pytest.fixture(scope="module")
def pairs() -> Pairs:
    return creature_pairs(5, seed=0)


@pytest.fixture(scope="module")
def scores(pairs: Pairs, codec: Codec) -> dict[tuple[str, str], ShinyScore]:
    return {(one.setting, one.method): one for one in score_shinies(pairs.pairs, codec)}


def test_every_setting_has_its_methods(scores: dict[tuple[str, str], ShinyScore]) -> None:
    pictures = {"none", "rank-codes", "rank", "transport", "best"}
    wanted = {(setting, method) for setting in (POSE, FRAME, BACK) for method in pictures}
    assert set(scores) == wanted | {
        ("palette", method) for method in ("none", "nearest", "transport", "best")
    }


def test_no_method_is_right_more_often_than_the_ceiling(scores: dict[tuple[str, str], ShinyScore]) -> None:
    for (setting, method), one in scores.items():
        if method != "none":  # a back view may lack a color that doing nothing keeps
            assert one.exact.value <= scores[setting, "best"].exact.value + 1e-12
    assert scores[POSE, "best"].exact.value == 1 and scores["palette", "best"].error.value == 0
    assert scores[BACK, "best"].exact.value < 1


def test_ours_is_ahead_of_the_papers_where_the_pose_changes(
    scores: dict[tuple[str, str], ShinyScore],
) -> None:
    for setting in (FRAME, BACK):
        ours, rank = scores[setting, "transport"], scores[setting, "rank"]
        assert ours.exact.value > rank.exact.value and ours.error.value < rank.error.value
    assert scores["palette", "transport"].exact.value > scores["palette", "nearest"].exact.value


def test_codes_of_the_same_pose_come_near_and_rarely_fit(
    scores: dict[tuple[str, str], ShinyScore],
) -> None:
    found = scores[POSE, "rank-codes"]
    assert found.near.value > scores[POSE, "none"].near.value and found.exact.value < 0.5


def test_a_row_is_json(scores: dict[tuple[str, str], ShinyScore]) -> None:
    row = json.loads(json.dumps(scores[BACK, "transport"].to_json()))
    assert set(row) == {"method", "setting", "exact", "near", "error", "n", "species", "interval"}
    low, high = row["interval"]["exact"]
    assert low <= row["exact"] <= high and row["n"] == row["species"] == 5


def test_pairs_of_differing_shape_are_counted_and_left_out(tmp_path: Path, monkeypatch) -> None:
    data = prepared(tmp_path)
    sprites = list(data.sprites("test"))
    shiny = next(one for one in sprites if "shiny" in one.labels and one.labels["view"] == "front")
    changed = shiny.pixels.copy()
    changed[changed[..., 3].argmax() // 32, changed[..., 3].argmax() % 32] = 0
    given = [one.with_pixels(changed) if one is shiny else one for one in sprites]
    monkeypatch.setattr(SpriteSet, "sprites", lambda *_: iter(given))
    found = pairs_in(data)
    assert (len(found.pairs), found.differing) == (1, 1)


def test_of_several_frames_a_later_one_is_the_reference(tmp_path: Path, monkeypatch) -> None:
    data = prepared(tmp_path)
    sprites = list(data.sprites("test"))
    later = [
        replace(one, name=f"{one.name}-{number}")
        for one in sprites
        for number in (3, 12, 40)
        if "shiny" in one.labels and one.labels["view"] == "front"
    ]
    monkeypatch.setattr(SpriteSet, "sprites", lambda *_: iter([*later, *sprites]))
    for pair in pairs_in(data).pairs:
        assert pair.references[FRAME].name == f"{pair.shiny.name}-12"
        assert "-12" not in pair.references[POSE].name


def prepared(folder: Path, **changes: object) -> SpriteSet:
    out = folder / "set.parquet"
    options = {"size": 32, "workers": 1, "fractions": {"train": 1, "test": 1}} | changes
    prepare(ProceduralSource(n=4, size=32), preprocessing_named("pixel"), out=out, **options)  # type: ignore[arg-type]
    return SpriteSet.open(out)


def test_pairs_of_a_set_are_of_one_creature_and_one_shape(tmp_path: Path) -> None:
    found = pairs_in(prepared(tmp_path))
    assert len(found.pairs) == 2 and found.differing == 0
    for pair in found.pairs:
        assert set(pair.references) == {POSE, BACK}  # that source has one frame
        assert "shiny" in pair.shiny.labels and "shiny" not in pair.ordinary.labels
        assert all("shiny" in one.labels for one in pair.references.values())
        assert pair.references[BACK].labels["view"] == "back" and pair.references[POSE] is pair.shiny
        assert {pair.ordinary.species, pair.shiny.species} == {pair.species}
        assert np.array_equal(pair.ordinary.pixels[..., 3], pair.shiny.pixels[..., 3])


def test_a_set_without_shiny_forms_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no test species in both colorings"):
        pairs_in(prepared(tmp_path, shiny=False))
