"""Pictures by chance, with a seed: few colours or many, hard alpha or partial."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from spriteloom.pixels import Pixels

Draw = Callable[..., Pixels]


@pytest.fixture
def draw() -> Draw:
    """`draw(h, w, colours=…, alpha=…)`: uint8 (h, w, 4), its first colour transparent, `alpha` the rest's."""
    chance = np.random.default_rng(20240)

    def picture(h: int, w: int, colours: int = 12, alpha: tuple[int, ...] = (255,)) -> Pixels:
        table = chance.integers(0, 256, (colours, 4), dtype=np.uint8)
        table[:, 3] = chance.choice(alpha, colours)
        table[0] = 0
        return table[chance.integers(0, colours, (h, w))]

    return picture
