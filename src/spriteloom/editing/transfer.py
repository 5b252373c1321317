"""Plans that match colors by how they look and how they are used.

The paper maps the commonest color to the commonest one, which fails if the pictures show different poses. Here colors
are matched by what recoloring and a change of view keep: lightness, many of the colors, and a region's neighbors.

| symbol | meaning |
| --- | --- |
| i, j | a color of the sprite, a color of the reference; there are k and l of them |
| c | cost of i becoming j: a weighted sum of differences between how they look and are used (k, l) |
| P | probability that i becomes j: exp(−c), rows and columns scaled in turn to sum to 1 (Sinkhorn 1967) |
| N | the neighbors of a color, as shares of its borders (`Usage.neighbors`) |
| border | two neighboring pixels, side by side or one above the other, of different colors |
| outside | transparent pixels and what is beyond the canvas; the k-th neighbor |

P is computed from c, then `ROUNDS` times from c + `NEIGHBORS` · Σ |N_i P − N_j|, which compares the neighbors of i,
translated by P, with the neighbors of j. The plan is the assignment that makes most pixels right in expectation:
max Σ share_i · P_ij, each j once. The weights are the likeliest ones (conditional logistic regression) for ordinary
and shiny forms of 457 training species of `pokeapi`, the shiny form in another frame and from behind;
`benchmarks/shinies.py` measures on other species.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from spriteloom.editing.colors import (
    check_visible,
    count_colors,
    make_distinct,
    ranked_colors,
    shade,
)
from spriteloom.editing.recoloring import Colors, Recoloring
from spriteloom.pixels import Palette, Sprite
from spriteloom.pixels.arrays import Doubles, Pixels
from spriteloom.pixels.oklab import oklab
from spriteloom.pixels.palette import visible_colors

ColorIndex = NDArray[np.intp]  # (h, w): the color of each pixel, k outside

# Costs of a difference of 1 in the colors themselves, in OKLab,
LIGHTNESS, CHROMA, DISTANCE, NOT_EQUAL = 9.0, 10.8, 5.4, 2.0
# and in their use, see `Usage`; of `share`, the natural logarithm.
SHARE, RIM, HEIGHT, HEIGHT_SPREAD, WIDTH_SPREAD = 0.29, 10.8, 6.7, 9.2, 6.9
NEIGHBORS = 4.8
ALONE = 1.9  # factor on the costs while neighbors do not count
ROUNDS = 3
SCALINGS = 6  # of rows and columns
RARE = 0.003  # added to shares, since the difference of one pixel and three is chance


@dataclass(frozen=True, eq=False, kw_only=True)
class Usage:
    """How frames use each of their colors; all values are relative to the size of the foreground."""

    colors: Colors  # (k, 3), commonest first
    share: Doubles  # (k,), of the visible pixels
    rim: Doubles  # (k,), share of a color's borders that are borders to the outside; 1 if it has no border inside
    height: Doubles  # (k,), mean row, 0 at the top of the foreground and 1 at the bottom
    height_spread: Doubles  # (k,), standard deviation of the row
    width_spread: Doubles  # (k,), standard deviation of the column
    neighbors: Doubles  # (k, k + 1), share of a color's borders to each other color and to the outside


def plan_like(sprites: Sequence[Sprite], like: Sequence[Sprite]) -> Recoloring:
    """Each color takes the color of `like` that is most similar in look and use; each is taken once.

    All frames count together. Colors for which `like` has none left, and palette colors that no pixel has, are
    shaded: each takes the new color of its nearest relative, lighter or darker by as much as it was. No two colors
    become equal. Raises BadPalette for more than 256 colors, or if `like` has no visible pixel.
    """
    check_visible(like)
    reference = usage_of(like)
    before, number = ranked_colors(sprites)
    if not number.any():
        return Recoloring(before, before)
    return _plan(before, number, reference.colors, match(usage_of(sprites), reference))


def plan_onto(sprites: Sequence[Sprite], palette: Palette) -> Recoloring:
    """`plan_like` for a reference whose colors alone are known. Raises BadPalette above 256 colors or for none."""
    targets = visible_colors(palette)
    before, number = ranked_colors(sprites)
    used = before[number > 0]
    if not len(used):
        return Recoloring(before, before)
    return _plan(before, number, targets, _probabilities(-ALONE * _color_costs(used, targets)))


def match(usage: Usage, reference: Usage) -> Doubles:
    """P (k, l): the probability that each color of `usage` becomes each color of `reference`."""
    costs = _color_costs(usage.colors, reference.colors) + _use_costs(usage, reference)
    p = _probabilities(-ALONE * costs)
    for _ in range(ROUNDS):
        expected = np.concatenate([usage.neighbors[:, :-1] @ p, usage.neighbors[:, -1:]], axis=1)
        gaps = np.stack([np.abs(row - reference.neighbors).sum(axis=1) for row in expected])
        p = _probabilities(-(costs + NEIGHBORS * gaps))
    return p


def usage_of(frames: Sequence[Sprite]) -> Usage:
    """How frames of any sizes use their colors together; places are relative to each frame's own foreground."""
    colors, number = count_colors(frames)
    k = len(colors)
    borders, sums = np.zeros((k + 1, k + 1)), np.zeros((4, k))
    for frame in frames:
        if not frame.pixels[..., 3].any():
            continue
        index = _color_index(frame.pixels, colors)
        borders += _borders(index, k)
        sums += _position_sums(index, k)
    row, column, row_squared, column_squared = sums / number
    np.fill_diagonal(borders, 0)
    neighbors = borders[:k] / np.maximum(1, borders[:k].sum(axis=1, keepdims=True))
    return Usage(
        colors=colors,
        share=number / max(1, number.sum()),
        rim=neighbors[:, k],
        height=row,
        height_spread=_deviation(row_squared, row),
        width_spread=_deviation(column_squared, column),
        neighbors=neighbors,
    )


