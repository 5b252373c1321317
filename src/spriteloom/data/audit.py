"""`audit` reports what is wrong or unusual in a source or a prepared set, from a fingerprint of each frame."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

import numpy as np

from spriteloom.data.fingerprints import Fingerprint, fingerprint, similar_looks
from spriteloom.data.pool import available_cores, map_processes
from spriteloom.data.rows import Skipped, chunks, reason_without_path
from spriteloom.data.source import Item, Source
from spriteloom.data.splits import SPLITS
from spriteloom.data.store import SpriteSet
from spriteloom.errors import BadPicture
from spriteloom.pixels.sprite import open_animation

# Of LOOK_BITS. Measured on the 649 species of PokeAPI's animated sprites: the nearest two species are 16 bits
# apart; with 10 % of its pixels replaced, a sprite stays within 9 bits of itself in 99 of 100 cases.
NEAR_BITS = 12
MAX_LISTED = 1000  # near duplicates in a report
OVER_REPRESENTED = 3.0  # times the median number of samples a species
LABELS = ("types", "shape", "color", "view", "text")


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


def audit(
    data: Source | SpriteSet,
    *,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> AuditReport:
    """Check every frame. `progress` gets (samples done, of how many); `workers` are processes, one per core by
    default. A bad picture is part of the report; raises DataError or SourceError if nothing can be read.
    """
    if isinstance(data, SpriteSet):
        items_with_split = ((item, split) for split in SPLITS for item in data.items(split))
        total, name = sum(map(len, data.rows.values())), data.path.name
        licence = data.info["source"]["licence"]
    else:
        items_with_split = ((item, "") for item in data.items())
        total, name, licence = len(data), data.name, data.licence
    tally = _Tally()
    splits: list[str] = []

    def items() -> Iterator[Item]:
        for item, split in items_with_split:
            splits.append(split)
            yield item

    for samples in map_processes(_examine, chunks(items()), workers=workers or available_cores()):
        for sample in samples:
            tally.add(sample, splits[tally.samples])
        if progress:
            progress(tally.samples, total)
    return _report(tally, name, str(licence))


@dataclass(frozen=True, slots=True)
class _Sample:
    """What a worker finds in one sample: fingerprints of its different frames, the first frame's first."""

    path: str
    species: str
    missing: tuple[str, ...]
    fault: str = ""
    size: tuple[int, int] = (0, 0)
    frames: int = 0
    prints: tuple[Fingerprint, ...] = ()
    repeats: tuple[int, ...] = ()  # how often each of these frames appears


def _examine(items: list[Item]) -> list[_Sample]:
    return [_sample(item) for item in items]


def _sample(item: Item) -> _Sample:
    missing = tuple(label for label in LABELS if not getattr(item, label))
    species = item.species or item.path
    try:
        frames = open_animation(item.data, name=item.path).frames
    except BadPicture as error:
        return _Sample(item.path, species, missing, reason_without_path(error, item))
    repeats = Counter(frame.pixels.tobytes() for frame in frames)
    height, width, _ = shape = frames[0].pixels.shape
    prints = [fingerprint(np.frombuffer(pixels, np.uint8).reshape(shape)) for pixels in repeats]
    figures = (len(frames), tuple(prints), tuple(repeats.values()))
    return _Sample(item.path, species, missing, "", (width, height), *figures)


@dataclass(slots=True)
class _Tally:
    """What is counted over all samples."""

    samples: int = 0
    frames: int = 0
    blank: int = 0
    repeated: int = 0
    partial_frames: int = 0
    partial_pixels: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)
    colors: Counter[int] = field(default_factory=Counter)
    species: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    paths: dict[str, tuple[str, str]] = field(default_factory=dict)  # → species, split
    looks: dict[str, tuple[bytes, bytes]] = field(
        default_factory=dict
    )  # path → pixels and look of its first frame
    by_pixels: dict[bytes, set[str]] = field(default_factory=lambda: defaultdict(set))
    by_drawing: dict[bytes, dict[bytes, None]] = field(default_factory=lambda: defaultdict(dict))
    splits: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, sample: _Sample, split: str) -> None:
        self.samples += 1
        if sample.fault:
            self.skipped.append(Skipped(sample.path, sample.fault))
            return
        self.species[sample.species] += 1
        self.missing.update(sample.missing)
        self.sizes[sample.size] += 1
        self.paths[sample.path] = sample.species, split
        self.splits[sample.species].add(split)
        self.frames += sample.frames
        self.repeated += sample.frames - len(sample.prints)
        for frame, times in zip(sample.prints, sample.repeats, strict=True):
            self._add_frame(sample.path, frame, times)

    def _add_frame(self, path: str, frame: Fingerprint, times: int) -> None:
        if not frame.pixels:
            self.blank += times
            return
        self.colors[frame.colors] += times
        self.partial_frames += times * (frame.partial > 0)
        self.partial_pixels += times * frame.partial
        self.by_pixels[frame.pixels].add(path)
        if frame.drawing:
            self.by_drawing[frame.drawing][frame.pixels] = None
        if frame.look:
            self.looks.setdefault(path, (frame.pixels, frame.look))


