"""A source's sprites pixel for pixel: what palette swaps and the measure of pixel art are held against."""

from __future__ import annotations

from pathlib import Path

from spriteloom.data.prepare import prepare
from spriteloom.data.preprocessing import PIXEL
from spriteloom.data.source import Source
from spriteloom.data.store import SpriteSet
from spriteloom.editing.damages import pixel_art_metric, sample
from spriteloom.metrics.pixel_art.score import PixelArtMetric

SET = "exact.parquet"
FRAMES = 8  # of each sprite's animation that are kept
WEIGHED = 200  # sprites on which the parts of the measure are weighed


def exact_sprites(source: Source, out: Path, *, seed: int) -> SpriteSet:
    """Every form and view, as the artist drew it; prepared in `out` once."""
    path = out / SET
    if not path.exists():
        prepare(source, PIXEL, out=path, seed=seed, frames=FRAMES)
    return SpriteSet.open(path)


def measure_of(exact: SpriteSet) -> PixelArtMetric:
    """The measure of pixel art, learned of the training species."""
    return pixel_art_metric(sample("exact", exact, n=WEIGHED))
