"""Rows: what is mirrored says so, what is left out is 0, and a batch is a function of its generator."""

from __future__ import annotations

import numpy as np
import torch

from spriteloom.models.diffusion.presets import AUGMENTATIONS, FoldedPixels
from spriteloom.models.diffusion.rows import Conditions, Dropout, LatentRows, PixelRows, recolor
from spriteloom.models.diffusion.words import Sentences

CPU = torch.device("cpu")
LABELS = Dropout(labels=0.15)


def conditions(n: int = 4, sentences: int = 3) -> Conditions:
    words = Sentences(np.full((sentences, 5), 0.5, np.float32), [[i] for i in range(sentences)])
    labels = np.eye(4, dtype=np.float32)[np.arange(n) % 4]
    generated = np.arange(n) % 4 == 3
    return Conditions(labels, np.tile(np.arange(sentences), (n, 1)), words, generated, CPU)


def rows(*, shift: int = 0, variants: int = 1) -> PixelRows:
    """Four sprites with a white bar on the left; variants are as dark as their number."""
    rgba = np.zeros((variants, 4, 8, 8, 4), np.uint8)
    rgba[:, :, 2:6, 2:4] = 255
    rgba[..., :3] //= (np.arange(variants) + 1).astype(np.uint8)[:, None, None, None, None]
    return PixelRows(FoldedPixels(size=8, m=2), rgba, conditions(4 * variants), shift=shift, device=CPU)


def batch(of, seed: int = 0, n: int = 400, dropout: Dropout = LABELS):
    places = np.arange(n) % 4
    return of.draw(places, dropout, torch.Generator().manual_seed(seed))


def test_a_condition_holds_labels_words_and_the_mirror():
    grids, asked = batch(rows())
    assert asked.shape[1] == 4 + 5 + AUGMENTATIONS and grids.shape == (400, 16, 4, 4)
    left = grids[:, :, :, :2].mean((1, 2, 3)) > grids[:, :, :, 2:].mean((1, 2, 3))
    assert torch.equal(left, asked[:, -5] == 0) and not asked[:, -4:-1].any()
    assert 0.4 < float(asked[:, -5].mean()) < 0.6
    assert torch.equal(asked[:, -1], (torch.arange(400) % 4 == 3).float())  # drawn by a program


def test_a_condition_tells_a_shift_and_another_hue():
    latents, conditions = batch(rows(shift=2, variants=3))
    recolored, down, right = conditions[:, -4:-1].unbind(1)
    brightness = latents[:, :4].amax((1, 2, 3))
    assert torch.equal(brightness < 0.9, recolored == 1) and len(brightness.unique()) == 3
    assert sorted(down.unique().tolist()) == [-1, -0.5, 0, 0.5, 1] == sorted(right.unique().tolist())
    pictures = torch.from_numpy(FoldedPixels(size=8, m=2).decode(latents)[..., 3] > 0)
    assert torch.equal(pictures.any(2).float().argmax(1), 2 + 2 * down)
    assert torch.equal(
        conditions[:, :4].argmax(1)[conditions[:, :4].any(1)] % 4,
        (torch.arange(400) % 4)[conditions[:, :4].any(1)],
    )


def test_labels_and_words_are_dropped_together_too():
    _, conditions = batch(rows(), dropout=Dropout(both=0.3))
    labels, words = conditions[:, :4].any(1), conditions[:, 4:9].any(1)
    assert torch.equal(labels, words) and 0.6 < float(labels.float().mean()) < 0.8
    assert 0.4 < float(conditions[:, -5].mean()) < 0.6  # how a picture is augmented is always told


def test_a_recolored_sprite_has_other_hues_and_the_same_alpha_and_brightness():
    rgba = np.zeros((1, 4, 4, 4), np.uint8)
    rgba[0, 1:3, 1:3] = (150, 80, 60, 255)
    third = recolor(rgba, 1 / 3)
    assert (third[..., 3] == rgba[..., 3]).all() and not third[0, 0].any()
    r, g, b = third[0, 1, 1, :3].astype(float)
    assert g > r and abs(0.299 * r + 0.587 * g + 0.114 * b - 98.65) < 1
    assert (np.abs(recolor(recolor(rgba, 0.25), 0.75).astype(int) - rgba) <= 2).all()


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
    none = Sentences(np.zeros((0, 0), np.float32), [])
    nothing = Conditions(
        np.zeros((4, 0), np.float32), np.zeros((4, 0), np.int64), none, np.zeros(4, bool), CPU
    )
    grids, asked = batch(LatentRows(plain, mirrored, nothing, device=CPU))
    assert asked.shape == (400, AUGMENTATIONS) and torch.equal(grids[:, 0, 0, 0], asked[:, 0])


def test_processes_draw_the_parts_of_one_batch():
    places = np.arange(8) % 4
    whole = rows().draw(places, LABELS, torch.Generator().manual_seed(1))
    parts = [rows().draw(places, LABELS, torch.Generator().manual_seed(1), slice(i, i + 4)) for i in (0, 4)]
    assert all(torch.equal(torch.cat([a, b]), c) for a, b, c in zip(*parts, whole, strict=True))
