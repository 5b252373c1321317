"""The tables and the chart of the demo's page, from the figures of results.json."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from spriteloom.reproduce.charts import Chart, dots
from spriteloom.reproduce.page import Figures
from spriteloom.reproduce.pixel_vqvae.published import EPOCHS, SIZES
from spriteloom.reproduce.tables import (
    DASH,
    Cell,
    Column,
    Table,
    cell,
    columns_table,
    duration,
    fixed,
    mark_best,
    share,
    small,
    speed,
    times,
    whole,
)

KEY = {
    "kmeans": "k-means, the yardstick",
    "ours": "ours",
    "published": "the paper’s figure, on its own data",
    "preset": "the paper’s preset, in this run",
}


def _ours(figures: Figures) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Our runs by their size, what was measured of them beside what they are."""
    return (
        (SIZES[run["size"]], {**run, **run["test"], "seconds": run["seconds"]}) for run in figures["ours"]
    )


def main_table(figures: Figures) -> Table:
    """Ours, beside k-means and beside what the paper prints."""
    published = figures["published"]
    columns: dict[str, Column] = {
        "parameters": lambda run: whole(run["parameters"]),
        "MSE": lambda run: small(run["mse"]),
        "SSIM": lambda run: fixed(run["ssim"]),
        "exact pixels": lambda run: share(run["exact_pixels"]),
        "codes used": lambda run: whole(run["codes_used"]),
        "k-means MSE": lambda run: small(run["kmeans_mse"]),
        "ours / k-means": lambda run: times(run["mse_over_kmeans"]),
        "paper’s MSE": lambda run: f"{published[run['size']]['mse']:.5f}",
        "paper’s SSIM": lambda run: f"{published[run['size']]['ssim']:.3f}",
        "trained in": lambda run: duration(run["seconds"]),
    }
    title = "Ours, on pictures of species that no run has seen"
    marked = [(column, size) for size in SIZES.values() for column in (2, 3)]
    return mark_best(columns_table(title, "model", _ours(figures), columns), marked)


def error_chart(figures: Figures) -> Chart:
    """The MSE of each size beside everything it is compared with."""
    rows = {
        SIZES[ours["size"]]: {
            "kmeans": ours["test"]["kmeans_mse"],
            "published": figures["published"][ours["size"]]["mse"],
            "preset": paper["test"]["mse"],
            "ours": ours["test"]["mse"],
        }
        for ours, paper in zip(figures["ours"], figures["paper"], strict=True)
    }
    return dots("Mean squared error of each model, further left is better", rows, KEY)


def details_table(figures: Figures) -> Table:
    """The figure alone, the codes, the other yardsticks."""
    columns: dict[str, Column] = {
        "PSNR": lambda run: f"{fixed(run['psnr'], 1)} dB",
        "MSE, figure only": lambda run: small(run["foreground"]["mse"]),
        "SSIM, figure only": lambda run: fixed(run["foreground"]["ssim"]),
        "exact, figure only": lambda run: share(run["foreground"]["exact_pixels"]),
        "perplexity": lambda run: fixed(run["perplexity"], 1),
        "bits per pixel": lambda run: fixed(run["bits_per_pixel"], 2),
        "nearest code’s MSE": lambda run: small(run["nearest_mse"]),
        "k-means SSIM": lambda run: fixed(run["kmeans_ssim"]),
        "k-means MSE, noise included": lambda run: small(run["kmeans_noise_mse"]),
    }
    return columns_table("The same runs in more detail", "model", _ours(figures), columns)


def presets_table(figures: Figures) -> Table:
    """The paper's own preset beside ours: same pictures, same time."""
    rows = []
    for ours, paper in zip(figures["ours"], figures["paper"], strict=True):
        rows += [(SIZES[ours["size"]], ours | {"name": "ours", "of": ""})]
        rows += [("", paper | {"name": "the paper’s", "of": f" of its {EPOCHS}"})]
    columns: dict[str, Column] = {
        "preset": lambda run: run["name"],
        "MSE": lambda run: small(run["test"]["mse"]),
        "SSIM": lambda run: fixed(run["test"]["ssim"]),
        "exact pixels": lambda run: share(run["test"]["exact_pixels"]),
        "codes used": lambda run: f"{run['test']['codes_used']} of 256",
        "perplexity": lambda run: fixed(run["test"]["perplexity"], 1),
        "steps": lambda run: whole(run["steps"]),
        "epochs": lambda run: small(run["epochs"]) + run["of"],
    }
    return columns_table(
        f"Same pictures, {figures['setting']['budget']} of training each", "model", rows, columns
    )


def refits_table(figures: Figures) -> Table:
    """How far Lloyd's algorithm goes from what was learned."""
    mse = {(refit["size"], refit["rounds"]): refit["mse"] for refit in figures["refits"]}
    columns: dict[str, Column] = {
        "network’s own codes": lambda run: small(run["mse"]),
        "nearest code": lambda run: small(run["nearest_mse"]),
    }
    for n in sorted({n for _, n in mse}):
        name = f"after {n} round{'s' if n > 1 else ''}"
        columns[name] = lambda run, n=n: small(mse[run["size"], n])  # type: ignore[misc]
    columns["k-means"] = lambda run: small(run["kmeans_mse"])
    return columns_table("MSE on the same pictures, the table refitted", "model", _ours(figures), columns)


def speeds_table(figures: Figures) -> Table:
    """Million pixels a second, and how many times the network's own speed."""
    timings = {(row["model"], row["stage"], row["path"]): row for row in figures["speed"]}

    def timing(run: Mapping[str, Any], stage: str, path: str) -> Cell:
        name = (
            {"first": "encode-first", "again": "encode"}
            if run["size"] == "hires"
            else {"again": "encode-again"}
        )
        row = timings.get((run["preset"], name.get(stage, stage.replace("first", "encode")), path))
        if row is None:
            return cell(DASH)
        return cell(
            speed(row["mpx_per_s"]), note="" if path in ("network", "memcpy") else times(row["ratio"])
        )

    columns: dict[str, Column] = {
        "decode: network": lambda run: timing(run, "decode", "network"),
        "decode: table": lambda run: timing(run, "decode", run.get("copy", "compiled")),
        "encode: network": lambda run: timing(run, "encode", "network"),
        "encode: exact tables": lambda run: timing(run, "first", "compiled"),
        "encode again: exact tables": lambda run: timing(run, "again", "compiled"),
        "encode: nearest code": lambda run: timing(run, "encode", "nearest"),
    }
    title = "Million pixels a second; below it, how many times the network’s speed"
    rows = [*_ours(figures), ("a plain copy", {"preset": "", "size": "", "copy": "memcpy"})]
    return columns_table(title, "model", rows, columns)
