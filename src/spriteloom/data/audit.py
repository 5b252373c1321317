"""`audit` reports what is wrong or unusual in a source or a prepared set, before any training.

It streams: of each frame it keeps a fingerprint, about a hundred bytes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import numpy as np

from spriteloom.data.audit_report import AuditReport, ColorCounts, DuplicateGroup, NearDuplicate
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
    different = Counter(frame.pixels.tobytes() for frame in frames)
    shape = frames[0].pixels.shape
    prints = [fingerprint(np.frombuffer(pixels, np.uint8).reshape(shape)) for pixels in different]
    size = (frames[0].width, frames[0].height)
    repeats = tuple(different.values())
    return _Sample(item.path, species, missing, "", size, len(frames), tuple(prints), repeats)


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
    # path → pixels and look of its first frame
    looks: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)
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
        recolors=_groups(_recolored(tally), tally),
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
    return ColorCounts(
        least=int(values.min()),
        median=float(np.median(values)),
        most=int(values.max()),
        over_16=int((values > 16).sum()),
        over_256=int((values > 256).sum()),
    )


def _recolored(tally: _Tally) -> Iterator[set[str]]:
    """For each drawing with several colorings, the files that have it."""
    for colorings in tally.by_drawing.values():
        if len(colorings) > 1:
            yield set().union(*(tally.by_pixels[pixels] for pixels in colorings))


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
