"""The verb reproduce."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from spriteloom.cli.options import AsJson, DeviceName, Seed
from spriteloom.cli.printing import say, show_json

PAPERS = ("pixel-vqvae", "pokemon-vae")


def reproduce(
    paper: Annotated[str, typer.Argument(help="Which paper: pixel-vqvae or pokemon-vae.")],
    out: Annotated[Path, typer.Option(help="The folder for index.html, results.json and the runs.")],
    scale: Annotated[
        str, typer.Option(help="smoke: minutes, made sprites; cpu: hours, real ones; full: the paper's own.")
    ] = "cpu",
    source: Annotated[
        str | None,
        typer.Option(help="Of pokemon-vae: other sprites than the scale's, as in `spriteloom data prepare`."),
    ] = None,
    device: DeviceName = "auto",
    devices: Annotated[int, typer.Option(help="How many devices (GPUs, or processes without).")] = 1,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Reproduce a paper: every model and table, beside ours. The same command goes on after a stop."""
    if paper not in PAPERS:
        raise typer.BadParameter(f"no paper is called {paper!r}: choose one of {', '.join(PAPERS)}")
    command = f"spriteloom reproduce {paper} --scale {scale} --out {out.name}"
    if paper == "pixel-vqvae":
        if source is not None:
            raise typer.BadParameter("--source goes with pokemon-vae")
        found = _pixel_vqvae(scale, out, {"device": device, "devices": devices, "seed": seed}, command)
    else:
        found = _pokemon_vae(
            scale, out, source, {"device": device, "devices": devices, "seed": seed}, command
        )
    if as_json:
        show_json(found)
    else:
        say(f"{out / 'index.html'}: the page; {out / 'results.json'}: its figures")


def _pixel_vqvae(scale: str, out: Path, options: dict[str, Any], command: str) -> dict[str, Any]:
    from spriteloom.reproduce.reproducing import reproduce as run
    from spriteloom.reproduce.scales import scale as of_name

    return run(of_name(scale), out, **options, command=command, say=say).to_json()


def _pokemon_vae(
    scale: str, out: Path, source: str | None, options: dict[str, Any], command: str
) -> dict[str, Any]:
    from spriteloom.reproduce.pokemon_vae.reproducing import reproduce as run
    from spriteloom.reproduce.pokemon_vae.scales import scale as of_name

    whole = command if source is None else f"{command} --source {Path(source).name}"
    return run(of_name(scale), out, source=source, **options, command=whole, say=say)
