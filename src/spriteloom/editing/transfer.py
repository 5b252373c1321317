"""Which color becomes which by how colors look and are used. Sees pixels; never who belongs to whom.

The paper gives the commonest color the commonest one. That holds where both pictures show the same pose, and
breaks with it: from the back, a creature has another commonest color. Here a color is matched by what stays
when a creature is recolored or seen from elsewhere: an artist keeps light light and dark dark, keeps many
colors altogether, and a region keeps its neighbours.

| letter | meaning |
| --- | --- |
| i, j | a color of the sprite, a color of the reference: k and l of them |
| c | what it costs that i becomes j: a sum of differences between their looks, weighted (k, l) |
| P | belief that i becomes j: exp(−c), rows and columns scaled in turns to sum to 1 (Sinkhorn 1967) |
| N | the neighbours of a color, as shares of its borders (`looks.py`) |

P comes of c, then `ROUNDS` times of c + `BESIDE` · Σ |N_i P − N_j|: what i lies beside, translated by the
belief so far, against what j lies beside. The plan is the assignment under which most pixels are expected to
be right: max Σ share_i · P_ij, each j once. The weights are the likeliest ones (conditional logistic
regression) for ordinary and shiny forms of 457 training species of `pokeapi`, the shiny in another frame and
from behind; `benchmarks/shinies.py` measures on species that were not among them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from spriteloom.editing.colors import apart, ranked, shaded, shown, visible
from spriteloom.editing.looks import Look, look
from spriteloom.editing.recoloring import Colors, Recoloring
from spriteloom.pixels import Palette, Sprite
from spriteloom.pixels.arrays import Doubles
from spriteloom.pixels.oklab import oklab

# Costs of a difference of 1. Of the colors themselves, in OKLab:
LIGHTNESS, CHROMA, DISTANCE, NOT_THE_SAME = 9.0, 10.8, 5.4, 2.0
# and of their use, as `Look` has it; of the share its natural logarithm.
SHARE, RIM, HEIGHT, TALL, WIDE = 0.29, 10.8, 6.7, 9.2, 6.9
BESIDE = 4.8
ALONE = 1.9  # factor on the costs as long as neighbours are not looked at
ROUNDS = 3
SCALINGS = 6  # of rows and columns
RARE = 0.003  # added to shares, since one pixel or three is chance


def plan_like(sprites: Sequence[Sprite], like: Sequence[Sprite]) -> Recoloring:
    """Each color takes the one of `like` that looks and is used most as it does; each is taken once.

    All frames given count together. Colors for which `like` has none left, and those on a palette that are
    never used, are shaded: each takes what its nearest relative took, as much lighter or darker as it
    was itself. No two colors become one. Raises BadPalette for more than 256 colors, or if `like` is
    invisible.
    """
    targets = look(visible(like))
    before, number = ranked(sprites)
    if not number.any():
        return Recoloring(before, before)
    return _plan(before, number, targets.colors, belief(look(sprites), targets))


def plan_onto(sprites: Sequence[Sprite], palette: Palette) -> Recoloring:
    """The same where nothing but the colors is known of what to be like; their order does not matter.

    Raises BadPalette for more than 256 colors, or for a palette with no visible color.
    """
    targets = shown(palette)
    before, number = ranked(sprites)
    used = before[number > 0]
    if not len(used):
        return Recoloring(before, before)
    return _plan(before, number, targets, _shares(-ALONE * color_costs(used, targets)))


def belief(own: Look, other: Look) -> Doubles:
    """P (k, l): how sure it is that each color of `own` is that of `other`."""
    costs = color_costs(own.colors, other.colors) + use_costs(own, other)
    found = _shares(-ALONE * costs)
    for _ in range(ROUNDS):
        expected = np.concatenate([own.beside[:, :-1] @ found, own.beside[:, -1:]], axis=1)
        gaps = np.stack([np.abs(row - other.beside).sum(axis=1) for row in expected])
        found = _shares(-(costs + BESIDE * gaps))
    return found


def color_costs(own: Colors, other: Colors) -> Doubles:
    """c from the colors alone: lightness, chroma and distance in OKLab, and whether they are the same."""
    a, b = oklab(own), oklab(other)
    apart_by = np.sqrt(((a[:, None] - b) ** 2).sum(axis=-1))
    chroma = _gaps(np.hypot(a[:, 1], a[:, 2]), np.hypot(b[:, 1], b[:, 2]))
    changed = (own[:, None] != other).any(axis=-1)
    return np.asarray(
        LIGHTNESS * _gaps(a[:, 0], b[:, 0]) + CHROMA * chroma + DISTANCE * apart_by + NOT_THE_SAME * changed
    )


def use_costs(own: Look, other: Look) -> Doubles:
    """c from how much of each there is and where it lies."""
    return (
        SHARE * _gaps(np.log(own.share + RARE), np.log(other.share + RARE))
        + RIM * _gaps(own.rim, other.rim)
        + HEIGHT * _gaps(own.height, other.height)
        + TALL * _gaps(own.tall, other.tall)
        + WIDE * _gaps(own.wide, other.wide)
    )


def _plan(before: Colors, number: NDArray[np.int64], targets: Colors, found: Doubles) -> Recoloring:
    """The best assignment of used colors, which stand first, to targets; shades for the others."""
    gain = found * number[: len(found), None]
    rows, columns = linear_sum_assignment(gain, maximize=True)
    after, left = before.copy(), np.ones(len(before), np.bool_)
    after[rows], left[rows] = targets[columns], False
    after[left] = shaded(before[left], before[rows], after[rows])
    order = np.argsort(left, kind="stable")  # who was given a color keeps it, shades make room
    return Recoloring(before[order], apart(after[order]))


def _gaps(own: Doubles, other: Doubles) -> Doubles:
    return np.abs(own[:, None] - other)


def _shares(logits: Doubles) -> Doubles:
    """exp of them, rows and columns scaled to sum to 1 in turns; rows at last."""
    for _ in range(SCALINGS):
        logits = _normal(_normal(logits, 1), 0)
    return np.exp(_normal(logits, 1))


def _normal(logits: Doubles, axis: int) -> Doubles:
    return np.asarray(logits - np.logaddexp.reduce(logits, axis=axis, keepdims=True))
