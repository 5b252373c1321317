"""JPEG is recognized and undone: cells are found that compress to the very picture."""

from __future__ import annotations

import numpy as np
import pytest

from spriteloom.data.procedural.creature import creatures
from spriteloom.editing.grids import Grid, Mesh
from spriteloom.editing.jpeg import (
    CHROMA_420,
    CHROMA_444,
    CONSOLE_LEVELS,
    Jpeg,
    estimate_jpeg,
    nearest_levels,
    undo_jpeg,
)
from spriteloom.pixels import over

BEFORE = (
    np.asarray(over(next(iter(creatures(1, seed=4, size=32))).pixels, (255, 255, 255)))
    .repeat(5, 0)
    .repeat(5, 1)
)


@pytest.mark.parametrize("quality", [95, 80, 61])
@pytest.mark.parametrize("chroma", [CHROMA_420, CHROMA_444])
def test_quality_and_chroma_are_found(quality, chroma):
    way = Jpeg(quality=quality, subsampling=chroma)
    rough = (BEFORE // 4 * 4).astype(np.uint8)
    assert estimate_jpeg(way(BEFORE), BEFORE) == way
    assert abs(estimate_jpeg(way(BEFORE), rough).quality - quality) <= 4


def test_pictures_larger_than_what_is_looked_at():
    large = np.tile(BEFORE, (3, 2, 1))
    way = Jpeg(quality=77)
    assert estimate_jpeg(way(large), large) == way


def test_every_way_has_the_32_levels_of_five_bits_in_order():
    for levels in CONSOLE_LEVELS:
        assert len(np.unique(levels)) == 32 and (np.diff(levels.astype(int)) > 0).all() and levels[0] == 0
    assert [int(levels[-1]) for levels in CONSOLE_LEVELS] == [255, 255, 248, 255]


def test_the_nearest_color_is_on_the_levels_and_within_half_a_step():
    colors = np.random.default_rng(0).integers(0, 249, (50, 3)).astype(np.float64)
    for levels in CONSOLE_LEVELS:
        near = nearest_levels(colors, levels)
        assert np.isin(near, levels).all() and np.abs(near - colors).max() <= 5


CONSOLE = CONSOLE_LEVELS[0][np.random.default_rng(1).integers(0, 32, (9, 3))]
CELLS = CONSOLE[np.random.default_rng(0).integers(0, 9, (12, 10))]


def picture(size: int, quality: int) -> tuple[np.ndarray, Mesh]:
    mesh = Mesh.of(Grid(size=size, top=1), 12 * size - (size - 1), 10 * size)
    return Jpeg(quality=quality)(mesh.painted(CELLS)), mesh


def blurred_guess(observed: np.ndarray, mesh: Mesh) -> np.ndarray:
    return np.rint(mesh.means(observed.astype(float))).astype(np.uint8)


def test_every_byte_is_explained_and_a_consoles_colors_are_exact():
    for size, quality in ((4, 95), (5, 80), (8, 60)):
        observed, mesh = picture(size, quality)
        found = undo_jpeg(observed, mesh, blurred_guess(observed, mesh))
        assert found is not None and found.error < 0.3
        assert (Jpeg(quality=quality)(mesh.painted(found.picture)) == observed).mean() > 0.9
        assert (found.picture == CELLS).all(-1).mean() > 0.95


def test_other_colors_are_left_as_they_explain_best():
    odd = np.array([[201, 77, 33], [12, 90, 141], [250, 251, 239]], np.uint8)
    mesh = Mesh.of(Grid(size=8), 96, 96)
    cells = odd[np.random.default_rng(2).integers(0, 3, (12, 12))]
    observed = Jpeg(quality=95)(mesh.painted(cells))
    found = undo_jpeg(observed, mesh, blurred_guess(observed, mesh))
    assert found is not None and len(found.colors) == 3
    assert np.abs(found.picture.astype(int) - cells).max() <= 2


def test_noise_is_not_explained():
    mesh = Mesh.of(Grid(size=4), 64, 64)
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    assert undo_jpeg(noise, mesh, blurred_guess(noise, mesh)) is None
