"""From measured jobs to the rows of the tables, the paper's figures beside ours. Measures nothing itself."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from spriteloom.models.registry import family_of_preset
from spriteloom.reproduce import paper
from spriteloom.reproduce.jobs import Job
from spriteloom.reproduce.measuring import COLORS, Measures
from spriteloom.reproduce.paper import There
from spriteloom.reproduce.results import (
    OURS,
    Bits,
    Conditioning,
    Confusion,
    Floor,
    Generation,
    PixelArt,
    Reconstruction,
    named,
)

_DISTANCES = ("n", "fd", "fd_interval", "kid", "kid_interval", "precision", "recall")


def reconstructions(
    measures: Measures, jobs: Sequence[Job], table: Mapping[str, There]
) -> list[Reconstruction]:
    """A row for each name: the mean over its seeds, and our training of the same codec after the paper's."""
    by_name: dict[tuple[str, str], list[Job]] = defaultdict(list)
    for job in jobs:
        name = named(job.label, job.size)
        if job.kind != "priors" and job.preset != "dcgan" and (name in table or job.whose == "ours"):
            by_name[name, job.whose].append(job)
    return [_reconstruction(measures, same, table.get(name)) for (name, _), same in by_name.items()]


def _reconstruction(measures: Measures, same: Sequence[Job], there: There | None) -> Reconstruction:
    found = [measures.reconstruction(job) for job in same]
    mse, ssim = (np.array([one[measure] for one in found]) for measure in ("mse", "ssim"))
    several = len(same) > 1
    return Reconstruction(
        label=same[0].label,
        size=same[0].size,
        jobs=tuple(job.name for job in same),
        mse=float(mse.mean()),
        ssim=float(ssim.mean()),
        mse_spread=float(mse.std(ddof=1)) if several else None,
        ssim_spread=float(ssim.std(ddof=1)) if several else None,
        seeds=len(same),
        paper_mse=there.mse if there else None,
        paper_ssim=there.ssim if there else None,
        kmeans_mse=found[0].get("kmeans_mse"),
        whose=same[0].whose,
    )


def generations(measures: Measures, jobs: Sequence[Job]) -> Iterator[Generation]:
    """A row of Table 5 for every job that makes pictures."""
    for job in jobs:
        if job.kind == "codecs":
            continue
        found = measures.generation(job)
        there = paper.TABLE5.get(named(job.label, job.size))
        model = measures.workshop.model(job)
        codec = next((each for each in jobs if each.name == job.base), None)
        yield Generation(
            label=job.label,
            size=job.size,
            job=job.name,
            whose=job.whose,
            parameters=measures.workshop.model(codec).parameters if codec else model.parameters,
            prior_parameters=model.parameters if codec else None,
            paper_parameters=there.parameters if there else None,
            paper_fid=there.fid if there else None,
            seconds_to_sample=found["seconds_to_sample"],
            **_distances(found),
        )


def floor(measures: Measures) -> Floor:
    """What training pictures would score."""
    return Floor(**_distances(measures.floor()))


def _distances(found: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: _plain(found[name]) for name in _DISTANCES if name in found}
    return {**known, "memorisation": found.get("memorisation") or {}}


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def pixel_art(measures: Measures, jobs: Sequence[Job]) -> Iterator[PixelArt]:
    """Real sprites, real pictures as the recipe makes them, every row of Table 5, our best one finished."""
    rows = [job for job in jobs if job.kind != "codecs"]
    best = min(
        (job for job in rows if job.whose == OURS),
        key=lambda job: measures.generation(job).get("fd", math.inf),
    )
    yield _pixels("real sprites, as drawn", measures.pixel_art("drawn", measures.drawn_by_hand))
    yield _pixels("real pictures, as resampled", measures.pixel_art("resampled", measures.some_training))
    for job in rows:
        samples = partial(measures.samples, job)
        yield _pixels(named(job.label, job.size), measures.pixel_art(job.name, samples))
    finished = measures.pixel_art(f"finished-{best.name}", lambda: measures.finished(best))
    yield _pixels(f"{named(best.label, best.size)}, cut out, {COLORS} colors", finished)


def _pixels(label: str, found: Mapping[str, Any]) -> PixelArt:
    figures = {name: value for name, value in found.items() if name != "n"}
    return PixelArt(label=label, n=found["n"], figures=figures)


def bits(measures: Measures, jobs: Sequence[Job]) -> Iterator[Bits]:
    """A row for each prior, best last where they share a codec."""
    for job in jobs:
        if job.kind != "priors":
            continue
        found = measures.bits(job)
        codec = next((each for each in jobs if each.name == job.base), None)
        yield Bits(
            label=family_of_preset(job.preset).describe(job.preset).about,
            codec=named(codec.label, codec.size) if codec else "bytes of a pixel's channels",
            bits_per_code=found["bits_per_code"],
            interval=_plain(found["interval"]),
            minutes=None if job.preset == "counts" else job.budget(measures.workshop.scale).minutes,
            whose=job.whose,
            note="an upper bound, the mean over random orders" if job.preset == "masked" else "",
        )


def conditioning(measures: Measures, job: Job, guidance: float) -> Conditioning:
    """How well one prior's samples show what was asked for, held to it by so much guidance."""
    found, right = measures.conditioning(job, guidance), measures.judge_accuracy()
    fields: dict[str, Any] = {}
    for field, name in (("types", "type"), ("shape", "shape")):
        one = found[field] or {"agreement": 0.0, "chance": 0.0, "ratio": 0.0, "names": [], "confusion": []}
        fields |= {f"{name}_{key}": one[key] for key in ("agreement", "chance", "ratio")}
        rows = tuple(tuple(row) for row in one["confusion"])
        if guidance == 1:
            fields[f"confusion_{name}s"] = Confusion(labels=tuple(one["names"]), counts=rows)
    accuracy = {
        f"{field} {key}": right[field][key]
        for field in ("types", "shape")
        for key in ("top1", "top2", "chance", "majority")
    }
    label = f"{named(job.label, job.size)}, guidance {guidance:g}"
    return Conditioning(job=job.name, label=label, n=found["n"], accuracy=accuracy, **fields)
