"""Which JPEG a picture has been through is told from the picture."""

from __future__ import annotations

import numpy as np
import pytest

from spriteloom.data.procedural import creatures
from spriteloom.editing.compression import HALF_CHROMA, WHOLE_CHROMA, Jpeg, likely
from spriteloom.pixels import over

BEFORE = np.asarray(over(next(iter(creatures(1, seed=4))).pixels, (255, 255, 255))).repeat(5, 0).repeat(5, 1)


@pytest.mark.parametrize("quality", [95, 80, 61])
@pytest.mark.parametrize("chroma", [HALF_CHROMA, WHOLE_CHROMA])
def test_quality_and_chroma_are_found(quality, chroma):
    way = Jpeg(quality=quality, subsampling=chroma)
    rough = (BEFORE // 4 * 4).astype(np.uint8)
    assert likely(way(BEFORE), BEFORE) == way
    assert abs(likely(way(BEFORE), rough).quality - quality) <= 4


def test_pictures_larger_than_what_is_looked_at():
    large = np.tile(BEFORE, (3, 2, 1))
    way = Jpeg(quality=77)
    assert likely(way(large), large) == way
