"""`score_generation`: a set of samples beside the real ones, in one row of figures. Knows no model.

A `Reference` looks at the real pictures once, for all rows of a table. The figures are compared between rows
of equally many samples, beside `floor`: the same figures for training pictures in the place of samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from spriteloom.errors import DataError
from spriteloom.metrics.generation.features import Features
from spriteloom.metrics.generation.frechet import Moments, frechet_estimate
from spriteloom.metrics.generation.kid import kernel_estimate
from spriteloom.metrics.generation.manifold import Manifold, compare_manifolds
from spriteloom.metrics.generation.memory import Memorised, Neighbours, TrainingPictures, memorised
from spriteloom.metrics.generation.resampling import Estimate
from spriteloom.pixels.arrays import Bytes

Species = Sequence[str] | NDArray[np.str_]

FEWEST = 16  # samples: below that no figure means anything


@dataclass(frozen=True, kw_only=True)
class GenerationScores:
    """One row. `fd` and `kid` on the network named `features`: FD-EffLite0 and KID-EffLite0, never FID.

    `memorised` is that of the samples and `held_out` that of the reference, whose sprites cannot have been
    learned; both None in a floor, whose samples are training pictures.
    """

    features: str
    fd: Estimate
    kid: Estimate
    manifold: Manifold
    memorised: Memorised | None
    held_out: Memorised | None
    n: int
    n_reference: int

    def to_json(self) -> dict[str, object]:
        """{features, fd, fd_interval, fd_given_reference, kid, …, precision, recall, density, coverage,
        memorisation: {close, alone, median, close_held_out, …, close_excess, alone_excess} or None, n,
        n_reference}.
        """
        return {
            "features": self.features,
            **_distance("fd", self.fd),
            **_distance("kid", self.kid),
            **vars(self.manifold),
            "memorisation": self._memorisation(),
            "n": self.n,
            "n_reference": self.n_reference,
        }

    def _memorisation(self) -> dict[str, float] | None:
        ours, theirs = self.memorised, self.held_out
        if ours is None or theirs is None:
            return None
        return {
            "close": ours.close,
            "alone": ours.alone,
            "median": ours.median,
            "close_held_out": theirs.close,
            "alone_held_out": theirs.alone,
            "median_held_out": theirs.median,
            "close_excess": ours.close - theirs.close,
            "alone_excess": ours.alone - theirs.alone,
        }


class Reference:
    """Real pictures, seen once: held-out ones, uint8 (m, h, w, 3), and those that the rows learned from.

    Species are labels, one a picture. Raises DataError for too few pictures, ValueError for labels that are
    not one each.
    """

    def __init__(
        self, pictures: Bytes, species: Species, *, train: Bytes, train_species: Species, features: Features
    ) -> None:
        _check_count(len(pictures), "held-out pictures")
        self.features, self.species = features, np.asarray(species)
        self._pictures = pictures
        self._train, self._train_species = train, np.asarray(train_species)
        self.vectors = features(pictures)
        self.moments = Moments.of(self.vectors)
        self.training = TrainingPictures(train, self._train_species)

    @cached_property
    def held_out(self) -> Memorised:
        """How near the held-out pictures are to the training set, which they were never in."""
        return memorised(self.training.neighbours(self._pictures))

    def floor(self, n: int, *, seed: int = 0) -> GenerationScores:
        """The row of n training pictures drawn at random: what a perfect memory of them would score.

        Raises DataError where the training set has fewer.
        """
        if n > len(self._train):
            raise DataError(
                f"a floor of {n} samples needs as many training pictures, there are {len(self._train)}"
            )
        chosen = np.sort(np.random.default_rng(seed).choice(len(self._train), n, replace=False))
        return _row(self, self._train[chosen], self._train_species[chosen], None, seed)


def score_generation(
    samples: Bytes, reference: Reference, *, neighbours: Neighbours | None = None, seed: int = 0
) -> GenerationScores:
    """The row of samples, uint8 (n, h, w, 3), of the reference's size. Chance is in the intervals only.

    `neighbours` are those of `reference.training.neighbours(samples)`, if they are at hand: a page shows
    them. Raises DataError for fewer than 16 samples.
    """
    _check_count(len(samples), "samples")
    found = reference.training.neighbours(samples) if neighbours is None else neighbours
    return _row(reference, samples, None, memorised(found), seed)


def _row(
    reference: Reference, samples: Bytes, species: Species | None, near: Memorised | None, seed: int
) -> GenerationScores:
    vectors = reference.features(samples)
    theirs = reference.vectors
    return GenerationScores(
        features=reference.features.name,
        fd=frechet_estimate(
            Moments.of(vectors), reference.moments, x_groups=species, y_groups=reference.species, seed=seed
        ),
        kid=kernel_estimate(vectors, theirs, x_groups=species, y_groups=reference.species, seed=seed),
        manifold=compare_manifolds(vectors, theirs),
        memorised=near,
        held_out=None if near is None else reference.held_out,
        n=len(samples),
        n_reference=len(theirs),
    )


def _distance(name: str, found: Estimate) -> dict[str, object]:
    return {
        name: found.value,
        f"{name}_interval": found.interval.to_json(),
        f"{name}_given_reference": found.given_reference.to_json(),
    }


def _check_count(n: int, what: str) -> None:
    if n < FEWEST:
        raise DataError(f"{n} {what} are too few for figures of generation: give {FEWEST} or more")
