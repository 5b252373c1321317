"""Cells and colors are found from which compression makes the very picture."""

from __future__ import annotations

import numpy as np

from spriteloom.editing.compression import Jpeg
from spriteloom.editing.console_colors import WAYS
from spriteloom.editing.grids import Grid, Mesh
from spriteloom.editing.uncompressing import uncompressed

CONSOLE = WAYS[0][np.random.default_rng(1).integers(0, 32, (9, 3))]
CELLS = CONSOLE[np.random.default_rng(0).integers(0, 9, (24, 20))]


def picture(size: int, quality: int) -> tuple[np.ndarray, Mesh]:
    mesh = Mesh.of(Grid(size=size, top=1), 24 * size - (size - 1), 20 * size)
    return Jpeg(quality=quality)(mesh.painted(CELLS)), mesh


def blurred_guess(observed: np.ndarray, mesh: Mesh) -> np.ndarray:
    return np.rint(mesh.means(observed.astype(float))).astype(np.uint8)


def test_every_byte_is_explained_and_a_consoles_colors_are_exact():
    for size, quality in ((4, 95), (5, 80), (8, 60)):
        observed, mesh = picture(size, quality)
        found = uncompressed(observed, mesh, blurred_guess(observed, mesh))
        assert found is not None and found.left < 0.3
        assert (Jpeg(quality=quality)(mesh.painted(found.picture)) == observed).mean() > 0.9
        assert (found.picture == CELLS).all(-1).mean() > 0.95


def test_other_colors_are_left_as_they_explain_best():
    odd = np.array([[201, 77, 33], [12, 90, 141], [250, 251, 239]], np.uint8)
    mesh = Mesh.of(Grid(size=8), 96, 96)
    cells = odd[np.random.default_rng(2).integers(0, 3, (12, 12))]
    observed = Jpeg(quality=95)(mesh.painted(cells))
    found = uncompressed(observed, mesh, blurred_guess(observed, mesh))
    assert found is not None and len(found.colors) == 3
    assert np.abs(found.picture.astype(int) - cells).max() <= 2


def test_noise_is_not_explained():
    mesh = Mesh.of(Grid(size=4), 64, 64)
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    assert uncompressed(noise, mesh, blurred_guess(noise, mesh)) is None
