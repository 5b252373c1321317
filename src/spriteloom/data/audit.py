"""Everything that is wrong or odd in a source or a prepared set, before any training. Changes nothing.

Streams: of each frame a fingerprint stays, some hundred bytes, and no pixel.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import numpy as np

from spriteloom.data.findings import Alike, AuditReport, ColorCounts, NearPair
from spriteloom.data.likeness import Fingerprint, alike_looks, fingerprint
from spriteloom.data.pool import available_cores, map_processes
from spriteloom.data.rows import Skipped, bare_reason, chunks
from spriteloom.data.source import Item, Source
from spriteloom.data.splits import SPLITS
from spriteloom.data.store import SpriteSet
from spriteloom.errors import BadPicture
from spriteloom.pixels.sprite import open_animation

# Of likeness.LOOK_BITS. Measured on the 649 species of PokeAPI's animated sprites: the nearest two of
# different species are 16 bits apart; with 10 % of its pixels replaced, a sprite stays within 9 of itself
# in 99 of 100.
NEAR_BITS = 12
LISTED = 1000  # near duplicates that are named, the nearest
OVER_REPRESENTED = 3.0  # times the median of samples a species
LABELS = ("types", "shape", "color", "view", "text")


def audit(
    what: Source | SpriteSet,
    *,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> AuditReport:
    """Look at every frame. `progress` is told samples done, of how many; `workers` are processes, as many as
    cores by default. Raises DataError or SourceError where nothing can be read at all; a bad picture is a
    finding.
    """
    sided = _of_set(what) if isinstance(what, SpriteSet) else ((item, "") for item in what.items())
    total = sum(map(len, what.rows.values())) if isinstance(what, SpriteSet) else len(what)
    tally = _Tally()
    sides: list[str] = []

    def items() -> Iterator[Item]:
        for item, side in sided:
            sides.append(side)
            yield item

    for facts in map_processes(_look_at, chunks(items()), workers=workers or available_cores()):
        for one in facts:
            tally.add(one, sides[tally.samples])
        if progress:
            progress(tally.samples, total)
    name, licence = _named(what)
    return _report(tally, name, licence)


@dataclass(frozen=True, slots=True)
class _Facts:
    """Of one sample, from a worker: fingerprints of its different frames, the first frame's first."""

    path: str
    species: str
    missing: tuple[str, ...]
    fault: str = ""
    size: tuple[int, int] = (0, 0)
    frames: int = 0
    prints: tuple[Fingerprint, ...] = ()
    repeats: tuple[int, ...] = ()  # how often each fingerprint's frame appears


def _look_at(items: list[Item]) -> list[_Facts]:
    return [_facts(item) for item in items]


def _facts(item: Item) -> _Facts:
    missing = tuple(label for label in LABELS if not getattr(item, label))
    species = item.species or item.path
    try:
        frames = open_animation(item.data, name=item.path).frames
    except BadPicture as reason:
        return _Facts(item.path, species, missing, bare_reason(reason, item))
    different = Counter(frame.pixels.tobytes() for frame in frames)
    shape = frames[0].pixels.shape
    prints = [fingerprint(np.frombuffer(pixels, np.uint8).reshape(shape)) for pixels in different]
    size = (frames[0].width, frames[0].height)
    return _Facts(
        item.path, species, missing, "", size, len(frames), tuple(prints), tuple(different.values())
    )


@dataclass(slots=True)
class _Tally:
    """What is counted while samples stream by."""

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
    )  # path → its first frame's pixels, look
    by_pixels: dict[bytes, set[str]] = field(default_factory=lambda: defaultdict(set))
    by_drawing: dict[bytes, dict[bytes, None]] = field(default_factory=lambda: defaultdict(dict))
    splits: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, facts: _Facts, split: str) -> None:
        self.samples += 1
        if facts.fault:
            self.skipped.append(Skipped(facts.path, facts.fault))
            return
        self.species[facts.species] += 1
        self.missing.update(facts.missing)
        self.sizes[facts.size] += 1
        self.paths[facts.path] = facts.species, split
        self.splits[facts.species].add(split)
        self.frames += facts.frames
        self.repeated += facts.frames - len(facts.prints)
        for one, times in zip(facts.prints, facts.repeats, strict=True):
            self._add_frame(facts.path, one, times)

    def _add_frame(self, path: str, one: Fingerprint, times: int) -> None:
        if not one.pixels:
            self.blank += times
            return
        self.colors[one.colors] += times
        self.partial_frames += times * (one.partial > 0)
        self.partial_pixels += times * one.partial
        self.by_pixels[one.pixels].add(path)
        if one.drawing:
            self.by_drawing[one.drawing][one.pixels] = None
        if one.look:
            self.looks.setdefault(path, (one.pixels, one.look))


def _of_set(sprites: SpriteSet) -> Iterator[tuple[Item, str]]:
    for split in SPLITS:
        for item in sprites.items(split):
            yield item, split


def _named(what: Source | SpriteSet) -> tuple[str, str]:
    if isinstance(what, SpriteSet):
        return what.path.name, str(what.info["source"]["licence"])
    return what.name, what.licence


def _report(tally: _Tally, name: str, licence: str) -> AuditReport:
    near = _near(tally)
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
        duplicates=_alike(tally.by_pixels.values(), tally),
        recolors=_alike(_recolored(tally), tally),
        near_duplicates=tuple(near[:LISTED]),
        near_duplicate_pairs=len(near),
        over_represented={k: n for k, n in tally.species.most_common() if n > OVER_REPRESENTED * middle},
        median_samples=middle,
        species_on_two_sides={
            species: tuple(sorted(sides)) for species, sides in sorted(tally.splits.items()) if len(sides) > 1
        },
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
    """For each drawing that comes in several colorings, the files that have it."""
    for colorings in tally.by_drawing.values():
        if len(colorings) > 1:
            yield set().union(*(tally.by_pixels[pixels] for pixels in colorings))


def _alike(groups: Iterable[set[str]], tally: _Tally) -> tuple[Alike, ...]:
    """Groups of more than one file, those of the same files together; the largest first."""
    frames: Counter[tuple[str, ...]] = Counter(tuple(sorted(paths)) for paths in groups if len(paths) > 1)
    ranked = sorted(frames.items(), key=lambda found: (-found[1], found[0]))
    return tuple(Alike(paths, count, _splits(paths, tally)) for paths, count in ranked)


def _near(tally: _Tally) -> list[NearPair]:
    """Files of different species whose first frames look nearly, but not exactly, the same; the nearest
    first.
    """
    paths = list(tally.looks)
    if not paths:
        return []
    looks = np.frombuffer(b"".join(look for _, look in tally.looks.values()), np.uint8)
    pairs: list[NearPair] = []
    for i, j, bits in alike_looks(looks.reshape(len(paths), -1), NEAR_BITS):
        pair = paths[i], paths[j]
        strangers = tally.paths[pair[0]][0] != tally.paths[pair[1]][0]
        if strangers and tally.looks[pair[0]][0] != tally.looks[pair[1]][0]:
            pairs.append(NearPair(pair, bits, _splits(pair, tally)))
    return sorted(pairs, key=lambda pair: (pair.bits, pair.paths))


def _splits(paths: tuple[Any, ...], tally: _Tally) -> tuple[str, ...]:
    return tuple(sorted({tally.paths[path][1] for path in paths} - {""}))
