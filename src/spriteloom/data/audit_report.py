"""`AuditReport`: the result of an audit, as JSON and as the rows of a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from spriteloom.data.rows import Skipped


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """Files that share `frames` pictures or drawings, and their splits in a prepared set."""

    paths: tuple[str, ...]
    frames: int
    splits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    """Two files of different species that look nearly the same; `bits` of their looks differ."""

    paths: tuple[str, str]
    bits: int
    splits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ColorCounts:
    """Visible colors a frame."""

    least: int
    median: float
    most: int
    over_16: int  # frames
    over_256: int


@dataclass(frozen=True, kw_only=True)
class AuditReport:
    """What is wrong or unusual. A sample is a file of a source, or a row of a prepared set."""

    name: str
    licence: str
    samples: int
    frames: int
    species: int
    unreadable: tuple[Skipped, ...]
    blank_frames: int  # without a visible pixel
    repeated_frames: int  # equal to an earlier one of the same file
    sizes: Mapping[str, int]  # "width×height" → samples, the most frequent first
    colors: ColorCounts
    semi_transparent_frames: int
    semi_transparent_pixels: int
    duplicates: tuple[DuplicateGroup, ...]  # different files, same pixels
    recolors: tuple[DuplicateGroup, ...]  # different files, same drawing, other colors
    near_duplicates: tuple[NearDuplicate, ...]  # the nearest `MAX_LISTED`
    near_duplicate_pairs: int
    over_represented: Mapping[str, int]  # species → samples
    median_samples: float  # of a species
    species_on_two_sides: Mapping[str, tuple[str, ...]]
    missing_labels: Mapping[str, int]  # label → samples without it

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def rows(self) -> list[tuple[str, str]]:
        """(what was checked, result) for each line of the table."""
        colors = self.colors
        groups: list[DuplicateGroup | NearDuplicate] = [*self.duplicates, *self.near_duplicates]
        leaks = [group for group in groups if len(group.splits) > 1]
        frequent = [f"{species}: {count:,}" for species, count in self.over_represented.items()]
        partial = f"{self.semi_transparent_frames:,} frames, {self.semi_transparent_pixels:,}"
        return [
            ("samples", f"{self.samples:,} of {self.species:,} species, {self.frames:,} frames"),
            ("licence", self.licence),
            ("unreadable", _listed(f"{file.path} {file.reason}" for file in self.unreadable)),
            ("sizes", _listed(f"{size}: {count:,}" for size, count in self.sizes.items())),
            ("colors a frame", f"{colors.least} to {colors.most}, median {colors.median:g}"),
            ("more than 16 / 256 colors", f"{colors.over_16:,} / {colors.over_256:,} frames"),
            ("semi-transparent", f"{partial} pixels"),
            ("blank frames", f"{self.blank_frames:,}"),
            ("repeated frames", f"{self.repeated_frames:,}"),
            ("exact duplicates", _listed(" = ".join(group.paths) for group in self.duplicates)),
            ("recolors", _listed(" ~ ".join(group.paths) for group in self.recolors)),
            ("near duplicates", _listed(" ≈ ".join(pair.paths) for pair in self.near_duplicates)),
            ("duplicates in two splits", _listed(" | ".join(group.paths) for group in leaks)),
            ("species in two splits", _listed(self.species_on_two_sides)),
            (f"over-represented (median {self.median_samples:g})", _listed(frequent)),
            ("labels missing", _listed(f"{label}: {n:,}" for label, n in self.missing_labels.items() if n)),
        ]


def _listed(texts: Iterable[str], most: int = 3) -> str:
    """The number of texts and the first few."""
    listed = list(texts)
    if not listed:
        return "none"
    more = ", …" if len(listed) > most else ""
    return f"{len(listed):,}: {', '.join(listed[:most])}{more}"
