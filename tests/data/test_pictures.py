"""Pictures keep their order, whatever the chunks."""

import numpy as np
import pytest

from spriteloom.data.pictures import Pictures, rechunk


def numbered(start: int, stop: int) -> Pictures:
    """Picture i is full of i."""
    values = np.arange(start, stop, dtype=np.uint8)[:, None, None]
    return Pictures(np.tile(values[..., None], (1, 2, 2, 3)), np.tile(values % 2 == 1, (1, 2, 2)))


@pytest.mark.parametrize("chunk", [1, 3, 7, 20, 100])
def test_chunks_hold_the_same_pictures_in_order(chunk: int):
    blocks = [numbered(0, 5), numbered(5, 5), numbered(5, 18), numbered(18, 20)]
    chunks = list(rechunk(blocks, chunk))
    assert [len(part) for part in chunks[:-1]] == [chunk] * (len(chunks) - 1)
    assert np.array_equal(np.concatenate([part.rgb for part in chunks]), numbered(0, 20).rgb)
    assert np.array_equal(np.concatenate([part.inside for part in chunks]), numbered(0, 20).inside)


def test_blocks_are_collected_to_the_last_place():
    collected = Pictures.collect([numbered(0, 4), numbered(4, 9)], 9, 2)
    assert np.array_equal(collected.rgb, numbered(0, 9).rgb)
    assert np.array_equal(collected.inside, numbered(0, 9).inside)
    with pytest.raises(AssertionError):
        Pictures.collect([numbered(0, 4)], 9, 2)


def test_a_mask_of_another_size_is_refused():
    with pytest.raises(ValueError, match="mask"):
        Pictures(np.zeros((1, 4, 4, 3), np.uint8), np.zeros((1, 4, 5), np.bool_))
