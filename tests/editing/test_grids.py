"""Cells of a picture: which pixel is in which, their means, and back."""

from __future__ import annotations

import numpy as np

from spriteloom.editing.grids import Grid, Mesh


def test_cells_that_the_picture_cuts_are_cells():
    mesh = Mesh.of(Grid(size=3, top=1, left=0), 6, 7)
    assert mesh.rows.tolist() == [0, 1, 1, 1, 2, 2]
    assert mesh.columns.tolist() == [0, 0, 0, 1, 1, 1, 2]


def test_means_of_what_was_painted_are_the_cells():
    mesh = Mesh.of(Grid(size=4, top=3, left=2), 21, 30)
    cells = np.random.default_rng(0).integers(0, 256, (6, 8, 3)).astype(np.uint8)
    painted = mesh.painted(cells)
    assert painted.shape == (21, 30, 3)
    assert (mesh.means(painted.astype(np.float64)) == cells).all()
