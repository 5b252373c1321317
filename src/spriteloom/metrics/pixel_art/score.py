"""`PixelArtMetric`: how far pictures are from pixel art, in parts that can each be read, and in one number.

Every sprite is measured by itself and the measures are averaged. `damage` combines the parts with weights that are
fitted on training species' sprites, damaged in known ways; clean ones have a mean of about 0.

`bits_per_pixel` is the length of a sprite's lossless code. Each pixel gets one of seven relations to earlier pixels,
whatever its color, and a count prior of clean sprites' relations codes them:

    0 background · 1 like the pixel to the left · 2 above · 3 above left · 4 above right (the first that fits)
    5 another color that the picture already has · 6 a new color
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spriteloom.errors import DataError, RunError
from spriteloom.metrics.pixel_art import parts
from spriteloom.metrics.pixel_art.foreground import BACKGROUND, Foreground, foreground_of
from spriteloom.pixels.arrays import Bytes, Doubles
from spriteloom.priors.counts import CountPrior, CountPriorConfig

PARTS: Mapping[str, Callable[[Foreground], Doubles]] = {
    "colors": parts.colors,
    "off_palette": parts.off_palette,
    "palette_error": parts.palette_error,
    "soft_steps": parts.soft_steps,
    "mixed": parts.mixed,
    "orphans": parts.orphans,
    "broken_outline": parts.broken_outline,
    "half_transparent": parts.half_transparent,
}
BITS = "bits_per_pixel"
NAMES = (*PARTS, BITS)
_LOG_SCALED = ("colors", "palette_error", BITS)  # not shares: they enter the combination as log(1 + x)

RELATIONS = 7
_BEFORE = ((0, -1), (-1, 0), (-1, -1), (-1, 1))
_ELSEWHERE, _NEW = 5, 6
BITS_OF_A_COLOR = 24

ROUNDS = 4_000  # of the calibration
REGULARIZATION = 1e-3  # weight of the squared weights, beside the mean loss of a comparison


@dataclass(frozen=True, kw_only=True)
class PixelArtScores:
    """Means over `n` sprites; `parts.py` explains each part."""

    colors: float
    off_palette: float
    palette_error: float
    soft_steps: float
    mixed: float
    orphans: float
    broken_outline: float
    half_transparent: float
    bits_per_pixel: float
    damage: float
    n: int

    def to_json(self) -> dict[str, float]:
        return asdict(self)


@dataclass(frozen=True, eq=False, kw_only=True)
class Combination:
    """damage = weights · (columns − center). `center` is the mean of clean sprites."""

    center: Doubles  # (parts,)
    weights: Doubles  # (parts,), at least 0: no part may lower the damage

    def of(self, columns: Doubles) -> Doubles:
        """(n, parts) → (n,)."""
        return np.asarray((columns - self.center) @ self.weights)


@dataclass(frozen=True, eq=False, kw_only=True)
class PixelArtMetric:
    """`prior` of clean sprites' structure, and the weights of the parts."""

    prior: CountPrior
    combination: Combination

    @classmethod
    def fit(cls, clean: Bytes, ladders: Sequence[Sequence[Bytes]]) -> PixelArtMetric:
        """Fit to training species: the structure of `clean`, and weights on ladders of ever more damaged pictures."""
        prior = structure_of(clean)
        measured = [[columns(measure(prior, rung)) for rung in ladder] for ladder in ladders]
        return cls(prior=prior, combination=calibrate(measured))

    def damage(self, pictures: Bytes) -> Doubles:
        """The damage of each of uint8 (n, h, w, 3 or 4): (n,)."""
        return self.combination.of(columns(measure(self.prior, pictures)))

    def score(self, pictures: Bytes) -> PixelArtScores:
        """The means of a set. Raises DataError if there is no picture, ValueError for another shape or type."""
        if not len(pictures):
            raise DataError("there is no picture to score: choose a split that has some")
        measures = measure(self.prior, pictures)
        damage = float(self.combination.of(columns(measures)).mean())
        means = {name: float(values.mean()) for name, values in measures.items()}
        return PixelArtScores(**means, damage=damage, n=len(pictures))

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Everything, as a file of arrays can hold it."""
        prior = {f"prior.{name}": array for name, array in self.prior.to_arrays().items()}
        return {**prior, "centre": self.combination.center, "weights": self.combination.weights}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> PixelArtMetric:
        """The inverse of `to_arrays`. Raises RunError for other arrays."""
        prior = {name.removeprefix("prior."): a for name, a in arrays.items() if name.startswith("prior.")}
        center, weights = (np.asarray(arrays.get(name, ()), np.float64) for name in ("centre", "weights"))
        if center.shape != (len(NAMES),) or weights.shape != (len(NAMES),):
            raise RunError("this is not a metric of pixel art, or one of another version: fit it again")
        combination = Combination(center=center, weights=weights)
        return cls(prior=CountPrior.from_arrays(prior), combination=combination)


def structure_of(clean: Bytes) -> CountPrior:
    """The count prior of clean pictures' relations."""
    return CountPrior.fit(relations(foreground_of(clean)), RELATIONS, config=CountPriorConfig(least=2))


