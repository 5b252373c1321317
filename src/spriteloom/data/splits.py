"""Species go to splits, whole; the same seed and species always give the same splits. Knows no pictures."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from spriteloom.errors import DataError

SPLITS = ("train", "validation", "test")

# Saravanan & Guzdial's shares of sprites: their counts of pictures, over 24 or 12 pictures a sprite.
FRACTIONS: Mapping[str, float] = {"train": 0.89, "validation": 0.03, "test": 0.08}


def split_species(
    species: Iterable[str], *, seed: int = 0, fractions: Mapping[str, float] = FRACTIONS
) -> dict[str, str]:
    """The side of each species, one of `SPLITS`; counts are exact, in the largest-remainder sense.

    Depends on the seed and on the set of species alone, never on their order. From three species on, every
    split with a share above 0 gets at least one. Raises DataError for shares that are no shares, and for
    fewer than two species where more than one side wants some.
    """
    shares = _checked(fractions)
    keys = sorted(set(species), key=lambda key: _rank(key, seed))
    if len(keys) < 2 and sum(share > 0 for share in shares.values()) > 1:
        found = f"only one species ({keys[0]!r})" if keys else "no species"
        raise DataError(
            f"{found} in this source, and sides are made of whole species: add pictures of another species, "
            "or name the species in a metadata file"
        )
    sides: dict[str, str] = {}
    start = 0
    for split, count in _counts(len(keys), shares).items():
        sides |= dict.fromkeys(keys[start : start + count], split)
        start += count
    return sides


def _rank(key: str, seed: int) -> bytes:
    return hashlib.blake2b(key.encode(), digest_size=16, key=str(seed).encode()[:64]).digest()


def _checked(fractions: Mapping[str, float]) -> dict[str, float]:
    shares = {split: float(fractions.get(split, 0.0)) for split in SPLITS}
    strangers = sorted(set(fractions) - set(SPLITS))
    if strangers or min(shares.values()) < 0 or not 0 < sum(shares.values()) < float("inf"):
        raise DataError(
            f"split fractions {dict(fractions)} must be shares of {', '.join(SPLITS)}, none below 0"
        )
    total = sum(shares.values())
    return {split: share / total for split, share in shares.items()}


def _counts(n: int, shares: Mapping[str, float]) -> dict[str, int]:
    """How many of `n` each split gets: floors, then the largest remainders, then one each for the empty."""
    counts = {split: int(n * share) for split, share in shares.items()}
    by_remainder = sorted(shares, key=lambda split: counts[split] - n * shares[split])
    for split in by_remainder[: n - sum(counts.values())]:
        counts[split] += 1
    for split in sorted(shares, key=shares.__getitem__, reverse=True):
        richest = max(counts, key=counts.__getitem__)
        if shares[split] > 0 and counts[split] == 0 and counts[richest] > 1:
            counts[richest] -= 1
            counts[split] = 1
    return counts
