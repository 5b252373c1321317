"""What an ornament is: a choice made once, then grown at every place it is for. Knows no type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from spriteloom.data.procedural.body import Body, Spot
from spriteloom.data.procedural.chance import Chance
from spriteloom.data.procedural.solids import Material

Grow = Callable[[Body, Spot], None]


@dataclass(frozen=True)
class Taste:
    """What an ornament is cut from: the creature's own choices, and the material of its type's color."""

    chance: Chance
    own: Material


Maker = Callable[[Taste], Grow]


@dataclass(frozen=True)
class Ornament:
    """`make` settles its proportions, then it grows at every spot called `place`; `words` name it."""

    words: str
    place: str
    make: Maker


def side_of(spot: Spot) -> float:
    """-1 on the creature's right, 1 on its left, 0 in the middle."""
    x = float(spot.at[0])
    return 0.0 if abs(x) < 0.3 else 1.0 if x > 0 else -1.0
