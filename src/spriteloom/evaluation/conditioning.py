"""Whether samples show what was requested, as a classifier sees it.

For a field, types or shape, over the samples for which it was requested:

    agreement  share of samples whose first answer is among what was requested
    chance     the same if the requests were dealt to the samples by lot: the mean over all n² pairs of one
               and another, so that neither classifier nor sampler gains by a liking for common answers
    ratio      agreement / chance

A classifier is not always right: `classifier.held_out` says how often it is on real sprites. The
pictures of a set with their own labels, given here as samples, show what agreement a perfect sampler gets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spriteloom.errors import DataError
from spriteloom.evaluation.classifier import Classifier, recognise
from spriteloom.pixels.arrays import Bytes, Doubles

Request = Mapping[
    str, str | Sequence[str]
]  # {"types": ("fire", "flying"), "shape": "wings"}; fields may lack

ROUNDS = 2_000  # of the bootstrap
TAIL = 0.025  # beyond either end of an interval


@dataclass(frozen=True, kw_only=True)
class FieldAgreement:
    """One field over the `n` samples for which it was requested.

    `interval` is of the ratio, 95 % by bootstrap over samples. `confusion[i][j]` is how many samples of which
    `names[i]` was requested were recognised as `names[j]`; a sample with two types is half in each row.
    """

    agreement: float
    chance: float
    ratio: float
    interval: tuple[float, float]
    n: int
    names: tuple[str, ...]
    confusion: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Conditioning:
    """Fields that were not requested at all are None."""

    types: FieldAgreement | None
    shape: FieldAgreement | None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def judge(model: Classifier, rgb: Bytes, requests: Sequence[Request], *, seed: int = 0) -> Conditioning:
    """Samples (n, h, w, 3) uint8 over black or white, beside what was requested of each.

    Raises DataError where there is not one request for each sample, or one asks for what the classifier does
    not know.
    """
    if len(rgb) != len(requests):
        raise DataError(f"{len(rgb)} samples cannot be judged by {len(requests)} requests: give one of each")
    seen = recognise(model, rgb)
    return Conditioning(
        types=_field(seen.types, _requested(requests, "types", model.types), model.types, seed),
        shape=_field(seen.shapes, _requested(requests, "shape", model.shapes), model.shapes, seed),
    )


def _requested(requests: Sequence[Request], field: str, names: Sequence[str]) -> Doubles:
    """n-hot (n, names)."""
    n_hot = np.zeros((len(requests), len(names)))
    for row, request in zip(n_hot, requests, strict=True):
        wanted = request.get(field, ())
        for name in [wanted] if isinstance(wanted, str) else wanted:
            if name in names:
                row[names.index(name)] = 1
            elif name:
                near = ", ".join(get_close_matches(name, names, 3)) or ", ".join(names)
                raise DataError(f"the classifier knows no {field} {name!r}: it knows {near}")
    return n_hot


def _field(
    shares: NDArray[np.float32], wanted: Doubles, names: tuple[str, ...], seed: int
) -> FieldAgreement | None:
    asked = wanted.any(axis=1)
    if not asked.any():
        return None
    wanted, answers = wanted[asked], np.eye(len(names))[shares[asked].argmax(axis=1)]
    n = len(wanted)
    hits = (wanted * answers).sum(axis=1)
    drawn = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), ROUNDS) / n  # (rounds, n)
    expected = ((drawn @ wanted) * (drawn @ answers)).sum(axis=1)
    ratios = np.divide(drawn @ hits, expected, out=np.zeros(ROUNDS), where=expected > 0)
    chance = float((wanted.mean(axis=0) * answers.mean(axis=0)).sum())
    low, high = np.quantile(ratios, (TAIL, 1 - TAIL))
    confusion = (wanted / wanted.sum(axis=1, keepdims=True)).T @ answers
    return FieldAgreement(
        agreement=float(hits.mean()),
        chance=chance,
        ratio=float(hits.mean() / chance) if chance else 0.0,
        interval=(float(low), float(high)),
        n=n,
        names=names,
        confusion=tuple(tuple(map(float, row)) for row in confusion),
    )
