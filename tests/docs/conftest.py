"""A reader's folder, for the tests that run pages and examples."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import small
from PIL import Image

import spriteloom.models.train
from spriteloom.data.procedural.creature import creatures
from spriteloom.pixels import Animation, Sprite, save_animation
from spriteloom.pixels.geometry import scale


@pytest.fixture
def readers_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as a reader may have it: sprites of their own; trainings are small."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(spriteloom.models.train, "train", small.small_train)
    drawn = list(creatures(12, seed=5, size=32))
    for folder in ("sprites", "my-sprites"):
        Path(folder).mkdir()
        for i, sprite in enumerate(drawn):
            sprite.save(f"{folder}/{i}.png")
    slime, bat = drawn[:2]
    slime.save("slime.png")
    bat.save("bat.png")
    mask = np.zeros((32, 32, 4), np.uint8)
    mask[8:16, 8:24] = 255
    Sprite(pixels=mask).save("mask.png")
    save_animation(Animation((slime, bat), (100, 100), 0), "walk.gif")
    Image.fromarray(scale(slime, 6).pixels).convert("RGB").save("big.jpg", quality=90)
    return tmp_path
