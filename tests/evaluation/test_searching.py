"""A search finds the sprite itself first, mirrored or recolored, by whatever it compares."""

from __future__ import annotations

import numpy as np
import pytest

from run_kit import narrow_kmeans, small_set, trained
from spriteloom.errors import BadPicture, ImpossibleModel
from spriteloom.evaluation.searching import by_codes, by_features, by_pixels, search
from spriteloom.models.load import load
from spriteloom.pixels import Sprite


class Averages:
    """Features that need no package: the mean of each row."""

    name = "averages"

    def __call__(self, pictures: np.ndarray) -> np.ndarray:
        return pictures.mean(2).reshape(len(pictures), -1).astype(np.float32)


@pytest.fixture(scope="module")
def ways(tmp_path_factory):
    codec = load(trained(tmp_path_factory.mktemp("run") / "codec", narrow_kmeans(), steps=1)).codec
    return {"pixels": by_pixels, "codes": by_codes(codec), "features": by_features(Averages())}


@pytest.mark.parametrize("way", ["pixels", "codes", "features"])
def test_a_sprite_finds_itself(way, ways):
    for split in ("train", "test"):
        sprite = next(small_set().sprites(split))
        found = search(sprite, small_set(), ways[way], 4)
        assert (found[0].name, found[0].split) == (sprite.name, split) and found[0].distance < 1e-3
        assert [match.distance for match in found] == sorted(match.distance for match in found)
        assert len(found) == 4


def test_a_mirror_image_finds_itself(ways):
    even = (s for s in small_set().sprites("train") if np.ptp(np.nonzero(s.pixels[..., 3])[1]) % 2)
    sprite = next(even)  # of an even width: its middle stays where it is in the mirror
    mirrored = sprite.with_pixels(np.ascontiguousarray(sprite.pixels[:, ::-1]))
    (match,) = search(mirrored, small_set(), ways["pixels"], 1)
    assert match.name == sprite.name and match.distance < 1e-3


def test_nothing_is_not_looked_for(ways):
    empty = Sprite(pixels=np.zeros((4, 4, 4), np.uint8), name="empty")
    with pytest.raises(BadPicture, match="shows nothing"):
        search(empty, small_set(), ways["pixels"])
    with pytest.raises(ImpossibleModel, match="1 or more"):
        search(next(small_set().sprites("train")), small_set(), ways["pixels"], 0)
