"""Chooses the pictures of the page: reconstructions, samples, swaps. Draws no page."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from spriteloom.models.capabilities import Reconstructs, need
from spriteloom.pixels.arrays import Bytes
from spriteloom.reproduce.jobs import LONGER, Job
from spriteloom.reproduce.measuring import Measures
from spriteloom.reproduce.results import Plates, named

VAES = ("vae", "pixel-vae")
SHOWN = 8  # sprites in a row
SAMPLES = 24  # random ones of each model
CHOICE = (
    "Of each model the eight samples nearest to the held-out pictures in EfficientNet-Lite0 features, by the "
    "distance to the nearest of them: chosen by figures, not by hand."
)


def plates(measures: Measures, jobs: Sequence[Job]) -> Plates:
    """Table 1, 4 and 7, Figure 2, and nearest neighbours; the swaps come from their own stage."""
    firsts = [job for job in jobs if job.seed == 0]
    shown = _shown(measures)
    makers = [job for job in firsts if job.kind != "codecs"]
    best = next(job for job in makers if job.name == LONGER)
    return Plates(
        table1={"original": shown} | _again(measures, firsts, shown, without="Pixel VAE"),
        table4={named(job.label, job.size): _nearest(measures, job) for job in makers},
        table4_choice=CHOICE,
        table7={"original": shown} | _again(measures, [job for job in firsts if job.preset in VAES], shown),
        figure2={named(job.label, job.size): measures.samples(job)[:SAMPLES] for job in makers},
        neighbours={named(best.label, best.size): _beside(measures, best)},
    )


def _shown(measures: Measures) -> Bytes:
    """Test pictures from all over the split, over white."""
    rgb = measures.workshop.cache.whole("test").rgb
    return rgb[:: max(1, len(rgb) // SHOWN)][:SHOWN]


def _again(measures: Measures, jobs: Sequence[Job], shown: Bytes, without: str = "") -> dict[str, Bytes]:
    found = {}
    for job in jobs:
        if job.kind == "priors" or job.preset == "dcgan" or job.label == without:
            continue
        model = need(measures.workshop.load(job), Reconstructs)
        found[named(job.label, job.size)] = model.reconstruct(shown)
    return found


def _nearest(measures: Measures, job: Job) -> Bytes:
    samples = measures.samples(job)
    vectors = measures.vectors(job)
    theirs = measures.reference.vectors
    squares = (vectors**2).sum(1)[:, None] + (theirs**2).sum(1) - 2 * vectors @ theirs.T
    return samples[np.argsort(squares.min(1), kind="stable")[:SHOWN]]


def _beside(measures: Measures, job: Job) -> Bytes:
    """(n, 2, h, w, 3): samples and the training pictures nearest to them."""
    samples = measures.samples(job)[:SHOWN]
    nearest = measures.reference.training.neighbors(samples).nearest
    return np.stack([samples, measures.train[nearest]], 1)
