"""The reproduction of the Pixel VQ-VAE paper: every model trained again, every table beside the paper's.

Saravanan & Guzdial 2022, "Pixel VQ-VAEs for Improved Pixel Art Representation", arXiv:2203.12130.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from spriteloom.data.preprocessing import PIXEL, PIXEL_VQVAE
from spriteloom.reproduce.engine import SetPlan, Specification
from spriteloom.reproduce.page import Figures
from spriteloom.reproduce.pixel_vqvae.jobs import LONGER, SCALES, jobs
from spriteloom.reproduce.pixel_vqvae.measures import PixelVQVAEMeasures
from spriteloom.reproduce.pixel_vqvae.published import SIZES
from spriteloom.reproduce.pixel_vqvae.tables import parts, title_of
from spriteloom.reproduce.texts import small, times


def sentences(figures: Figures) -> Iterator[str]:
    """How the order of models compares with the paper's, and how ours compare."""
    protocol = {title_of(row): row for row in figures["table2"] if row["whose"] == "paper"}
    ours = {f"Pixel VQ-VAE {row['size']}": row for row in figures["table2"] if row["whose"] == "ours"}
    yield (
        "The paper’s claim that the Pixel VQ-VAE reconstructs better than the VAE and the VQ-VAE of its size: "
        f"{_ahead(protocol, protocol)} by its protocol at this budget, {_ahead(ours, protocol)} by our training."
    )
    yield f"Pairs of models in the paper’s order, by its protocol: {'; '.join(_agreements(figures))}."
    rows = [row for row in figures["table5"] if row.get("fd") is not None]
    best = {row["whose"]: row for row in sorted(rows, key=lambda row: -row["fd"])}
    if len(best) == 2:
        yield (
            f"The best generator by the paper’s protocol, {title_of(best['paper'])}, has FD-EffLite0 "
            f"{small(best['paper']['fd'])}; our best, {title_of(best['ours'])}, has "
            f"{small(best['ours']['fd'])}; real training pictures have {small(figures['floor'].get('fd'))}."
        )
    for row in figures["conditioning"]:
        if row["job"] == LONGER and row["label"].endswith("guidance 2"):
            yield (
                f"At guidance 2 a judge sees the requested type {times(row['type_ratio'])} and the requested "
                f"shape {times(row['shape_ratio'])} as often as chance in samples of our longer prior."
            )


def _ahead(models: Mapping[str, Any], rivals: Mapping[str, Any]) -> str:
    """At how many sizes a Pixel VQ-VAE is better than its rivals, in MSE and in SSIM."""
    texts = []
    for measure in ("mse", "ssim"):
        ahead = 0
        for size in SIZES.values():
            scores = [_loss(rivals[name], measure) for name in ("VAE", f"VQ-VAE {size}") if name in rivals]
            ahead += all(_loss(models[f"Pixel VQ-VAE {size}"], measure) < score for score in scores)
        texts.append(f"at {ahead} of {len(SIZES)} sizes in {measure.upper()}")
    return " and ".join(texts)


def _loss(row: Mapping[str, Any], measure: str) -> float:
    """The MSE, or the negative SSIM: less is better. Infinite where there is none."""
    if row[measure] is None:
        return math.inf
    return float(-row[measure] if measure == "ssim" else row[measure])


def _agreements(figures: Figures) -> Iterator[str]:
    """Of the pairs of rows that the paper orders, how many are in the same order here."""
    for number, measure, theirs in (
        (2, "mse", "paper_mse"),
        (2, "ssim", "paper_ssim"),
        (3, "mse", "paper_mse"),
        (3, "ssim", "paper_ssim"),
        (5, "fd", "paper_fid"),
    ):
        rows = [
            row
            for row in figures[f"table{number}"]
            if row["whose"] == "paper" and None not in (row.get(measure), row[theirs])
        ]
        pairs = [
            (a[measure] < b[measure]) == (a[theirs] < b[theirs])
            for a, b in combinations(rows, 2)
            if number != 3 or a["size"] == b["size"]
        ]
        name = "FD beside FID" if measure == "fd" else measure.upper()
        yield f"Table {number}, {name}: {sum(pairs)} of {len(pairs)}"


PIXEL_VQVAE_PAPER = Specification(
    name="pixel-vqvae",
    scales=SCALES,
    sets={
        "set": SetPlan(preprocessing=PIXEL_VQVAE),
        "exact": SetPlan(preprocessing=PIXEL, options={"views": None, "frames": 8}),
    },
    jobs=jobs,
    measures=PixelVQVAEMeasures,
    parts=parts,
    sentences=sentences,
    fronts=("pokeapi",),
)
