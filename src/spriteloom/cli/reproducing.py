"""The verbs reproduce and demo."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer import Argument, Option

from spriteloom.cli.options import AsJson, DeviceName, Seed
from spriteloom.cli.printing import say, show_json, show_table

PAPERS = ("pixel-vqvae", "pokemon-vae")
MINUTES = 0.3  # six trainings and what is measured beside them: five minutes on 2 cores
PAGE = "index.html"


def reproduce(
    paper: Annotated[str, Argument(help="Which paper: pixel-vqvae or pokemon-vae.")],
    out: Annotated[Path, Option(help="The folder for index.html, results.json and the runs.")],
    scale: Annotated[
        str, Option(help="smoke: minutes, made sprites; cpu: hours, real ones; full: the paper's own.")
    ] = "cpu",
    source: Annotated[
        str | None,
        Option(help="Of pokemon-vae: other sprites than the scale's, as in `spriteloom data prepare`."),
    ] = None,
    fid: Annotated[
        bool, Option("--fid", help="FID as well, by torch-fidelity (extra fid; it downloads its network).")
    ] = False,
    device: DeviceName = "auto",
    devices: Annotated[int, Option(help="How many devices (GPUs, or processes without).")] = 1,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Reproduce a paper: every model and table, beside ours. After a stop the same command continues."""
    if paper not in PAPERS:
        raise typer.BadParameter(f"no paper is called {paper!r}: choose one of {', '.join(PAPERS)}")
    if paper == "pixel-vqvae" and source is not None:
        raise typer.BadParameter("--source goes with pokemon-vae")
    from spriteloom.reproduce.engine import reproduce as run
    from spriteloom.reproduce.jobs import scale_of
    from spriteloom.reproduce.pixel_vqvae import PIXEL_VQVAE_PAPER
    from spriteloom.reproduce.pokemon_vae import POKEMON_VAE_PAPER

    specification = PIXEL_VQVAE_PAPER if paper == "pixel-vqvae" else POKEMON_VAE_PAPER
    command = f"spriteloom reproduce {paper} --scale {scale} --out {out.name}"
    figures = run(
        specification,
        scale_of(specification.scales, scale),
        out,
        source=source,
        fid=fid,
        device=device,
        devices=devices,
        seed=seed,
        command=command if source is None else f"{command} --source {Path(source).name}",
        say=say,
    )
    if as_json:
        show_json(figures)
    else:
        say(f"{out / PAGE}: the page; {out / 'results.json'}: its figures")


def demo(
    out: Annotated[Path, Option(help="The folder to write: index.html, results.json, set and runs.")],
    source: Annotated[
        str, Option(help="Whose sprites: a source's name, a folder or an archive.")
    ] = "pokeapi",
    minutes: Annotated[float, Option(help="How long each of the six trainings may take.")] = MINUTES,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Train six models on real sprites and write a page of figures."""
    from spriteloom.reproduce.demo import demo_scale, specification
    from spriteloom.reproduce.engine import reproduce as run
    from spriteloom.training.budget import Budget

    try:
        budget = Budget(minutes=minutes)
    except ValueError as fault:
        raise typer.BadParameter(str(fault)) from None
    command = shlex.join(["spriteloom", *sys.argv[1:]])
    figures = run(specification(source), demo_scale(budget, source), out, seed=seed, command=command, say=say)
    say(f"{figures['seconds']:4.0f} s  done")
    if as_json:
        show_json(figures)
        return
    _show_demo(figures)
    print(f"open {out / PAGE}")


def _show_demo(figures: dict[str, Any]) -> None:
    rows = []
    for run in (*figures["ours"], *figures["paper"]):
        test, published = run["test"], figures["published"][run["size"]]
        scores = (test["mse"], test["ssim"], test["exact_pixels"], test["kmeans_mse"])
        paper = f"{published['mse']:.5f} / {published['ssim']:.3f}"
        rows.append((run["preset"], run["parameters"], *scores, paper, run["seconds"]))
    measures = ("MSE", "SSIM", "exact pixels", "k-means MSE", "paper MSE / SSIM")
    columns = ["model", "parameters", *measures, "seconds"]
    setting = figures["setting"]
    species = f"{setting['species']['test']} held-out species of {setting['source']}"
    show_table(f"HiRes, MedRes, LowRes on {species}", columns, rows)
