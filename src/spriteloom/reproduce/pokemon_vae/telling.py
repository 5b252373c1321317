"""From measures to chapters: which figures and pictures stand where, and what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from spriteloom.models.capabilities import Reconstructs, need
from spriteloom.report.markup import Html
from spriteloom.report.numbers import fixed, share, times
from spriteloom.reproduce.curves import Point, curves
from spriteloom.reproduce.pokemon_vae import tables
from spriteloom.reproduce.pokemon_vae.jobs import (
    AE,
    CELLS,
    FIRST,
    GRID,
    LONGER,
    MLP_LONGER,
    ON_AE,
    ON_CELLS,
    ON_VAE,
    PIXELS,
    VAE,
    WORDS,
    Job,
)
from spriteloom.reproduce.pokemon_vae.measuring import Measures
from spriteloom.reproduce.pokemon_vae.page import Chapter, Report

SHOWN, HEAP = 8, 64
STRENGTHS = (1.0, 2.0, 3.0, 4.0, 6.0)

Figures = dict[str, Any]


def report(
    measures: Measures, jobs: Sequence[Job], about: Figures, *, seconds: Callable[[], float]
) -> Report:
    """All that a page shows of finished jobs."""
    figures = {**about, **_measured(measures, jobs)}
    chapters = list(_chapters(measures, jobs, figures))
    figures["sentences"] = list(sentences(figures))
    figures["seconds"] = {
        "trained": sum(model["seconds"] for model in figures["models"]),
        "called": seconds(),
    }
    species = about["data"]["species"]
    lede = (
        "A VAE of 128×128 sprites, an MLP that diffuses its 512 numbers, and what removes the cause of "
        "their verdict: every model trained for equal minutes among its kind, judged on species none of them "
        "saw.",
        f"{about['data']['source']}: {species['train']} species to learn from, {species['test']} held out. "
        f"{about['data']['licence']}.",
        "{cores} cores, {processor}, {precision}; ".format(**about["machine"]) + f"scale {about['scale']}.",
    )
    return Report(
        lede=lede,
        sentences=figures["sentences"],
        chapters=chapters,
        figures=figures,
        **figures["seconds"],
    )


def _measured(measures: Measures, jobs: Sequence[Job]) -> Figures:
    diffusions = [job for job in jobs if job.kind == "diffusions"]
    pixels = [job for job in diffusions if job.sprites == "pixels"]
    found: Figures = {
        "models": [vars(measures.workshop(job).model(job)) for job in jobs],
        "reconstruction": {job.name: measures.reconstruction(job) for job in jobs if job.kind == "latents"},
        "generation": {job.name: measures.generation(job) for job in diffusions},
        "floor": measures.floor(),
        "crossfade": {
            job.name: measures.crossfade(job) for job in jobs if job.name in (AE, VAE, ON_CELLS, PIXELS)
        },
        "pixel_art": _pixel_art(measures, pixels),
        "guidance": {
            job.name: {f"{g:g}": measures.guidance(job, g) for g in STRENGTHS}
            for job in jobs
            if job.name in (ON_CELLS, LONGER)
        },
        "judge": measures.judge_accuracy(),
        "speed": {job.name: measures.speed(job) for job in pixels},
    }
    if words := [job for job in jobs if job.name == WORDS]:
        found["prompts"] = measures.prompts(words[0])
    return found


def _pixel_art(measures: Measures, pixels: Sequence[Job]) -> Figures:
    """As painted and as finished; and real ones."""
    real = np.stack([one.pixels for one in measures.pixels.cache.data.sprites("test", limit=250)])
    found: Figures = {"test sprites": measures.pixel_art("real", real)}
    for job in pixels:
        found[f"{job.name}, painted"] = measures.pixel_art(f"painted-{job.name}", measures.painted(job))
        found[f"{job.name}, finished"] = measures.pixel_art(f"finished-{job.name}", measures.sprites(job))
    return found


def _chapters(measures: Measures, jobs: Sequence[Job], figures: Figures) -> Iterator[Chapter]:
    labels = {job.name: job.label for job in jobs}

    def named(rows: Mapping[str, Any]) -> Figures:
        return {labels.get(name, name): row for name, row in rows.items()}

    yield Chapter(
        title="How well pictures come back",
        said="Figure 1 of the paper, held-out species. Latents of the paper are 512 numbers a picture; the "
        "grid has 8 channels at a quarter of the sides, and a picture's own palette beside it. Sprites as "
        "they are have 64×64 pixels, all others 128×128, resized.",
        grids=(tables.reconstructions(named(figures["reconstruction"])),),
        compared=_again(measures, jobs),
    )
    yield Chapter(
        title="Made pictures",
        said="Figures 5 and 6. All samples are judged in the paper's frame; distances are of "
        "EfficientNet-Lite0 features and are never FID.",
        grids=(tables.generations(named(figures["generation"]), figures["floor"], _rivals(jobs)),),
        heaps={
            job.label: (measures.sprites(job) if job.sprites == "pixels" else measures.samples(job))[:HEAP]
            for job in jobs
            if job.kind == "diffusions"
        },
    )
    yield Chapter(
        title="What lies between",
        said="Figure 7. From the overlay: 0 is a cross-fade of both ends. From real ones: how far mid-points "
        "lie from the nearest real sprite in features, over how far samples do.",
        grids=(tables.crossfades(named(figures["crossfade"])),),
        heaps={
            job.label: measures.between(job)[2][:SHOWN] for job in jobs if job.name in (VAE, ON_CELLS, PIXELS)
        },
    )
    yield Chapter(
        title="Is it pixel art?",
        said="Color drift is the share of colored, equally light neighbours whose hues differ by more than "
        "25°.",
        grids=(tables.pixel_art(figures["pixel_art"]),),
    )
    yield Chapter(
        title="Steering",
        said="Samples of the U-Net on latents, asked for the labels of training sprites; a classifier "
        "trained on real ones says what it sees.",
        grids=(tables.guidances(named(figures["guidance"])),),
        drawn=_steering(figures["guidance"]),
    )
    if "prompts" in figures:
        yield Chapter(
            title="Words",
            said="One sprite for each prompt, the first that came.",
            grids=(tables.prompted(figures["prompts"]),),
        )
    yield Chapter(
        title="What was run",
        said="Equal minutes for autoencoders, equal minutes for diffusions; then one of the paper's and "
        "one of ours for longer.",
        grids=(tables.speeds(named(figures["speed"])), tables.models(figures["models"])),
    )


def _steering(rows: Figures) -> Html | None:
    """How much oftener than by chance samples show what was asked for, over guidance; None if nothing
    could be judged."""
    lines = {
        f"{field}, longer" if name == LONGER else field: [
            Point(at=float(strength), value=row[field]["ratio"], interval=tuple(row[field]["interval"]))
            for strength, row in strengths.items()
            if row[field]
        ]
        for name, strengths in rows.items()
        for field in ("types", "shape")
    }
    if not any(lines.values()):
        return None
    return curves("Recognised, over chance", "guidance", (1.0, "chance"), lines)


def _rivals(jobs: Sequence[Job]) -> dict[str, list[str]]:
    """The labels of the paper's diffusions that had as many minutes as each diffusion, by its label."""
    made = [job for job in jobs if job.kind == "diffusions"]
    return {
        job.label: [one.label for one in made if one.whose == "paper" and one.patience == job.patience]
        for job in made
    }


