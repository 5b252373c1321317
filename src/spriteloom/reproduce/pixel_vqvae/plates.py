"""The pictures of the Pixel VQ-VAE page, and Table 6: sprites recolored like their shiny forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from spriteloom.codecs.codec import Codec
from spriteloom.data.store import SpriteSet
from spriteloom.editing.shinies import (
    BACK,
    Pair,
    color_codec,
    creature_pairs,
    pairs_in,
    recolored,
    score_shinies,
)
from spriteloom.metrics.generation.interpolation import nearest_squares
from spriteloom.pixels.arrays import Bytes
from spriteloom.reproduce.jobs import Job
from spriteloom.reproduce.measures import SHOWN, spread
from spriteloom.reproduce.pictures import Gallery, gallery
from spriteloom.reproduce.pixel_vqvae.jobs import LONGER

if TYPE_CHECKING:
    from spriteloom.reproduce.pixel_vqvae.measures import PixelVQVAEMeasures

SAMPLES = 24  # random ones of each model
CREATURES = 24  # procedural ones, where the source is those


def galleries(measures: PixelVQVAEMeasures, jobs: Sequence[Job]) -> dict[str, Gallery]:
    """Tables 1, 4, 6 and 7, Figure 2, and nearest neighbors."""
    firsts = [job for job in jobs if job.seed == 0]
    generators = [job for job in firsts if job.kind != "codecs"]
    best = next(job for job in generators if job.name == LONGER)
    shown = measures.test.rgb[spread(len(measures.test.rgb), SHOWN)]
    coded = [job for job in firsts if job.kind in ("codecs", "pictures") and job.preset != "pixel-vae"]
    vaes = [job for job in firsts if job.preset in ("vae", "pixel-vae")]
    title1, title7 = "Table 1. Test pictures and their reconstructions", "Table 7. The VAE and the Pixel VAE"
    pictures = {
        "table1": gallery("compared", title1, measures.reconstructed(coded, shown)),
        "table4": gallery(
            "heaps",
            "Table 4. Chosen samples",
            {job.title: _nearest(measures, job) for job in generators},
            "Of each model the eight samples nearest to a held-out picture in EfficientNet-Lite0 features.",
        ),
        "table7": gallery("compared", title7, measures.reconstructed(vaes, shown)),
        "figure2": gallery(
            "heaps",
            "Figure 2. Random samples",
            {job.title: measures.samples(job)[:SAMPLES] for job in generators},
        ),
        "neighbours": gallery(
            "pairs",
            "Nearest training pictures",
            {best.title: _beside_nearest(measures, best)},
            "Each sample, and the training picture nearest to it.",
        ),
    }
    if swaps := measures.swaps.pictures():
        title = "Table 6. A sprite, its shiny form, and what each method makes"
        pictures["swaps"] = gallery("compared", title, swaps)
    return pictures


def _nearest(measures: PixelVQVAEMeasures, job: Job) -> Bytes:
    """The samples nearest to the held-out pictures, by their features."""
    squares = nearest_squares(measures.vectors(job), measures.reference.vectors)
    return measures.samples(job)[np.argsort(squares, kind="stable")[:SHOWN]]


def _beside_nearest(measures: PixelVQVAEMeasures, job: Job) -> Bytes:
    """(n, 2, h, w, 3): samples and the training pictures nearest to them."""
    samples = measures.samples(job)[:SHOWN]
    nearest = measures.reference.training.neighbors(samples).nearest
    return np.stack([samples, measures.train.rgb[nearest]], 1)


@dataclass(frozen=True, eq=False)
class Swaps:
    """The test species of a set of exact sprites, each beside its shiny form."""

    exact: SpriteSet
    seed: int

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """Drawn anew where the source is procedural: its sets keep no shiny forms."""
        is_procedural = self.exact.info["source"]["name"] == "procedural"
        return (creature_pairs(CREATURES, seed=self.seed) if is_procedural else pairs_in(self.exact)).pairs

    @cached_property
    def codec(self) -> Codec:
        """The codec of the paper's own method."""
        return color_codec((pictures.rgb for pictures in self.exact.pictures("train")), seed=self.seed)

    def rows(self) -> list[dict[str, Any]]:
        """A row for each method and setting."""
        return [score.to_json() for score in score_shinies(self.pairs, self.codec, seed=self.seed)]

    def pictures(self) -> dict[str, Bytes]:
        """Sprite, shiny form, and what each method makes of the one that has seen the other from behind."""
        from_behind = [pair for pair in self.pairs if BACK in pair.references]
        shown = from_behind[spread(len(from_behind), SHOWN)]
        if not shown:
            return {}
        rows = {
            "sprite": [pair.ordinary.pixels for pair in shown],
            "shiny": [pair.shiny.pixels for pair in shown],
            "shiny from behind": [pair.references[BACK].pixels for pair in shown],
            **recolored(shown, self.codec, BACK),
        }
        return {label: np.stack(pictures) for label, pictures in rows.items() if label != "none"}
