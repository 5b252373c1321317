"""The verb demo."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spriteloom.cli.options import AsJson, Seed
from spriteloom.cli.printing import say, show_json, show_table

if TYPE_CHECKING:
    from spriteloom.report.figures import Figures

MINUTES = 0.3  # six trainings and what is measured beside them: five minutes on 2 cores


def demo(
    out: Annotated[Path, typer.Option(help="The folder to write: index.html, results.json, set and runs.")],
    source: Annotated[
        str, typer.Option(help="Whose sprites: a source's name, a folder or an archive.")
    ] = "pokeapi",
    minutes: Annotated[float, typer.Option(help="How long each of the six trainings may take.")] = MINUTES,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Train six models on real sprites and write a page of figures."""
    from spriteloom.report.demo import PAGE, Plan
    from spriteloom.report.demo import demo as run
    from spriteloom.training.budget import Budget

    try:
        budget = Budget(minutes=minutes)
    except ValueError as fault:
        raise typer.BadParameter(str(fault)) from None
    command = shlex.join(["spriteloom", *sys.argv[1:]])
    figures = run(Plan(out=out, budget=budget, source=source, seed=seed, command=command), say)
    say(f"{figures.seconds:4.0f} s  done")
    if as_json:
        show_json(figures.to_json())
        return
    _show(figures)
    print(f"open {out / PAGE}")


def _show(figures: Figures) -> None:
    from spriteloom.report.figures import PUBLISHED, SIZES

    rows = []
    for run in (*figures.ours, *figures.paper):
        found, published = run.evaluation, PUBLISHED[run.size]
        scores = (found.scores.mse, found.scores.ssim, found.scores.exact_pixels, found.kmeans.mse)
        rows.append(
            (
                run.recipe,
                run.parameters,
                *scores,
                f"{published.mse:.5f} / {published.ssim:.3f}",
                run.seconds,
            )
        )
    columns = [
        "model",
        "parameters",
        "MSE",
        "SSIM",
        "exact pixels",
        "k-means MSE",
        "paper MSE / SSIM",
        "seconds",
    ]
    held_out = f"{figures.setting.species['test']} held-out species of {figures.setting.source}"
    show_table(f"{', '.join(SIZES.values())} on {held_out}", columns, rows)