def _again(measures: Measures, jobs: Sequence[Job]) -> Figures:
    """Test pictures, and what each autoencoder makes of them."""
    rgb = measures.test
    shown = rgb[:: max(1, len(rgb) // SHOWN)][:SHOWN]
    found: Figures = {"original": shown}
    for job in jobs:
        if job.kind == "latents" and job.sprites == "resized":
            found[job.label] = need(measures.model(job), Reconstructs).reconstruct(shown)
    return found


def sentences(figures: Figures) -> Iterator[str]:
    """What was found, against what the paper says and against what we ask of ourselves."""
    made, back, fade = figures["generation"], figures["reconstruction"], figures["crossfade"]
    vae, plain = made[ON_VAE], made[ON_AE]
    ahead = [key for key in ("fd", "kid") if vae[key] < plain[key]]
    yield (
        "The paper's claim, that diffusion on the VAE's latents beats diffusion on the autoencoder's, "
        f"{_holds(ahead)}: FD {fixed(vae['fd'], 1)} against {fixed(plain['fd'], 1)}, "
        f"KID {fixed(vae['kid'], 4)} against {fixed(plain['kid'], 4)}."
    )
    yield (
        f"The spatial autoencoder's error is {times(back[GRID]['mse'] / back[VAE]['mse'])} the VAE's; SSIM "
        f"{fixed(back[GRID]['ssim'], 3)}, {share(back[GRID]['exact_pixels'])} of the pixels exact. The one "
        f"that is diffused, on sprites as they are: {share(back[CELLS]['exact_pixels'])}."
    )
    best = min((ON_CELLS, PIXELS, *((WORDS,) if WORDS in made else ())), key=lambda name: made[name]["fd"])
    for rival, said in ((ON_VAE, "the paper's MLP on the VAE"), (FIRST, "the first try")):
        yield (
            f"Our best diffusion ({best}) stands at {times(made[best]['fd'] / made[rival]['fd'])} the FD and "
            f"{times(made[best]['kid'] / made[rival]['kid'])} the KID of {said}, after the same minutes."
        )
    ours, theirs = made[LONGER], made[MLP_LONGER]
    yield (
        f"After the longer training: {times(ours['fd'] / theirs['fd'])} the FD and "
        f"{times(ours['kid'] / theirs['kid'])} the KID of the paper's MLP after as long a one; "
        f"{times(ours['kid'] / made[ON_CELLS]['kid'])} the KID of the same U-Net before."
    )
    yield (
        f"Mid-points of the VAE lie {times(fade[VAE]['manifold'])} as far from real sprites as its "
        f"reconstructions do; those of the U-Net on latents {times(fade[ON_CELLS]['manifold'])} as far as "
        "its samples."
    )
    if "prompts" in figures:
        found = figures["prompts"]
        yield f"Of {found['n']} prompts with a color, {found['hits']} came out mostly in that color."


def _holds(ahead: Sequence[str]) -> str:
    """Whether a claim holds, by the measures in which it does: FD and KID, one of them, or none."""
    if len(ahead) == 2:
        return "holds"
    return f"holds in {ahead[0].upper()} only" if ahead else "does not hold here"
