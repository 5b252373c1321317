"""Whether measures put damaged pixel art in order: ours, its parts, and a Fréchet distance beside them.

Known damage of five kinds, each at five strengths, is done to sprites of species that no measure has seen. A
measure that is of use rises with every step. Knows no file.

`damage` is weighed on the same kinds of damage, done to other sprites of the training species. A kind may
also come along that it was not weighed on: `damage-unseen` is weighed on the other four kinds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spriteloom.bench.damages import DAMAGES, damaged
from spriteloom.data.store import SpriteSet
from spriteloom.errors import DataError
from spriteloom.metrics.generation.features import Features
from spriteloom.metrics.generation.frechet import Moments, frechet_distance
from spriteloom.metrics.pixel_art.calibration import calibrate
from spriteloom.metrics.pixel_art.score import NAMES, PixelArtMetric, columns, measure, structure_of
from spriteloom.pixels import over
from spriteloom.pixels.alpha import WHITE
from spriteloom.pixels.arrays import Bytes

Rungs = list[Bytes]  # the same pictures, clean and then at each strength
Say = Callable[[str], None]

SHARE = 4  # every fourth training species is kept from the counts, to weigh the parts on
REFERENCE = 1_000  # clean training sprites that the Fréchet distance is to, at most


@dataclass(frozen=True, eq=False, kw_only=True)
class Sample:
    """Clean pictures over white, uint8 (n, h, w, 3): to count, to weigh the parts on, and to be judged."""

    name: str
    counted: Bytes
    weighed: Bytes
    held: Bytes


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """One measure on one kind of damage: `figures` at no damage and at the five strengths.

    `tau` is Kendall's rank agreement of strength and figure; `ordered` the share of single steps of single
    sprites that the measure gets right, None for a measure of sets.
    """

    set: str
    kind: str
    measure: str
    n: int
    figures: tuple[float, ...]
    monotone: bool
    tau: float
    ordered: float | None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def sample(name: str, data: SpriteSet, *, n: int) -> Sample:
    """Up to `n` sprites of the test species, and of the training ones: as many to weigh, ten times to count.

    Raises DataError unless the set holds true pixel art, and enough of it.
    """
    if data.preprocessing.name != "pixel":
        raise DataError(
            f"{name} was prepared by {data.preprocessing.name}, which resamples: use --preprocessing pixel"
        )
    places = {species: i for i, species in enumerate(data.species("train"))}
    counted: list[Bytes] = []
    weighed: list[Bytes] = []
    for sprite in data.sprites("train"):
        kept = places[sprite.species] % SHARE == SHARE - 1
        (weighed if kept else counted).append(over(sprite.pixels, WHITE))
    held = [over(sprite.pixels, WHITE) for sprite in data.sprites("test")]
    if min(len(counted), len(weighed), len(held)) < 2:
        raise DataError(f"{name} has too few sprites to learn from and to judge: prepare more species")
    return Sample(
        name=name, counted=_spread(counted, 10 * n), weighed=_spread(weighed, n), held=_spread(held, n)
    )


def pixel_art_metric(one: Sample) -> PixelArtMetric:
    """The measure of pixel art, weighed on every kind of damage to the sample's sprites."""
    return PixelArtMetric.fit(one.counted, [_rungs(one.weighed, kind, seed=1) for kind in DAMAGES])


def bench_damage(samples: Sequence[Sample], features: Features | None, say: Say) -> list[Ladder]:
    """Every measure on every kind of damage to every sample; the Fréchet distance where there are features.

    It is that of the held-out sprites, damaged, to the clean training sprites.
    """
    return [ladder for one in samples for ladder in _bench_one(one, features, say)]


def _bench_one(one: Sample, features: Features | None, say: Say) -> Iterator[Ladder]:
    say(f"{one.name}: counting {len(one.counted)} sprites, weighing the parts on {len(one.weighed)}")
    prior = structure_of(one.counted)
    learned = {
        kind: [columns(measure(prior, rung)) for rung in _rungs(one.weighed, kind, seed=1)]
        for kind in DAMAGES
    }
    whole = calibrate(list(learned.values()))
    reference = features and Moments.of(features(_spread(one.counted, REFERENCE)))
    for kind in DAMAGES:
        say(f"{one.name}: {kind} on {len(one.held)} held-out sprites")
        rungs = _rungs(one.held, kind, seed=0)
        found = [measure(prior, rung) for rung in rungs]
        others = calibrate([ladder for other, ladder in learned.items() if other != kind])
        yield _of_sprites(one, kind, "damage", [whole.of(columns(parts)) for parts in found])
        yield _of_sprites(one, kind, "damage-unseen", [others.of(columns(parts)) for parts in found])
        for name in NAMES:
            yield _of_sprites(one, kind, name, [parts[name] for parts in found])
        if features and reference:
            distances = [frechet_distance(Moments.of(features(rung)), reference) for rung in rungs]
            yield _ladder(one, kind, f"FD-{features.name}", distances, None)


def _rungs(pictures: Bytes, kind: str, *, seed: int) -> Rungs:
    return [pictures, *(damaged(pictures, damage, seed=seed) for damage in DAMAGES[kind])]


def _of_sprites(one: Sample, kind: str, measure: str, rungs: Sequence[NDArray[np.float64]]) -> Ladder:
    """`rungs` are the figures of each sprite, (n,) at each strength."""
    right = float(np.mean([worse > better for better, worse in pairwise(rungs)]))
    return _ladder(one, kind, measure, [float(rung.mean()) for rung in rungs], right)


def _ladder(one: Sample, kind: str, measure: str, figures: Sequence[float], ordered: float | None) -> Ladder:
    return Ladder(
        set=one.name,
        kind=kind,
        measure=measure,
        n=len(one.held),
        figures=tuple(figures),
        monotone=all(worse > better for better, worse in pairwise(figures)),
        tau=rank_agreement(figures),
        ordered=ordered,
    )


def rank_agreement(figures: Sequence[float]) -> float:
    """Kendall's τ of figures with their order: 1 where all rise, −1 where all fall; equal ones count 0."""
    return float(np.mean([np.sign(later - earlier) for earlier, later in combinations(figures, 2)]))


def _spread(pictures: Sequence[Bytes] | Bytes, n: int) -> Bytes:
    """n of them, evenly over all."""
    chosen = np.linspace(0, len(pictures) - 1, min(n, len(pictures))).round().astype(int)
    return np.stack([pictures[i] for i in chosen])
