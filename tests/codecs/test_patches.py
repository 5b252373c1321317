"""Pictures and patches are two orders of the same bytes."""

from __future__ import annotations

import numpy as np
import pytest

from spriteloom.codecs.patches import colors, join, raster, split, z_order


def picture(b: int, h: int, w: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (b, h, w, 3), np.uint8)


@pytest.mark.parametrize("m", [1, 2, 4, 8])
@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 16, 24), (2, 40, 8)])
def test_join_undoes_split(m: int, shape: tuple[int, int, int]) -> None:
    rgb = picture(*shape)
    b, h, w = shape
    patches = split(rgb, m)
    assert patches.shape == (b * h * w // m**2, 3 * m * m)
    assert np.array_equal(join(patches, (b, h // m, w // m), m), rgb)


@pytest.mark.parametrize("m", [1, 2, 4, 8])
def test_patches_stand_in_reading_order_with_every_pixel_where_z_order_says(m: int) -> None:
    rgb = picture(2, 16, 24)
    patches = split(rgb, m).reshape(2, 16 // m, 24 // m, m * m, 3)
    for place, (y, x) in enumerate(z_order(m)):
        assert np.array_equal(patches[..., place, :], rgb[:, y::m, x::m])


def test_z_order_of_a_patch_of_four_is_blocks_of_blocks() -> None:
    drawn = np.empty((4, 4), int)
    for place, at in enumerate(z_order(4)):
        drawn[at] = place
    assert drawn.tolist() == [[0, 1, 4, 5], [2, 3, 6, 7], [8, 9, 12, 13], [10, 11, 14, 15]]


def test_four_neighbours_in_z_order_are_a_block_of_two_at_every_size() -> None:
    for m in (2, 4, 8):
        places = z_order(m)
        assert sorted(places) == [(y, x) for y in range(m) for x in range(m)]
        for i in range(0, m * m, 4):
            assert {(y // 2, x // 2) for y, x in places[i : i + 4]} == {
                (places[i][0] // 2, places[i][1] // 2)
            }


@pytest.mark.parametrize("m", [1, 2, 4])
def test_raster_shows_a_patch_as_it_stands_in_the_picture(m: int) -> None:
    rgb = picture(1, m, m)
    assert np.array_equal(raster(split(rgb, m), m), rgb)


def test_pictures_need_not_be_contiguous() -> None:
    rgb = picture(2, 16, 16)
    for seen in (rgb[:, ::2], rgb[:, :, ::-1], rgb.transpose(0, 2, 1, 3)):
        for m in (1, 2, 4):
            assert np.array_equal(split(seen, m), split(seen.copy(), m))


@pytest.mark.parametrize(("h", "w"), [(6, 8), (8, 6)])
def test_a_picture_that_is_no_multiple_is_refused_with_both_sizes(h: int, w: int) -> None:
    with pytest.raises(ValueError, match=f"{h}×{w}.*4×4"):
        split(picture(1, h, w), 4)


def test_no_pictures_are_no_patches() -> None:
    for m in (1, 2, 4):
        assert split(picture(0, 8, 8), m).shape == (0, 3 * m * m)


def test_colors_are_the_digits_of_their_numbers() -> None:
    assert colors(np.array([0, 0x010203, 0xFFFFFF])).tolist() == [[0, 0, 0], [1, 2, 3], [255, 255, 255]]
