"""Turn pictures that a model samples into pixel art: alpha 0 or 255, loose parts removed, few colors.

`finish` takes RGBA. A network's colors drift within a region, so the colors of the finished sprite are k-means
centers of its pixels in OKLab, and each pixel takes one of them together with its neighbors: a Potts model,
minimized by iterated conditional modes (Besag 1986). The colors of a given palette take the place of the centers.
`cut_out` takes RGB on a plain background.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from spriteloom.codecs.census import take_census
from spriteloom.codecs.lloyd import fit_table
from spriteloom.codecs.tables import NearestTable
from spriteloom.errors import ImpossibleModel
from spriteloom.metrics.pixel_art.foreground import joined_to_border
from spriteloom.pixels import Palette, Sprite
from spriteloom.pixels.alpha import harden
from spriteloom.pixels.arrays import Bytes, Doubles, Mask
from spriteloom.pixels.oklab import oklab, to_rgb
from spriteloom.pixels.palette import visible_colors

COLORS = 16
MERGE_DISTANCE = 0.045  # in OKLab; centers nearer than this become one
MIN_PART = 0.08  # share of the largest part's pixels below which another part is removed
SMOOTHNESS = 0.0012  # cost of a neighbor of another color, in squared OKLab distance
PALETTE_SMOOTHNESS = 0.004  # the same for a given palette, whose colors lie farther apart
POTTS_ROUNDS = 4
LLOYD_ROUNDS = 12
CANDIDATES = 6  # pixels tried for each new center; the best is taken
BACKGROUND_TOLERANCE = 24  # levels of a channel by which a codec changes a plain background at most


@dataclass(frozen=True, kw_only=True)
class Finish:
    """The most `colors`, the least share of the largest part that stays, the cost of unequal neighbors.

    With a `palette` all colors are its own.
    """

    colors: int = COLORS
    min_part: float = MIN_PART
    smoothness: float = SMOOTHNESS
    palette: Palette | None = None


def finish(rgba: Bytes, name: str, how: Finish | None = None) -> Sprite:
    """uint8 (h, w, 4) with any alpha → a sprite. Raises ImpossibleModel for less than one color."""
    how = how or Finish()
    _check_colors(how.colors)
    hard = harden(rgba)
    inside = _largest_parts(hard[..., 3] > 0, how.min_part)
    pixels = np.where(inside[..., None], hard, np.uint8(0))
    if not inside.any():
        return Sprite(pixels=pixels, name=name)
    if how.palette is not None:
        return Sprite(pixels=onto_palette(pixels, visible_colors(how.palette), how.colors), name=name)
    lab = oklab(pixels[..., :3])
    centers = _centers(lab[inside], how.colors)
    labels = _smooth_labels(lab, inside, centers, how.smoothness)
    used = np.unique(labels[inside])
    means = np.stack([lab[inside & (labels == i)].mean(0) for i in used])
    pixels[inside, :3] = to_rgb(means)[np.searchsorted(used, labels[inside])]
    return Sprite(pixels=pixels, name=name)


def onto_palette(rgba: Bytes, colors: Bytes, most: int | None = None) -> Bytes:
    """uint8 (h, w, 4) in colors (k, 3), alpha 0 or 255; of at most `most` of them, those that are used most.

    A pixel takes a color near its own in OKLab, and if possible that of its neighbors.
    """
    pixels = harden(rgba)
    inside = pixels[..., 3] > 0
    labels = _smooth_labels(oklab(pixels[..., :3]), inside, oklab(colors), PALETTE_SMOOTHNESS)
    counts = np.bincount(labels[inside], minlength=len(colors))
    if most is not None and np.count_nonzero(counts) > most:
        return onto_palette(pixels, colors[np.argsort(-counts, kind="stable")[:most]])
    pixels[inside, :3] = colors[labels[inside]]
    return pixels


def cut_out(rgb: Bytes, name: str) -> Sprite:
    """A picture uint8 (h, w, 3) → a sprite with a transparent background, alpha 0 or 255.

    The background is every pixel that is connected to the border, by sides, through pixels near the border's
    commonest color.
    """
    border = np.concatenate([rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1]])
    colors, counts = np.unique(border, axis=0, return_counts=True)
    background = colors[counts.argmax()].astype(int)
    near = (np.abs(rgb.astype(int) - background) <= BACKGROUND_TOLERANCE).all(-1)
    inside = ~joined_to_border(near)
    alpha = np.where(inside, 255, 0).astype(np.uint8)[..., None]
    return Sprite(pixels=np.concatenate([rgb * inside[..., None], alpha], -1), name=name)


def reduce_colors(sprite: Sprite, colors: int) -> Sprite:
    """The sprite with at most `colors` opaque colors, k-means of its pixels. Raises ImpossibleModel below 1."""
    _check_colors(colors)
    inside = sprite.pixels[..., 3] > 0
    foreground = sprite.pixels[inside][:, :3]
    if len(np.unique(foreground, axis=0)) <= colors:
        return sprite
    census = take_census([foreground[None, None]], 1)
    table = fit_table(census, colors, rng=np.random.default_rng(0))
    codes, _ = NearestTable(table).find(foreground)
    pixels = sprite.pixels.copy()
    pixels[inside, :3] = table[codes]
    return Sprite(pixels=pixels, name=sprite.name, species=sprite.species, labels=sprite.labels)


def _check_colors(colors: int) -> None:
    if colors < 1:
        raise ImpossibleModel(f"a sprite cannot have {colors} colors: ask for 1 or more")


def _largest_parts(inside: Mask, share: float) -> Mask:
    """The largest 8-connected part, and others that have at least that share of its pixels."""
    parts, _ = ndimage.label(inside, np.ones((3, 3)))
    areas = np.bincount(parts.ravel())
    areas[0] = 0
    return np.asarray(areas[parts] >= max(1.0, share * areas.max())) & inside


def _centers(points: Doubles, most: int) -> Doubles:
    """At most `most` colors (k, 3) near the points (n, 3): k-means++, Lloyd's rounds, near centers merged."""
    rng = np.random.default_rng(0)
    centers = points[rng.integers(len(points))][None]
    distance = _squared_distances(points, centers)[:, 0]
    while len(centers) < most and distance.max() > MERGE_DISTANCE**2:
        candidates = points[rng.choice(len(points), CANDIDATES, p=distance / distance.sum())]
        remaining = np.minimum(distance[:, None], _squared_distances(points, candidates))
        best = int(remaining.sum(0).argmin())
        centers, distance = np.concatenate([centers, candidates[best][None]]), remaining[:, best]
    for _ in range(LLOYD_ROUNDS):
        nearest = _squared_distances(points, centers).argmin(1)
        counts = np.bincount(nearest, minlength=len(centers))
        sums = np.stack([np.bincount(nearest, column, len(centers)) for column in points.T], 1)
        centers = (sums / np.maximum(counts, 1)[:, None])[counts > 0]
    nearest = _squared_distances(points, centers).argmin(1)
    return _merged(centers, np.bincount(nearest, minlength=len(centers)))


