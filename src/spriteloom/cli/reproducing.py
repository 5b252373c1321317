"""The verb reproduce."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from spriteloom.cli.options import AsJson, Seed
from spriteloom.cli.printing import say, show_json

PAPERS = ("pixel-vqvae",)


def add_to(app: typer.Typer) -> None:
    app.command()(reproduce)


def reproduce(
    paper: Annotated[str, typer.Argument(help="Which paper: pixel-vqvae.")],
    out: Annotated[Path, typer.Option(help="The folder for index.html, results.json and the runs.")],
    scale: Annotated[
        str, typer.Option(help="smoke: minutes, made sprites; cpu: hours, real ones; full: the paper's own.")
    ] = "cpu",
    devices: Annotated[int, typer.Option(help="How many devices (GPUs, or processes without).")] = 1,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Reproduce a paper: every model and table, beside ours. The same command goes on after a stop."""
    from spriteloom.reproduce.reproducing import reproduce as run
    from spriteloom.reproduce.scales import scale as of_name

    if paper not in PAPERS:
        raise typer.BadParameter(f"no paper is called {paper!r}: choose one of {', '.join(PAPERS)}")
    command = f"spriteloom reproduce {paper} --scale {scale} --out {out.name}"
    found = run(of_name(scale), out, devices=devices, seed=seed, command=command, say=say)
    if as_json:
        show_json(found.to_json())
    else:
        say(f"{out / 'index.html'}: the page; {out / 'results.json'}: its figures")
