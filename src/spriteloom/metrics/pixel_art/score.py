"""How far pictures are from pixel art: parts that can each be read, and one figure of all. Knows no model.

Everything is measured of each sprite by itself and averaged, so that one sprite can be scored as well as a
set, and a set needs no other of equal size beside it as the Fréchet distance does.

`damage` combines the parts by weights found on sprites of the training species, damaged in known ways; its
0 is the mean of clean ones, about. What is below 0 is plainer than they are: a flat square is undamaged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spriteloom.errors import DataError, RunError
from spriteloom.metrics.pixel_art import palette, shape
from spriteloom.metrics.pixel_art.calibration import Columns, Combination, calibrate
from spriteloom.metrics.pixel_art.figures import Figures, figures
from spriteloom.metrics.pixel_art.relations import KINDS, naming_bits, relations
from spriteloom.pixels.arrays import Bytes
from spriteloom.priors.counts import CountPrior, CountPriorConfig

PARTS: Mapping[str, Callable[[Figures], NDArray[np.float64]]] = {
    "colors": palette.colors,
    "off_palette": palette.off_palette,
    "palette_error": palette.palette_error,
    "soft_steps": palette.soft_steps,
    "mixed": palette.mixed,
    "orphans": shape.orphans,
    "broken_outline": shape.broken_outline,
    "half_transparent": palette.half_transparent,
}
BITS = "bits_per_pixel"
NAMES = (*PARTS, BITS)
_GROWING = ("colors", "palette_error", BITS)  # no shares: they enter the combination by log(1 + x)


@dataclass(frozen=True, kw_only=True)
class PixelArtScores:
    """Means over `n` sprites; the parts are explained where they are measured.

    `bits_per_pixel` is what it takes to write a figure down without loss for someone who has counted clean
    sprites: its structure by their counts, each new color at 24 bits; over the figure's pixels.
    """

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
class PixelArtMetric:
    """What was learned of clean sprites: `prior` of their structure, and how to weigh the parts."""

    prior: CountPrior
    combination: Combination

    @classmethod
    def fit(cls, clean: Bytes, ladders: Sequence[Sequence[Bytes]]) -> PixelArtMetric:
        """Learn from pictures of training species, uint8 (n, h, w, 3 or 4).

        `clean` are counted. A ladder is other pictures, clean first, then the same ever worse, once for each
        kind of damage. Counted pictures are no fair rungs: they are expected too well.
        """
        prior = structure_of(clean)
        measured = [[columns(measure(prior, rung)) for rung in ladder] for ladder in ladders]
        return cls(prior=prior, combination=calibrate(measured))

    def damage(self, pictures: Bytes) -> NDArray[np.float64]:
        """Of each of uint8 (n, h, w, 3 or 4): (n,)."""
        return self.combination.of(columns(measure(self.prior, pictures)))

    def score(self, pictures: Bytes) -> PixelArtScores:
        """Of a set. Raises DataError if there is no picture, ValueError if these are none."""
        if not len(pictures):
            raise DataError("there is no picture to score: choose a split that has some")
        found = measure(self.prior, pictures)
        damage = float(self.combination.of(columns(found)).mean())
        return PixelArtScores(
            **{name: float(values.mean()) for name, values in found.items()}, damage=damage, n=len(pictures)
        )

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """All there is of it, as a file of arrays can hold it."""
        prior = {f"prior.{name}": array for name, array in self.prior.to_arrays().items()}
        return {**prior, "centre": self.combination.centre, "weights": self.combination.weights}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> PixelArtMetric:
        """Undoes `to_arrays`. Raises RunError for arrays that are no such metric."""
        prior = {name.removeprefix("prior."): a for name, a in arrays.items() if name.startswith("prior.")}
        centre, weights = (np.asarray(arrays.get(name, ()), np.float64) for name in ("centre", "weights"))
        if centre.shape != (len(NAMES),) or weights.shape != (len(NAMES),):
            raise RunError("this is no metric of pixel art, or that of another version: fit it again")
        return cls(
            prior=CountPrior.from_arrays(prior), combination=Combination(centre=centre, weights=weights)
        )


def structure_of(clean: Bytes) -> CountPrior:
    """The counts of clean pictures' structure, whatever their colors."""
    return CountPrior.fit(relations(figures(clean)), KINDS, config=CountPriorConfig(least=2))


def measure(prior: CountPrior, pictures: Bytes) -> dict[str, NDArray[np.float64]]:
    """Every part of each of uint8 (n, h, w, 3 or 4), by name: (n,) each."""
    found = figures(pictures)
    grids = relations(found)
    structure = prior.bits(grids) * grids[0].size
    parts = {name: part(found) for name, part in PARTS.items()}
    return {**parts, BITS: (structure + naming_bits(grids)) / found.areas}


def columns(found: Mapping[str, NDArray[np.float64]]) -> Columns:
    """Parts by name, (n,) each, as the combination takes them: (n, parts)."""
    return np.stack([np.log1p(found[name]) if name in _GROWING else found[name] for name in NAMES], axis=1)
