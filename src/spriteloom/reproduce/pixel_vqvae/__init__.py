"""The reproduction of the Pixel VQ-VAE paper: every model trained again, every table beside the paper's.

Saravanan & Guzdial 2022, "Pixel VQ-VAEs for Improved Pixel Art Representation", arXiv:2203.12130.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from spriteloom.data.preprocessing import PIXEL, PIXEL_VQVAE
from spriteloom.reproduce.charts import Chart, dots
from spriteloom.reproduce.engine import SetPlan, Specification
from spriteloom.reproduce.page import Figures, Page, Part, facts_of
from spriteloom.reproduce.pictures import gallery
from spriteloom.reproduce.pixel_vqvae import tables
from spriteloom.reproduce.pixel_vqvae.jobs import LONGER, SCALES, jobs
from spriteloom.reproduce.pixel_vqvae.measures import PixelVQVAEMeasures
from spriteloom.reproduce.pixel_vqvae.published import EPOCHS, SIZES
from spriteloom.reproduce.tables import small, stages_table, times, trainings_table

TRAININGS = "model, protocol, parameters, minutes asked, steps, epochs, took"
GALLERIES = {  # name → how, title, words
    "table1": ("compared", "Table 1. Test pictures and their reconstructions", ""),
    "table7": ("compared", "Table 7. The VAE and the Pixel VAE", ""),
    "table4": (
        "heaps",
        "Table 4. Chosen samples",
        "Of each model the eight samples nearest to a held-out picture in EfficientNet-Lite0 features.",
    ),
    "figure2": ("heaps", "Figure 2. Random samples", ""),
    "neighbours": (
        "pairs",
        "Nearest training pictures",
        "Each sample, and the training picture nearest to it.",
    ),
    "swaps": ("compared", "Table 6. A sprite, its shiny form, and what each method makes", ""),
}


def page(figures: Figures, pictures: Mapping[str, Any]) -> Page:
    """The page of figures as results.json has them, with pictures where there are any."""
    parts: dict[str, Part] = {
        **tables.reconstructions(figures),
        "distances": _distances(figures),
        "table5": tables.table5(figures),
        "pixel_art": tables.pixel_art(figures),
        "memorisation": tables.memorisation(figures),
        "bits": tables.bits(figures),
        **tables.conditioning(figures),
        "table6": tables.table6(figures),
        "models": trainings_table(figures["models"], "job", TRAININGS, EPOCHS),
        "stages": stages_table(figures),
    }
    for name, (kind, title, text) in GALLERIES.items():
        if pictures.get(name):
            parts[name] = gallery(kind, title, pictures[name], text)
    return Page(
        name="pixel-vqvae",
        figures=figures,
        data=figures["data"],
        parts=parts,
        facts=facts_of(figures["command"], figures["machine"], scale=figures["scale"]),
        sentences=list(sentences(figures)),
    )


def _distances(figures: Figures) -> Chart:
    """FD-EffLite0 of every row of Table 5 with its interval."""
    rows = [row for row in tables.paper_first(figures["table5"], {}) if row.get("fd") is not None]
    colors = {"paper": "published", "ours": "ours"}
    values = {tables.title_of(row): {colors[row["whose"]]: row["fd"]} for row in rows}
    return dots(
        "FD-EffLite0 of samples, further left is better",
        values | {tables.FLOOR: {"kmeans": figures["floor"].get("fd", 0)}},
        {"published": "the paper’s protocol", "ours": "ours", "kmeans": "real pictures"},
        intervals={tables.title_of(row): row["fd_interval"] for row in rows},
        log=False,
    )


def sentences(figures: Figures) -> Iterator[str]:
    """How the order of models compares with the paper's, and how ours compare."""
    protocol = {tables.title_of(row): row for row in figures["table2"] if row["whose"] == "paper"}
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
            f"The best generator by the paper’s protocol, {tables.title_of(best['paper'])}, has FD-EffLite0 "
            f"{small(best['paper']['fd'])}; our best, {tables.title_of(best['ours'])}, has "
            f"{small(best['ours']['fd'])}; real training pictures have {small(figures['floor'].get('fd'))}."
        )
    for row in figures["conditioning"]:
        if row["job"] == LONGER and row["label"].endswith("guidance 2"):
            yield (
                f"At guidance 2 a judge sees the requested type {times(row['type_ratio'])} and the requested "
                f"shape {times(row['shape_ratio'])} as often as chance in samples of our longer prior."
            )


def _ahead(models: Mapping[str, Any], rivals: Mapping[str, Any]) -> str:
    """In how many of the sizes a Pixel VQ-VAE is ahead of its rivals, in MSE and in SSIM."""

    def is_better(size: str, rival: str, measure: str, sign: int) -> bool:
        value, other = models[f"Pixel VQ-VAE {size}"][measure], rivals[rival][measure]
        return value is not None and (other is None or sign * value < sign * other)

    texts = []
    for measure, sign in (("mse", 1), ("ssim", -1)):
        ahead = [
            all(
                is_better(size, rival, measure, sign)
                for rival in ("VAE", f"VQ-VAE {size}")
                if rival in rivals
            )
            for size in SIZES.values()
        ]
        texts.append(f"at {sum(ahead)} of {len(SIZES)} sizes in {measure.upper()}")
    return " and ".join(texts)


def _agreements(figures: Figures) -> Iterator[str]:
    """Of the pairs of rows that the paper orders, how many are in the same order here."""
    for number, measure in ((2, "mse"), (2, "ssim"), (3, "mse"), (3, "ssim"), (5, "fd")):
        rows = [row for row in figures[f"table{number}"] if row["whose"] == "paper"]
        theirs = "paper_fid" if measure == "fd" else f"paper_{measure}"
        pairs = [
            (a[measure] < b[measure]) == (a[theirs] < b[theirs])
            for a, b in combinations(rows, 2)
            if None not in (a.get(measure), b.get(measure), a[theirs], b[theirs])
            and (number != 3 or a["size"] == b["size"])
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
    page=page,
    fronts=("pokeapi",),
)