def _report(tally: _Tally, name: str, licence: str) -> AuditReport:
    near = _near_duplicates(tally)
    recolors = (  # the files of each drawing with several colorings
        set().union(*(tally.by_pixels[pixels] for pixels in colorings))
        for colorings in tally.by_drawing.values()
        if len(colorings) > 1
    )
    middle = float(median(tally.species.values() or [0]))
    return AuditReport(
        name=name,
        licence=licence,
        samples=tally.samples,
        frames=tally.frames,
        species=len(tally.species),
        unreadable=tuple(tally.skipped),
        blank_frames=tally.blank,
        repeated_frames=tally.repeated,
        sizes={f"{width}×{height}": count for (width, height), count in tally.sizes.most_common()},
        colors=_colors(tally.colors),
        semi_transparent_frames=tally.partial_frames,
        semi_transparent_pixels=tally.partial_pixels,
        duplicates=_groups(tally.by_pixels.values(), tally),
        recolors=_groups(recolors, tally),
        near_duplicates=tuple(near[:MAX_LISTED]),
        near_duplicate_pairs=len(near),
        over_represented={k: n for k, n in tally.species.most_common() if n > OVER_REPRESENTED * middle},
        median_samples=middle,
        species_on_two_sides={k: tuple(sorted(v)) for k, v in sorted(tally.splits.items()) if len(v) > 1},
        missing_labels={label: tally.missing[label] for label in LABELS},
    )


def _colors(counts: Counter[int]) -> ColorCounts:
    if not counts:
        return ColorCounts(0, 0.0, 0, 0, 0)
    values = np.repeat(list(counts), list(counts.values()))
    over_16, over_256 = (int((values > limit).sum()) for limit in (16, 256))
    return ColorCounts(int(values.min()), float(np.median(values)), int(values.max()), over_16, over_256)


def _groups(groups: Iterable[set[str]], tally: _Tally) -> tuple[DuplicateGroup, ...]:
    """Groups of more than one file, merged if they hold the same files; the largest first."""
    frames: Counter[tuple[str, ...]] = Counter(tuple(sorted(paths)) for paths in groups if len(paths) > 1)
    ranked = sorted(frames.items(), key=lambda group: (-group[1], group[0]))
    return tuple(DuplicateGroup(paths, count, _splits(paths, tally)) for paths, count in ranked)


def _near_duplicates(tally: _Tally) -> list[NearDuplicate]:
    """Files of different species whose first frames look nearly the same but differ; the nearest first."""
    paths = list(tally.looks)
    if not paths:
        return []
    looks = np.frombuffer(b"".join(look for _, look in tally.looks.values()), np.uint8)
    pairs: list[NearDuplicate] = []
    for i, j, bits in similar_looks(looks.reshape(len(paths), -1), NEAR_BITS):
        pair = paths[i], paths[j]
        other_species = tally.paths[pair[0]][0] != tally.paths[pair[1]][0]
        if other_species and tally.looks[pair[0]][0] != tally.looks[pair[1]][0]:
            pairs.append(NearDuplicate(pair, bits, _splits(pair, tally)))
    return sorted(pairs, key=lambda pair: (pair.bits, pair.paths))


def _splits(paths: tuple[Any, ...], tally: _Tally) -> tuple[str, ...]:
    return tuple(sorted({tally.paths[path][1] for path in paths} - {""}))


def _listed(texts: Iterable[str], most: int = 3) -> str:
    listed = list(texts)
    if not listed:
        return "none"
    more = ", …" if len(listed) > most else ""
    return f"{len(listed):,}: {', '.join(listed[:most])}{more}"
