"""The figures of the Pokémon VAE paper's reproduction as tables and a chart, from results.json."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from spriteloom.reproduce.charts import Chart, Point, curves
from spriteloom.reproduce.page import Figures, Part
from spriteloom.reproduce.pokemon_vae.jobs import LONGER
from spriteloom.reproduce.tables import Cell, Column, Table, cell, figure, table, trainings_table
from spriteloom.reproduce.texts import DASH, duration, fixed, interval, share, small, times, whole

Result = Mapping[str, Any]

RECONSTRUCTION = {
    "MSE": figure("mse", small),
    "SSIM": figure("ssim", "{:.4f}".format),
    "exact pixels": figure("exact_pixels", share),
    "of the foreground": figure("foreground.exact_pixels", share),
}
CROSSFADE = {
    "from the overlay": figure("overlay", fixed),
    "from the nearer end": figure("to_ends", fixed),
    "from real ones, over samples": figure("manifold", times),
}
PIXEL_ART = {
    "≤ 16 colors": figure("colors_at_most_16", share),
    "hard alpha": figure("hard_alpha", share),
    "one shape": figure("one_figure", share),
    "loose pixels": figure("loose", share),
    "color drift": figure("drift", share),
}
GUIDANCE = [
    ("guidance", figure("guidance")),
    ("types", figure("types.agreement", share)),
    ("over chance", lambda row: _ratio_over_chance(row["types"])),
    ("shape", figure("shape.agreement", share)),
    ("over chance", lambda row: _ratio_over_chance(row["shape"])),
]
SPEED = {
    "sprites": figure("sprites", whole),
    "size": figure("size", "{0}×{0}".format),
    "steps": figure("steps"),
    "time": figure("seconds", duration),
}
TRAININGS = "preset | parameters | minutes | steps | time"


def parts(figures: Figures) -> dict[str, Part]:
    """Every table and chart of the page."""

    def of_jobs(title: str, key: str, columns: Mapping[str, Column]) -> Table:
        return table(title, "model", _rows(figures, key), columns)

    guidances = [
        (label, {"guidance": strength, **row})
        for label, strengths in _rows(figures, "guidance")
        for strength, row in strengths.items()
        if strength != "job"
    ]
    return {
        "reconstruction": of_jobs(
            "Figure 1 in numbers. Reconstruction of test pictures", "reconstruction", RECONSTRUCTION
        ),
        "generation": _generation(figures),
        "crossfade": of_jobs("Figure 7 in numbers. Mid-points of two sprites", "crossfade", CROSSFADE),
        "pixel_art": table("Pixel art", "sprites", figures["pixel_art"].items(), PIXEL_ART),
        **_steering(figures["guidance"]),
        "guidance": table("Agreement with the requested conditions", "model", guidances, GUIDANCE),
        **({"prompts": _prompts(figures["prompts"])} if "prompts" in figures else {}),
        "speed": of_jobs("Speed", "speed", SPEED),
        "models": trainings_table(figures["models"], "label", TRAININGS),
    }


def _rows(figures: Figures, key: str) -> list[tuple[str, Result]]:
    """Label and figures of each job."""
    labels = {model["job"]: model["label"] for model in figures["models"]}
    return [(labels[job], {**row, "job": job}) for job, row in figures[key].items()]


def _generation(figures: Figures) -> Table:
    """Figures 5 and 6 in numbers: FD and KID of every diffusion."""

    def ratio(row: Result, key: str) -> str:
        return times(row[key] / _best_of_paper(figures, row["job"], key)) if "job" in row else DASH

    columns: dict[str, Column] = {
        "FD-EffLite0": lambda row: cell(fixed(row["fd"], 1), note=interval(row.get("fd_interval"), 0)),
        "KID-EffLite0": lambda row: cell(fixed(row["kid"], 4), note=interval(row.get("kid_interval"), 4)),
        "FD ratio": lambda row: ratio(row, "fd"),
        "KID ratio": lambda row: ratio(row, "kid"),
        "close excess": figure("memorisation.close_excess", share),
        "time": figure("seconds_to_sample", duration),
    }
    if any("fid" in row for row in figures["generation"].values()):
        columns["FID"] = lambda row: fixed(row.get("fid"), 1)
    floor = {key: figures["floor"].get(key) for key in ("fd", "kid", "fid")}
    rows = [*_rows(figures, "generation"), ("training pictures", floor)]
    ratios = "ratios are to the best of the paper’s models after the same minutes"
    title = f"Figures 5 and 6 in numbers. Samples against test pictures; {ratios}"
    return table(title, "model", rows, columns)


def _best_of_paper(figures: Figures, job: str, key: str) -> float:
    """The least FD or KID of the paper's diffusions with the same budget as a job."""
    models = {model["job"]: model for model in figures["models"]}
    return min(
        float(row[key])
        for rival, row in figures["generation"].items()
        if models[rival]["whose"] == "paper" and models[rival]["budget"] == models[job]["budget"]
    )


def _ratio_over_chance(score: Result | None) -> Cell | str:
    return cell(times(score["ratio"]), note=interval(score["interval"], 2)) if score else DASH


def _steering(rows: Figures) -> dict[str, Chart]:
    """How much oftener than by chance samples show what was requested, over guidance; none without a judge."""
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
        return {}
    return {"steering": curves("Recognized, over chance", "guidance", (1.0, "chance"), lines)}


def _prompts(result: Result) -> Table:
    """Prompts and the commonest hue of the sprite."""
    rows = ((prompt["prompt"], prompt) for prompt in result["prompts"])
    title = f"Prompts: {result['hits']} of {result['n']} in the named color"
    return table(title, "prompt", rows, {"requested": figure("color"), "commonest hue": figure("seen")})