def _color_costs(a: Colors, b: Colors) -> Doubles:
    """c from the colors alone: lightness, chroma and distance in OKLab, and whether they differ."""
    lab_a, lab_b = oklab(a), oklab(b)
    distance = np.sqrt(((lab_a[:, None] - lab_b) ** 2).sum(axis=-1))
    chroma = _gaps(np.hypot(lab_a[:, 1], lab_a[:, 2]), np.hypot(lab_b[:, 1], lab_b[:, 2]))
    differ = (a[:, None] != b).any(axis=-1)
    look = LIGHTNESS * _gaps(lab_a[:, 0], lab_b[:, 0]) + CHROMA * chroma
    return np.asarray(look + DISTANCE * distance + NOT_EQUAL * differ)


def _use_costs(a: Usage, b: Usage) -> Doubles:
    return (
        SHARE * _gaps(np.log(a.share + RARE), np.log(b.share + RARE))
        + RIM * _gaps(a.rim, b.rim)
        + HEIGHT * _gaps(a.height, b.height)
        + HEIGHT_SPREAD * _gaps(a.height_spread, b.height_spread)
        + WIDTH_SPREAD * _gaps(a.width_spread, b.width_spread)
    )


def _plan(before: Colors, number: NDArray[np.int64], targets: Colors, p: Doubles) -> Recoloring:
    """The best assignment of used colors, which are first in `before`, to targets; shades for the others."""
    rows, columns = linear_sum_assignment(p * number[: len(p), None], maximize=True)
    after, shaded = before.copy(), np.ones(len(before), np.bool_)
    after[rows], shaded[rows] = targets[columns], False
    after[shaded] = shade(before[shaded], before[rows], after[rows])
    order = np.argsort(shaded, kind="stable")  # of equal colors, make_distinct moves the shades
    return Recoloring(before[order], make_distinct(after[order]))


def _gaps(a: Doubles, b: Doubles) -> Doubles:
    return np.abs(a[:, None] - b)


def _probabilities(logits: Doubles) -> Doubles:
    """exp(logits), rows and columns scaled in turn to sum to 1; rows last."""
    for _ in range(SCALINGS):
        logits = _log_normalized(_log_normalized(logits, 1), 0)
    return np.exp(_log_normalized(logits, 1))


def _log_normalized(logits: Doubles, axis: int) -> Doubles:
    return np.asarray(logits - np.logaddexp.reduce(logits, axis=axis, keepdims=True))


def _color_index(pixels: Pixels, colors: Colors) -> ColorIndex:
    """The color of each pixel, with a border of outside pixels around the canvas."""
    keys, pixel_keys = (rgb.astype(np.intp) @ (1 << 16, 1 << 8, 1) for rgb in (colors, pixels[..., :3]))
    order = np.argsort(keys)
    place = np.minimum(np.searchsorted(keys[order], pixel_keys), len(keys) - 1)
    return np.pad(np.where(pixels[..., 3] > 0, order[place], len(keys)), 1, constant_values=len(keys))


def _borders(index: ColorIndex, k: int) -> Doubles:
    """How many neighboring pixels have each pair of colors: symmetric (k + 1, k + 1)."""
    across = index[:, 1:] * (k + 1) + index[:, :-1]
    down = index[1:] * (k + 1) + index[:-1]
    pairs = np.bincount(np.concatenate([across.ravel(), down.ravel()]), minlength=(k + 1) ** 2)
    borders = pairs.reshape(k + 1, k + 1).astype(np.float64)
    return borders + borders.T


def _position_sums(index: ColorIndex, k: int) -> Doubles:
    """Sums over the pixels of each color of y, x, y² and x², from 0 to 1 across the foreground: (4, k)."""
    rows, columns = np.nonzero(index < k)
    color = index[rows, columns]
    y, x = _relative(rows), _relative(columns)
    return np.stack([np.bincount(color, value, k) for value in (y, x, y * y, x * x)])


def _relative(position: NDArray[np.intp]) -> Doubles:
    """Pixel centers, from the foreground's first pixel (0) to its last (1)."""
    return np.asarray((position - position.min() + 0.5) / (np.ptp(position) + 1))


def _deviation(squared: Doubles, mean: Doubles) -> Doubles:
    return np.sqrt(np.maximum(0.0, squared - mean**2))
