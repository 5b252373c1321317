"""`score_generation`: compare a set of samples with real pictures, in one row of measures.

A `Reference` computes the features of the real pictures once, for all rows of a table. Compare rows of equally many
samples, and with `floor`: the same measures for training pictures in place of samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spriteloom.errors import DataError
from spriteloom.metrics.generation.features import Features
from spriteloom.metrics.generation.frechet import Moments, frechet_estimate
from spriteloom.metrics.generation.kid import kernel_estimate
from spriteloom.metrics.generation.manifold import Manifold, compare_manifolds
from spriteloom.metrics.generation.memory import Neighbors, TrainingPictures, memorized
from spriteloom.metrics.generation.resampling import Estimate
from spriteloom.pixels.arrays import Bytes

Species = Sequence[str] | NDArray[np.str_]

FEWEST = 16  # samples; the measures of fewer mean nothing


@dataclass(frozen=True, kw_only=True)
class GenerationScores:
    """One row. `fd` and `kid` on the network named `features`: FD-EffLite0 and KID-EffLite0, not FID.

    `neighbors` are those of the samples, `held_out` those of the reference, whose sprites were not in training;
    both None in a floor, whose samples are training pictures.
    """

    features: str
    fd: Estimate
    kid: Estimate
    manifold: Manifold
    neighbors: Neighbors | None
    held_out: Neighbors | None
    n: int
    n_reference: int

    def to_json(self) -> dict[str, object]:
        """{features, fd, fd_interval, fd_given_reference, kid, …, precision, …, memorisation: {close, …}, n, …}."""
        return {
            "features": self.features,
            **_distance("fd", self.fd),
            **_distance("kid", self.kid),
            **vars(self.manifold),
            "memorisation": self._memorization(),
            "n": self.n,
            "n_reference": self.n_reference,
        }

    def _memorization(self) -> dict[str, float] | None:
        if self.neighbors is None or self.held_out is None:
            return None
        samples, held_out = (vars(memorized(each, self.held_out)) for each in (self.neighbors, self.held_out))
        names = ("close", "alone", "nearest", "median")
        figures = {name: samples[name] for name in names}
        figures |= {f"{name}_held_out": held_out[name] for name in names}
        return figures | {f"{name}_excess": samples[name] - held_out[name] for name in names[:3]}


class Reference:
    """Held-out pictures, uint8 (m, h, w, 3), and the models' training set, each with species. Raises DataError."""

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
    def held_out(self) -> Neighbors:
        """The nearest training pictures of the held-out ones."""
        return self.training.neighbors(self._pictures)

    def floor(self, n: int, *, seed: int = 0) -> GenerationScores:
        """The row of n random training pictures, a perfect copy of the set. Raises DataError if there are fewer."""
        if n > len(self._train):
            raise DataError(
                f"a floor of {n} samples needs as many training pictures as that: {len(self._train)}"
            )
        chosen = np.sort(np.random.default_rng(seed).choice(len(self._train), n, replace=False))
        return _row(self, self._train[chosen], self._train_species[chosen], None, seed)


def score_generation(samples: Bytes, reference: Reference, *, seed: int = 0) -> GenerationScores:
    """The row of samples, uint8 (n, h, w, 3); `seed` moves only the intervals. Raises DataError for n < 16."""
    _check_count(len(samples), "samples")
    return _row(reference, samples, None, reference.training.neighbors(samples), seed)


def _row(
    reference: Reference, samples: Bytes, species: Species | None, neighbors: Neighbors | None, seed: int
) -> GenerationScores:
    vectors = reference.features(samples)
    groups: dict[str, Any] = {"x_groups": species, "y_groups": reference.species, "seed": seed}
    return GenerationScores(
        features=reference.features.name,
        fd=frechet_estimate(Moments.of(vectors), reference.moments, **groups),
        kid=kernel_estimate(vectors, reference.vectors, **groups),
        manifold=compare_manifolds(vectors, reference.vectors),
        neighbors=neighbors,
        held_out=None if neighbors is None else reference.held_out,
        n=len(samples),
        n_reference=len(reference.vectors),
    )


def _distance(name: str, estimate: Estimate) -> dict[str, object]:
    return {
        name: estimate.value,
        f"{name}_interval": estimate.interval.to_json(),
        f"{name}_given_reference": estimate.given_reference.to_json(),
    }


def _check_count(n: int, what: str) -> None:
    if n < FEWEST:
        raise DataError(f"{n} {what} are too few to score: give {FEWEST} or more")
