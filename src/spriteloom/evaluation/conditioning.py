"""Whether samples show what was requested of them, according to a classifier.

For a field, types or shape, over the samples for which it was requested:

    agreement  share of samples whose first answer is among the requested names
    chance     agreement if the requests were shuffled: the mean over all n² pairs of a sample and a request, so that
               a preference of the classifier or the sampler for common answers gains nothing
    ratio      agreement / chance

The classifier makes errors: `classifier.held_out` measures it on real sprites. A set's own pictures and labels, given
here as samples, show the agreement of a perfect sampler.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np

from spriteloom.errors import DataError
from spriteloom.evaluation.classifier import Classifier, predict
from spriteloom.pixels.arrays import Bytes, Doubles, Floats

# {"types": ("fire", "flying"), "shape": "wings"}; a field may be missing
Request = Mapping[str, str | Sequence[str]]

BOOTSTRAP_ROUNDS = 2_000
TAIL = 0.025  # probability beyond each end of an interval


@dataclass(frozen=True, kw_only=True)
class FieldAgreement:
    """One field over the `n` samples for which it was requested.

    `interval` is the 95 % interval of the ratio, by bootstrap over samples. `confusion[i][j]` is the number of samples
    with requested `names[i]` and answer `names[j]`; a sample with two types counts half in each row.
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
    """A field that was never requested is None."""

    types: FieldAgreement | None
    shape: FieldAgreement | None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def judge(model: Classifier, rgb: Bytes, requests: Sequence[Request], *, seed: int = 0) -> Conditioning:
    """Compare samples uint8 (n, h, w, 3) over black or white with the request of each.

    Raises DataError if the numbers differ, or for a request that the classifier does not know.
    """
    if len(rgb) != len(requests):
        raise DataError(
            f"{len(rgb)} samples cannot be judged by {len(requests)} requests: give a request for each"
        )
    prediction = predict(model, rgb)
    return Conditioning(
        types=_agreement(prediction.types, _requested(requests, "types", model.types), model.types, seed),
        shape=_agreement(prediction.shapes, _requested(requests, "shape", model.shapes), model.shapes, seed),
    )


def _requested(requests: Sequence[Request], field: str, names: Sequence[str]) -> Doubles:
    """n-hot (n, names)."""
    n_hot = np.zeros((len(requests), len(names)))
    for row, request in zip(n_hot, requests, strict=True):
        value = request.get(field, ())
        for name in [value] if isinstance(value, str) else value:
            if name in names:
                row[names.index(name)] = 1
            elif name:
                near = ", ".join(get_close_matches(name, names, 3)) or ", ".join(names)
                raise DataError(f"the classifier knows no {field} {name!r}: it knows {near}")
    return n_hot


def _agreement(
    probabilities: Floats, requested: Doubles, names: tuple[str, ...], seed: int
) -> FieldAgreement | None:
    """One field from probabilities (n, names) and requests, n-hot (n, names); None if it was never requested."""
    rows = requested.any(axis=1)
    if not rows.any():
        return None
    requested, answers = requested[rows], np.eye(len(names))[probabilities[rows].argmax(axis=1)]
    n = len(requested)
    hits = (requested * answers).sum(axis=1)
    draws = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), BOOTSTRAP_ROUNDS)
    shares = draws / n  # (rounds, n)
    expected = ((shares @ requested) * (shares @ answers)).sum(axis=1)
    ratios = np.divide(shares @ hits, expected, out=np.zeros(BOOTSTRAP_ROUNDS), where=expected > 0)
    chance = float((requested.mean(axis=0) * answers.mean(axis=0)).sum())
    low, high = np.quantile(ratios, (TAIL, 1 - TAIL))
    confusion = (requested / requested.sum(axis=1, keepdims=True)).T @ answers
    return FieldAgreement(
        agreement=float(hits.mean()),
        chance=chance,
        ratio=float(hits.mean() / chance) if chance else 0.0,
        interval=(float(low), float(high)),
        n=n,
        names=names,
        confusion=tuple(tuple(map(float, row)) for row in confusion),
    )
