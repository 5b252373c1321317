"""From what a network painted to pixel art: hard alpha, one figure, its own few colors. Knows no network.

A network's colors drift inside one region, and a few pixels come loose. The colors of a finished sprite are
centres of its own pixels in OKLab, and each pixel's is chosen with its neighbours: a Potts model, settled by
iterated conditional modes (Besag 1986).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spriteloom.errors import ImpossibleModel
from spriteloom.pixels import Sprite
from spriteloom.pixels.alpha import harden
from spriteloom.pixels.arrays import Bytes
from spriteloom.pixels.oklab import oklab, to_rgb
from spriteloom.pixels.regions import largest_parts

COLORS = 16
ALIKE = 0.045  # OKLab distance below which two centres are one color
LOOSE = 0.08  # share of the largest part that another must have to stay
AGREE = 0.0012  # what a neighbour of another color costs, in squared OKLab distance
ROUNDS = 4  # of settling
LLOYD = 12


@dataclass(frozen=True, kw_only=True)
class Finish:
    """At most so many `colors`; parts below `loose` of the largest go; neighbours agree for `agree`."""

    colors: int = COLORS
    loose: float = LOOSE
    agree: float = AGREE


def finish(rgba: Bytes, name: str, how: Finish | None = None) -> Sprite:
    """uint8 (h, w, 4) with soft alpha → a sprite. Raises ImpossibleModel for less than one color."""
    how = how or Finish()
    if how.colors < 1:
        raise ImpossibleModel(f"a sprite cannot have {how.colors} colors: ask for 1 or more")
    hard = harden(rgba)
    kept = largest_parts(hard[..., 3] > 0, how.loose)
    pixels = np.where(kept[..., None], hard, np.uint8(0))
    if not kept.any():
        return Sprite(pixels=pixels, name=name)
    lab = oklab(pixels[..., :3])
    centres = _centres(lab[kept], how.colors)
    chosen = _settled(lab, kept, centres, how.agree)
    used = np.unique(chosen[kept])
    means = np.stack([lab[kept & (chosen == i)].mean(0) for i in used])
    pixels[kept, :3] = to_rgb(means)[np.searchsorted(used, chosen[kept])]
    return Sprite(pixels=pixels, name=name)


def _centres(points: NDArray[np.float64], most: int) -> NDArray[np.float64]:
    """At most so many colors (k, 3) that points (n, 3) lie near to, no two of them alike."""
    chance = np.random.default_rng(0)
    centres = points[chance.integers(len(points))][None]
    far = _squares(points, centres)[:, 0]
    while len(centres) < most and far.max() > ALIKE**2:
        tried = points[chance.choice(len(points), 6, p=far / far.sum())]
        left = np.minimum(far[:, None], _squares(points, tried))
        best = int(left.sum(0).argmin())
        centres, far = np.concatenate([centres, tried[best][None]]), left[:, best]
    for _ in range(LLOYD):
        nearest = _squares(points, centres).argmin(1)
        number = np.bincount(nearest, minlength=len(centres))
        sums = np.stack([np.bincount(nearest, column, len(centres)) for column in points.T], 1)
        centres = (sums / np.maximum(number, 1)[:, None])[number > 0]
    return _joined(centres, np.bincount(_squares(points, centres).argmin(1), minlength=len(centres)))


def _joined(centres: NDArray[np.float64], number: NDArray[np.int64]) -> NDArray[np.float64]:
    """Pairs of centres that look alike made one, nearest first."""
    while len(centres) > 1:
        gaps = _squares(centres, centres)
        np.fill_diagonal(gaps, np.inf)
        a, b = np.unravel_index(gaps.argmin(), gaps.shape)
        if gaps[a, b] >= ALIKE**2:
            break
        weight = max(int(number[a] + number[b]), 1)
        centres[a] = (centres[a] * number[a] + centres[b] * number[b]) / weight
        number[a] += number[b]
        centres, number = np.delete(centres, b, 0), np.delete(number, b)
    return centres


def _settled(
    lab: NDArray[np.float64], inside: NDArray[np.bool_], centres: NDArray[np.float64], agree: float
) -> NDArray[np.intp]:
    """Which centre each pixel takes (h, w), given what its eight neighbours took."""
    k = len(centres)
    cost = _squares(lab.reshape(-1, 3), centres).reshape(*inside.shape, k)
    chosen = cost.argmin(-1)
    h, w = inside.shape
    checker = (np.arange(h)[:, None] + np.arange(w)) % 2
    for turn in range(2 * ROUNDS):
        votes = np.pad(np.eye(k, dtype=np.float32)[chosen] * inside[..., None], ((1, 1), (1, 1), (0, 0)))
        around = sum(
            votes[1 + dy : 1 + dy + h, 1 + dx : 1 + dx + w] * (1.0 if dy == 0 or dx == 0 else 0.5)
            for dy in (-1, 0, 1)
            for dx in (-1, 0, 1)
            if dy or dx
        )
        chosen = np.where(checker == turn % 2, (cost - agree * around).argmin(-1), chosen)
    return np.asarray(chosen)


def _squares(points: NDArray[np.float64], centres: NDArray[np.float64]) -> NDArray[np.float64]:
    """Squared distances (n, k)."""
    gaps = (points**2).sum(1)[:, None] + (centres**2).sum(1) - 2 * points @ centres.T
    return np.asarray(np.maximum(gaps, 0))
