"""Pictures by chance, with a seed: few colors or many, hard alpha or partial."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from spriteloom.pixels.arrays import Pixels

Draw = Callable[..., Pixels]


@pytest.fixture
def draw() -> Draw:
    """`draw(h, w, colors=…, alpha=…)`: uint8 (h, w, 4), its first color transparent, `alpha` the rest's."""
    chance = np.random.default_rng(20240)

    def picture(h: int, w: int, colors: int = 12, alpha: tuple[int, ...] = (255,)) -> Pixels:
        table = chance.integers(0, 256, (colors, 4), dtype=np.uint8)
        table[:, 3] = chance.choice(alpha, colors)
        table[0] = 0
        return table[chance.integers(0, colors, (h, w))]

    return picture
