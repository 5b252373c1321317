"""Assigns whole species to splits; the same seed and species always give the same splits."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from spriteloom.errors import DataError

SPLITS = ("train", "validation", "test")

# Saravanan & Guzdial's shares of sprites: their numbers of pictures, divided by 24 or 12 pictures a sprite.
FRACTIONS: Mapping[str, float] = {"train": 0.89, "validation": 0.03, "test": 0.08}


def split_species(
    species: Iterable[str], *, seed: int = 0, fractions: Mapping[str, float] = FRACTIONS
) -> dict[str, str]:
    """The split of each species; the counts are exact by the largest-remainder method.

    From three species on, every split with a share above 0 gets at least one. Raises DataError for invalid shares,
    and for fewer than two species if more than one split has a share.
    """
    shares = _checked(fractions)
    salt = str(seed).encode()[:64]
    keys = sorted(
        set(species), key=lambda key: hashlib.blake2b(key.encode(), digest_size=16, key=salt).digest()
    )
    if len(keys) < 2 and sum(share > 0 for share in shares.values()) > 1:
        count = f"only one species ({keys[0]!r})" if keys else "no species"
        raise DataError(
            f"{count} in this source, but a split needs species of its own: add pictures of another species, "
            "or name the species in a metadata file"
        )
    splits: dict[str, str] = {}
    start = 0
    for split, number in _counts(len(keys), shares).items():
        splits |= dict.fromkeys(keys[start : start + number], split)
        start += number
    return splits


def _checked(fractions: Mapping[str, float]) -> dict[str, float]:
    shares = {split: float(fractions.get(split, 0.0)) for split in SPLITS}
    total, unknown = sum(shares.values()), set(fractions) - set(SPLITS)
    if unknown or min(shares.values()) < 0 or not 0 < total < float("inf"):
        raise DataError(
            f"split fractions {dict(fractions)} must be shares of {', '.join(SPLITS)}, none below 0"
        )
    return {split: share / total for split, share in shares.items()}


def _counts(n: int, shares: Mapping[str, float]) -> dict[str, int]:
    """The number of species in each split: floors, then the largest remainders, then one for empty splits."""
    counts = {split: int(n * share) for split, share in shares.items()}
    by_remainder = sorted(shares, key=lambda split: counts[split] - n * shares[split])
    for split in by_remainder[: n - sum(counts.values())]:
        counts[split] += 1
    for split in sorted(shares, key=shares.__getitem__, reverse=True):
        largest = max(counts, key=counts.__getitem__)
        if shares[split] > 0 and counts[split] == 0 and counts[largest] > 1:
            counts[largest] -= 1
            counts[split] = 1
    return counts