def _merged(centers: Doubles, counts: NDArray[np.int64]) -> Doubles:
    """Centers after all pairs nearer than `MERGE_DISTANCE` are replaced by their mean, nearest pair first."""
    while len(centers) > 1:
        gaps = _squared_distances(centers, centers)
        np.fill_diagonal(gaps, np.inf)
        a, b = np.unravel_index(gaps.argmin(), gaps.shape)
        if gaps[a, b] >= MERGE_DISTANCE**2:
            break
        weight = max(int(counts[a] + counts[b]), 1)
        centers[a] = (centers[a] * counts[a] + centers[b] * counts[b]) / weight
        counts[a] += counts[b]
        centers, counts = np.delete(centers, b, 0), np.delete(counts, b)
    return centers


def _smooth_labels(lab: Doubles, inside: Mask, centers: Doubles, smoothness: float) -> NDArray[np.intp]:
    """The center of each pixel (h, w): near its own color, and if possible that of its eight neighbors."""
    k = len(centers)
    cost = _squared_distances(lab.reshape(-1, 3), centers).reshape(*inside.shape, k)
    labels = cost.argmin(-1)
    h, w = inside.shape
    checker = (np.arange(h)[:, None] + np.arange(w)) % 2  # half of the pixels change at a time
    for turn in range(2 * POTTS_ROUNDS):
        votes = np.pad(np.eye(k, dtype=np.float32)[labels] * inside[..., None], ((1, 1), (1, 1), (0, 0)))
        neighbors = sum(
            votes[1 + dy : 1 + dy + h, 1 + dx : 1 + dx + w] * (1.0 if dy == 0 or dx == 0 else 0.5)
            for dy in (-1, 0, 1)
            for dx in (-1, 0, 1)
            if dy or dx
        )
        labels = np.where(checker == turn % 2, (cost - smoothness * neighbors).argmin(-1), labels)
    return np.asarray(labels)


def _squared_distances(points: Doubles, centers: Doubles) -> Doubles:
    """(n, k), of points (n, d) to centers (k, d)."""
    gaps = (points**2).sum(1)[:, None] + (centers**2).sum(1) - 2 * points @ centers.T
    return np.asarray(np.maximum(gaps, 0))