def measure(prior: CountPrior, pictures: Bytes) -> dict[str, Doubles]:
    """Every part of each of uint8 (n, h, w, 3 or 4), by name: (n,) each."""
    sprites = foreground_of(pictures)
    grids = relations(sprites)
    structure = prior.bits(grids) * grids[0].size
    values = {name: part(sprites) for name, part in PARTS.items()}
    return {**values, BITS: (structure + naming_bits(grids)) / sprites.areas}


def columns(measures: Mapping[str, Doubles]) -> Doubles:
    """Parts by name, (n,) each, as the combination takes them: (n, parts)."""
    scaled = [np.log1p(measures[name]) if name in _LOG_SCALED else measures[name] for name in NAMES]
    return np.stack(scaled, axis=1)


def calibrate(ladders: Sequence[Sequence[Doubles]]) -> Combination:
    """The weights with which the damage of the worse of two pictures is the larger, as often as possible.

    A ladder is the columns (n, parts) of the same sprites, clean first and then with more and more damage. Every
    step of every sprite is a comparison (Bradley & Terry 1952): the odds that a value higher by d is that of the
    worse of two are exp(d). Projected gradients find the maximum over weights not below 0.
    """
    clean = np.concatenate([ladder[0] for ladder in ladders])
    scale = np.concatenate([rung for ladder in ladders for rung in ladder]).std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    pairs = [pair for ladder in ladders for pair in pairwise(ladder)]
    steps = np.concatenate([(worse - better) / scale for better, worse in pairs])
    weights = np.zeros(steps.shape[1])
    rate = 1 / (np.linalg.eigvalsh(steps.T @ steps / len(steps))[-1] / 4 + REGULARIZATION)
    for _ in range(ROUNDS):
        doubt = 1 / (1 + np.exp((steps @ weights).clip(-50, 50)))  # of each comparison
        gradient = steps.T @ doubt / len(steps) - REGULARIZATION * weights
        weights = np.maximum(weights + rate * gradient, 0)
    return Combination(center=clean.mean(axis=0), weights=weights / scale)


def relations(sprites: Foreground) -> NDArray[np.uint8]:
    """The relations (n, h, w) in raster order: each depends on earlier pixels and on its own."""
    colors = sprites.colors
    _, h, w = colors.shape
    padded = np.pad(colors, ((0, 0), (1, 0), (1, 1)))
    grids = np.full(colors.shape, _ELSEWHERE, np.uint8)
    for grid, picture in zip(grids, colors, strict=True):  # the first pixel of each color
        grid.reshape(-1)[np.unique(picture, return_index=True)[1]] = _NEW
    for code, (dy, dx) in reversed(list(enumerate(_BEFORE, start=1))):
        grids[padded[:, 1 + dy : 1 + dy + h, 1 + dx : 1 + dx + w] == colors] = code
    grids[colors == BACKGROUND] = 0
    return grids


def naming_bits(grids: NDArray[np.uint8]) -> Doubles:
    """The bits that name the color of each 5, log2 of the colors so far, and of each 6, 24 bits: (n,)."""
    line = grids.reshape(len(grids), -1)
    new = line == _NEW
    so_far = np.maximum(np.cumsum(new, axis=1), 1)
    return np.asarray((np.log2(so_far) * (line == _ELSEWHERE) + BITS_OF_A_COLOR * new).sum(axis=1))
