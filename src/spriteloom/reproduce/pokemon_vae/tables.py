"""The figures of the Pokémon VAE paper's reproduction as tables, from results.json."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from spriteloom.reproduce.page import Figures
from spriteloom.reproduce.tables import (
    DASH,
    Cell,
    Column,
    Row,
    Table,
    cell,
    columns_table,
    duration,
    fixed,
    interval,
    share,
    small,
    table,
    times,
    whole,
)

Result = Mapping[str, Any]


def _rows(figures: Figures, key: str) -> list[tuple[str, Result]]:
    """Label and figures of each job."""
    labels = {model["job"]: model["label"] for model in figures["models"]}
    return [(labels[job], {**row, "job": job}) for job, row in figures[key].items()]


def reconstructions(figures: Figures) -> Table:
    """Figure 1 in numbers."""
    columns: dict[str, Column] = {
        "MSE": lambda row: small(row["mse"]),
        "SSIM": lambda row: fixed(row["ssim"], 4),
        "exact pixels": lambda row: share(row["exact_pixels"]),
        "of the figure": lambda row: share((row.get("foreground") or {}).get("exact_pixels")),
    }
    title = "Figure 1 in numbers. Test pictures there and back"
    return columns_table(title, "model", _rows(figures, "reconstruction"), columns)


def generations(figures: Figures) -> Table:
    """Figures 5 and 6 in numbers: FD and KID of every diffusion."""

    def ratio(row: Result, key: str) -> str:
        return times(row[key] / best_of_paper(figures, row["job"], key)) if "job" in row else DASH

    columns: dict[str, Column] = {
        "FD-EffLite0": lambda row: cell(fixed(row["fd"], 1), note=interval(row["fd_interval"], 0)),
        "KID-EffLite0": lambda row: cell(fixed(row["kid"], 4), note=interval(row["kid_interval"], 4)),
        "FD ratio": lambda row: ratio(row, "fd"),
        "KID ratio": lambda row: ratio(row, "kid"),
        "close excess": lambda row: share((row["memorisation"] or {}).get("close_excess")),
        "time": lambda row: duration(row["seconds_to_sample"]),
    }
    if any("fid" in row for row in figures["generation"].values()):
        columns["FID"] = lambda row: fixed(row.get("fid"), 1)
    nothing = dict.fromkeys(("fd_interval", "kid_interval", "memorisation", "seconds_to_sample"))
    rows = [*_rows(figures, "generation"), ("training pictures", {**figures["floor"], **nothing})]
    title = "Figures 5 and 6 in numbers. Samples beside test pictures; ratios are of the best of the paper’s after the"
    return columns_table(f"{title} same minutes", "model", rows, columns)


def best_of_paper(figures: Figures, job: str, key: str) -> float:
    """The least FD or KID of the paper's diffusions with the same budget as a job."""
    models = {model["job"]: model for model in figures["models"]}
    return min(
        float(row[key])
        for rival, row in figures["generation"].items()
        if models[rival]["whose"] == "paper" and models[rival]["budget"] == models[job]["budget"]
    )


def crossfades(figures: Figures) -> Table:
    """Figure 7 in numbers."""
    columns: dict[str, Column] = {
        "from the overlay": lambda row: fixed(row["overlay"]),
        "from the nearer end": lambda row: fixed(row["to_ends"]),
        "from real ones, over samples": lambda row: times(row["manifold"]),
    }
    title = "Figure 7 in numbers. What lies between two sprites"
    return columns_table(title, "model", _rows(figures, "crossfade"), columns)


def pixel_art(figures: Figures) -> Table:
    """Whether samples are pixel art, as they are painted and as they are finished."""
    columns: dict[str, Column] = {
        "≤ 16 colors": lambda row: share(row["colors_at_most_16"]),
        "hard alpha": lambda row: share(row["hard_alpha"]),
        "one figure": lambda row: share(row["one_figure"]),
        "loose pixels": lambda row: share(row["loose"]),
        "color drift": lambda row: share(row["drift"]),
    }
    return columns_table("Pixel art", "sprites", figures["pixel_art"].items(), columns)


def guidances(figures: Figures) -> Table:
    """Requested and recognised, of each model over strengths of guidance."""
    rows: list[Row] = []
    for label, strengths in _rows(figures, "guidance"):
        for strength in [key for key in strengths if key != "job"]:
            cells: list[Cell | str] = [strength]
            for score in (strengths[strength]["types"], strengths[strength]["shape"]):
                ratio = cell(times(score["ratio"]), note=interval(score["interval"], 2)) if score else DASH
                cells += [share(score["agreement"]) if score else DASH, ratio]
            rows.append((label, cells))
    columns = ("model", "guidance", "types", "over chance", "shape", "over chance")
    return table("Does it make what was asked for?", columns, rows)


def prompts(figures: Figures) -> Table:
    """Prompts and the commonest hue of the sprite."""
    row = figures["prompts"]
    title = f"Words: {row['hits']} of {row['n']} in the color that was named"
    rows = ((prompt["prompt"], prompt) for prompt in row["prompts"])
    columns: dict[str, Column] = {"asked": lambda row: row["color"], "seen": lambda row: row["seen"]}
    return columns_table(title, "prompt", rows, columns)


def speeds(figures: Figures) -> Table:
    columns: dict[str, Column] = {
        "sprites": lambda row: whole(row["sprites"]),
        "size": lambda row: f"{row['size']}×{row['size']}",
        "steps": lambda row: str(row["steps"]),
        "time": lambda row: duration(row["seconds"]),
    }
    return columns_table("Speed", "model", _rows(figures, "speed"), columns)
