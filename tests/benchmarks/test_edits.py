"""Promises of edits are counted as broken where they are broken, and only there."""

from __future__ import annotations

import numpy as np

import edits
from edits import FRAMES, bench_inpaints, bench_recolors, hopping, random_mask
from spriteloom.data.procedural.creature import creatures
from spriteloom.models.load import load
from tiny_families import tiny_run

SPRITES = list(creatures(3, seed=2, size=32))


def test_masks_are_seen_and_differ():
    masks = [random_mask(SPRITES[0], np.random.default_rng(i)) for i in range(20)]
    assert all(mask.shape == (32, 32) and mask.any() and not mask.all() for mask in masks)
    assert len({mask.tobytes() for mask in masks}) > 15


def test_inpainting_keeps_its_promises():
    figures = bench_inpaints(load(tiny_run("diffusion")).with_sampler(num_steps=3), SPRITES)
    assert (
        figures.n == 3
        and figures.all == 3 * 32 * 32
        and 0 < figures.repainted <= figures.masked < figures.all
    )
    assert figures.changed_outside == figures.off_palette == figures.half_transparent == 0


def test_broken_promises_are_counted(monkeypatch):
    def broken(_, sprite, mask, *__, **___):
        pixels = sprite.pixels.copy()
        pixels[mask] = (1, 2, 3, 200)
        pixels[tuple(np.argwhere(~mask)[0])] = (9, 9, 9, 255)
        return [sprite.with_pixels(pixels, palette=None)]

    monkeypatch.setattr(edits, "inpaint", broken)
    figures = bench_inpaints(load(tiny_run("diffusion")), SPRITES[:1])
    assert figures.changed_outside == 1 and figures.off_palette == figures.half_transparent == figures.masked


def test_an_animation_is_recolored_by_one_plan():
    animation = hopping(SPRITES[0])
    assert len(animation.frames) == FRAMES and len({one.pixels.tobytes() for one in animation.frames}) > 3
    figures = bench_recolors(animation, SPRITES[1])
    assert figures.frames == FRAMES and figures.one_to_one and figures.plan_ms > 0 and figures.apply_ms > 0
