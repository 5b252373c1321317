"""Test whether measures order damaged pixel art: ours, its parts, and a Fréchet distance beside them.

    python benchmarks/damage.py [SET.parquet or SOURCE …] [-n 250] [--no-features] [--json]

Sprites of species that no measure has seen are damaged in five ways, each at five strengths. A useful measure rises
with every step.

`damage` is weighed on the same kinds of damage, done to other sprites of the training species. `damage-unseen` is
weighed on the other four kinds, as for an unknown kind of damage.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from common import SEED_HELP, options, pixel_set, positive, run, show
from spriteloom.cli.printing import say
from spriteloom.editing.damages import DAMAGES, Sample, damage_ladder, evenly, sample
from spriteloom.metrics.generation.features import EfficientNetLite0, Features
from spriteloom.metrics.generation.frechet import Moments, frechet_distance
from spriteloom.metrics.pixel_art.score import NAMES, calibrate, columns, measure, structure_of
from spriteloom.nn.devices import find_device, precision_of

REFERENCE = 1_000  # clean training sprites that the Fréchet distance is to, at most


def main(words: Sequence[str] | None = None) -> None:
    parser = options(__doc__)
    parser.add_argument(
        "sets",
        nargs="*",
        default=["procedural"],
        help="sets prepared with --preprocessing pixel, or sources (default procedural)",
    )
    parser.add_argument("-n", type=positive, default=250, help="held-out sprites of each (default 250)")
    parser.add_argument("--no-features", action="store_true", help="leave out the Fréchet distance")
    parser.add_argument("--seed", type=int, default=0, help=SEED_HELP)
    given = parser.parse_args(words)
    device = find_device()
    network = None if given.no_features else EfficientNetLite0(precision=precision_of(device))
    samples = [open_sample(name, given.n, given.seed) for name in given.sets]
    ladders = bench_damage(samples, network)
    show("Known damage", [ladder.to_json() for ladder in ladders], as_json=given.json)


def open_sample(name: str, n: int, seed: int) -> Sample:
    """The sample of a prepared set, or of a source."""
    with TemporaryDirectory() as folder:
        data = pixel_set(name, folder, seed=seed)
        is_set = name.endswith(".parquet")
        return sample(Path(name).stem if is_set else data.info["source"]["name"], data, n=n)


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """One measure on one kind of damage: `figures` at no damage and at the five strengths.

    `tau` is Kendall's rank correlation of strength and figure. `ordered` is the share of steps of single sprites that
    the measure gets right, None for a measure of sets.
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


def bench_damage(samples: Sequence[Sample], features: Features | None) -> list[Ladder]:
    """Every measure on every kind of damage to every sample.

    The Fréchet distance, if there are features, is that of damaged held-out sprites to clean training sprites.
    """
    return [ladder for clean in samples for ladder in _ladders(clean, features)]


def _ladders(clean: Sample, features: Features | None) -> Iterator[Ladder]:
    say(f"{clean.name}: counting {len(clean.counted)} sprites, weighing the parts on {len(clean.weighed)}")
    prior = structure_of(clean.counted)
    learned = {
        kind: [columns(measure(prior, rung)) for rung in damage_ladder(clean.weighed, kind, seed=1)]
        for kind in DAMAGES
    }
    whole = calibrate(list(learned.values()))
    reference = features and Moments.of(features(evenly(clean.counted, REFERENCE)))
    for kind in DAMAGES:
        say(f"{clean.name}: {kind} on {len(clean.held_out)} held-out sprites")
        rungs = damage_ladder(clean.held_out, kind, seed=0)
        parts = [measure(prior, rung) for rung in rungs]
        others = calibrate([ladder for other, ladder in learned.items() if other != kind])
        yield _of_sprites(clean, kind, "damage", [whole.of(columns(part)) for part in parts])
        yield _of_sprites(clean, kind, "damage-unseen", [others.of(columns(part)) for part in parts])
        for name in NAMES:
            yield _of_sprites(clean, kind, name, [part[name] for part in parts])
        if features and reference:
            distances = [frechet_distance(Moments.of(features(rung)), reference) for rung in rungs]
            yield _ladder(clean, kind, f"FD-{features.name}", distances, None)


def _of_sprites(clean: Sample, kind: str, measure: str, rungs: Sequence[NDArray[np.float64]]) -> Ladder:
    """`rungs` are the figures of each sprite, (n,) at each strength."""
    right = float(np.mean([worse > better for better, worse in pairwise(rungs)]))
    return _ladder(clean, kind, measure, [float(rung.mean()) for rung in rungs], right)


def _ladder(
    clean: Sample, kind: str, measure: str, figures: Sequence[float], ordered: float | None
) -> Ladder:
    return Ladder(
        set=clean.name,
        kind=kind,
        measure=measure,
        n=len(clean.held_out),
        figures=tuple(figures),
        monotone=all(worse > better for better, worse in pairwise(figures)),
        tau=rank_agreement(figures),
        ordered=ordered,
    )


def rank_agreement(figures: Sequence[float]) -> float:
    """Kendall's τ of figures with their order: 1 where all rise, −1 where all fall; equal ones count 0."""
    return float(np.mean([np.sign(later - earlier) for earlier, later in combinations(figures, 2)]))


if __name__ == "__main__":
    run(main)
