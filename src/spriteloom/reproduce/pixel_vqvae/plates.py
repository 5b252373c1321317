"""The pictures of the Pixel VQ-VAE page, and Table 6: sprites recolored like their shiny forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from spriteloom.codecs.codec import Codec
from spriteloom.data.store import SpriteSet
from spriteloom.editing.damages import pixel_art_metric, sample
from spriteloom.editing.shinies import (
    BACK,
    Pair,
    color_codec,
    creature_pairs,
    pairs_in,
    recolored,
    score_shinies,
)
from spriteloom.metrics.pixel_art.score import PixelArtMetric
from spriteloom.models.capabilities import Reconstructs, need
from spriteloom.pixels.arrays import Bytes
from spriteloom.reproduce.jobs import Job
from spriteloom.reproduce.pixel_vqvae.jobs import LONGER

if TYPE_CHECKING:
    from spriteloom.reproduce.pixel_vqvae.measures import PixelVQVAEMeasures

VAES = ("vae", "pixel-vae")
SHOWN = 8  # sprites in a row, pairs of Table 6
SAMPLES = 24  # random ones of each model
CREATURES = 24  # procedural ones, where the source is those
WEIGHED = 200  # sprites on which the parts of the measure of pixel art are weighed


def plates(measures: PixelVQVAEMeasures, jobs: Sequence[Job]) -> dict[str, dict[str, Bytes]]:
    """Tables 1, 4 and 7, Figure 2, and nearest neighbours, each by label."""
    firsts = [job for job in jobs if job.seed == 0]
    generators = [job for job in firsts if job.kind != "codecs"]
    best = next(job for job in generators if job.name == LONGER)
    shown = measures.test[:: max(1, len(measures.test) // SHOWN)][:SHOWN]
    again = {
        job.title: need(measures.workshop.load(job), Reconstructs).reconstruct(shown)
        for job in firsts
        if job.kind in ("codecs", "pictures")
    }
    vaes = [job.title for job in firsts if job.preset in VAES]
    return {
        "table1": {"original": shown} | {label: rgb for label, rgb in again.items() if label != "Pixel VAE"},
        "table4": {job.title: _nearest(measures, job) for job in generators},
        "table7": {"original": shown} | {label: again[label] for label in vaes},
        "figure2": {job.title: measures.samples(job)[:SAMPLES] for job in generators},
        "neighbours": {best.title: _beside_nearest(measures, best)},
    }


def _nearest(measures: PixelVQVAEMeasures, job: Job) -> Bytes:
    """The samples nearest to the held-out pictures, by their features."""
    vectors, held_out = measures.vectors(job), measures.reference.vectors
    squares = (vectors**2).sum(1)[:, None] + (held_out**2).sum(1) - 2 * vectors @ held_out.T
    return measures.samples(job)[np.argsort(squares.min(1), kind="stable")[:SHOWN]]


def _beside_nearest(measures: PixelVQVAEMeasures, job: Job) -> Bytes:
    """(n, 2, h, w, 3): samples and the training pictures nearest to them."""
    samples = measures.samples(job)[:SHOWN]
    nearest = measures.reference.training.neighbors(samples).nearest
    return np.stack([samples, measures.train[nearest]], 1)


@dataclass(frozen=True, eq=False)
class Swaps:
    """The test species of a set of exact sprites, each beside its shiny form."""

    exact: SpriteSet
    seed: int

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """Drawn anew where the source is our own, whose sets keep no shiny forms."""
        is_ours = self.exact.info["source"]["name"] == "procedural"
        return (creature_pairs(CREATURES, seed=self.seed) if is_ours else pairs_in(self.exact)).pairs

    @cached_property
    def codec(self) -> Codec:
        """The codec of the paper's own method."""
        return color_codec((pictures.rgb for pictures in self.exact.pictures("train")), seed=self.seed)

    def rows(self) -> list[dict[str, Any]]:
        """A row for each method and setting."""
        return [score.to_json() for score in score_shinies(self.pairs, self.codec, seed=self.seed)]

    def plates(self) -> dict[str, Bytes]:
        """Sprite, shiny form, and what each method makes of the one that has seen the other from behind."""
        from_behind = [pair for pair in self.pairs if BACK in pair.references]
        shown = from_behind[:: max(1, len(from_behind) // SHOWN)][:SHOWN]
        if not shown:
            return {}
        rows = {
            "sprite": [pair.ordinary.pixels for pair in shown],
            "shiny": [pair.shiny.pixels for pair in shown],
            "shiny from behind": [pair.references[BACK].pixels for pair in shown],
            **recolored(shown, self.codec, BACK),
        }
        return {label: np.stack(pictures) for label, pictures in rows.items() if label != "none"}


def pixel_art_metric_of(exact: SpriteSet) -> PixelArtMetric:
    """The measure of pixel art, learned of the training species of a set of exact sprites."""
    return pixel_art_metric(sample("exact", exact, n=WEIGHED))
