"""Rows: what is mirrored says so, what is left out is 0, and a batch is a function of its generator."""

from __future__ import annotations

import numpy as np
import torch

from spriteloom.models.diffusion.presets import FoldedPixels
from spriteloom.models.diffusion.rows import Conditions, LatentRows, PixelRows


def conditions(n: int = 4, sentences: int = 3) -> Conditions:
    return Conditions(
        labels=np.eye(n, dtype=np.float32),
        captions=np.tile(np.arange(sentences), (n, 1)),
        sentences=np.full((sentences, 5), 0.5, np.float32),
    )


def rows() -> PixelRows:
    rgba = np.zeros((4, 8, 8, 4), np.uint8)
    rgba[:, 2:6, 2:4] = 255
    return PixelRows(FoldedPixels(size=8, m=2), rgba, conditions(), shift=0)


def batch(of, seed: int = 0, n: int = 400):
    places = np.arange(n) % 4
    return of.draw(places, 0.15, torch.Generator().manual_seed(seed))


def test_a_condition_holds_labels_words_and_the_mirror():
    grids, asked = batch(rows())
    assert asked.shape[1] == 4 + 5 + 1 and grids.shape == (400, 16, 4, 4)
    left = grids[:, :, :, :2].mean((1, 2, 3)) > grids[:, :, :, 2:].mean((1, 2, 3))
    assert torch.equal(left, asked[:, -1] == 0)
    assert 0.4 < float(asked[:, -1].mean()) < 0.6


def test_labels_and_words_are_left_out_each_by_itself():
    _, asked = batch(rows())
    labels, words = asked[:, :4].any(1), asked[:, 4:9].any(1)
    assert 0.75 < float(labels.float().mean()) < 0.95 and 0.75 < float(words.float().mean()) < 0.95
    assert bool((labels & ~words).any()) and bool((~labels & words).any())


def test_a_batch_is_a_function_of_its_generator():
    one, two = batch(rows(), 3), batch(rows(), 3)
    assert all(torch.equal(a, b) for a, b in zip(one, two, strict=True))
    assert not torch.equal(one[0], batch(rows(), 4)[0])


def test_latents_are_those_of_the_mirror_where_it_says_so():
    plain, mirrored = torch.zeros(4, 2, 3, 3), torch.ones(4, 2, 3, 3)
    nothing = Conditions(
        labels=np.zeros((4, 0), np.float32),
        captions=np.zeros((4, 0), np.int64),
        sentences=np.zeros((0, 0), np.float32),
    )
    grids, asked = batch(LatentRows(plain, mirrored, nothing))
    assert asked.shape == (400, 1) and torch.equal(grids[:, 0, 0, 0], asked[:, 0])


def test_processes_draw_the_parts_of_one_batch():
    places = np.arange(8) % 4
    whole = rows().draw(places, 0.15, torch.Generator().manual_seed(1))
    parts = [rows().draw(places, 0.15, torch.Generator().manual_seed(1), slice(i, i + 4)) for i in (0, 4)]
    assert all(torch.equal(torch.cat([a, b]), c) for a, b, c in zip(*parts, whole, strict=True))
