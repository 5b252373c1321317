"""What an audit found, as numbers and names: for a table, and as JSON. Knows nothing of how it was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from spriteloom.data.rows import Skipped


@dataclass(frozen=True, slots=True)
class Alike:
    """Files that share `frames` pictures (or drawings), and the sides they are on, in a prepared set."""

    paths: tuple[str, ...]
    frames: int
    splits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NearPair:
    """Two files of different species that look nearly the same: `bits` of the fingerprint differ."""

    paths: tuple[str, str]
    bits: int
    splits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ColorCounts:
    """Different visible colors a frame."""

    least: int
    median: float
    most: int
    over_16: int  # frames
    over_256: int


@dataclass(frozen=True, kw_only=True)
class AuditReport:
    """All that is wrong or odd. A sample is a file of a source, or a row of a prepared set."""

    name: str
    licence: str
    samples: int
    frames: int
    species: int
    unreadable: tuple[Skipped, ...]
    blank_frames: int  # nothing to see
    repeated_frames: int  # the same as an earlier one of their file
    sizes: Mapping[str, int]  # "width×height" → samples, the commonest first
    colors: ColorCounts
    semi_transparent_frames: int
    semi_transparent_pixels: int
    duplicates: tuple[Alike, ...]  # different files, same pixels
    recolors: tuple[Alike, ...]  # different files, same drawing, other colors
    near_duplicates: tuple[NearPair, ...]  # the nearest `LISTED` of them
    near_duplicate_pairs: int
    over_represented: Mapping[str, int]  # species → samples
    median_samples: float  # of a species
    species_on_two_sides: Mapping[str, tuple[str, ...]]
    missing_labels: Mapping[str, int]  # label → samples without it

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def rows(self) -> list[tuple[str, str]]:
        """What to look at and what was found, in words and numbers, one line each."""
        colors = self.colors
        found: list[Alike | NearPair] = [*self.duplicates, *self.near_duplicates]
        leaks = [alike for alike in found if len(alike.splits) > 1]
        return [
            ("samples", f"{self.samples:,} of {self.species:,} species, {self.frames:,} frames"),
            ("licence", self.licence),
            ("unreadable", _listed(f"{one.path} {one.reason}" for one in self.unreadable)),
            ("sizes", _listed(f"{size}: {count:,}" for size, count in self.sizes.items())),
            ("colors a frame", f"{colors.least} to {colors.most}, median {colors.median:g}"),
            ("more than 16 / 256 colors", f"{colors.over_16:,} / {colors.over_256:,} frames"),
            (
                "semi-transparent",
                f"{self.semi_transparent_frames:,} frames, {self.semi_transparent_pixels:,} pixels",
            ),
            ("blank frames", f"{self.blank_frames:,}"),
            ("repeated frames", f"{self.repeated_frames:,}"),
            ("exact duplicates", _listed(" = ".join(one.paths) for one in self.duplicates)),
            ("recolors", _listed(" ~ ".join(one.paths) for one in self.recolors)),
            ("near duplicates", _listed(" ≈ ".join(one.paths) for one in self.near_duplicates)),
            ("alike on two sides", _listed(" | ".join(one.paths) for one in leaks)),
            ("species on two sides", _listed(self.species_on_two_sides)),
            (
                f"over-represented (median {self.median_samples:g})",
                _listed(f"{species}: {count:,}" for species, count in self.over_represented.items()),
            ),
            ("labels missing", _listed(f"{label}: {n:,}" for label, n in self.missing_labels.items() if n)),
        ]


def _listed(things: Any, most: int = 3) -> str:
    """How many, and the first few."""
    found = list(things)
    if not found:
        return "none"
    more = ", …" if len(found) > most else ""
    return f"{len(found):,}: {', '.join(found[:most])}{more}"
