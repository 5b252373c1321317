"""The verbs models, train and evaluate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spriteloom.cli.options import AsJson, Data, DeviceName, Run, Seed
from spriteloom.cli.printing import say, show_json, show_table, training_bar

if TYPE_CHECKING:
    from spriteloom.training.budget import Budget


def add_to(app: typer.Typer) -> None:
    app.command()(models)
    app.command()(train)
    app.command()(evaluate)


def models(
    preset: Annotated[
        str | None, typer.Argument(help="Print the whole config of this one, for train --config.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the models that can be trained, with their number of parameters beside the paper's."""
    if preset is not None:
        from spriteloom.models.train import choose
        from spriteloom.training.config import to_json

        chosen = choose(preset)
        hyperparameters = to_json(chosen.config)
        show_json({"family": chosen.family.name, "preset": preset, "hyperparameters": hyperparameters})
        return
    from spriteloom.models.registry import models as listed

    rows = list(listed())
    if as_json:
        show_json([row.to_json() for row in rows])
    else:
        table = [(row.name, row.family, row.parameters, row.paper_parameters, row.about) for row in rows]
        show_table("Models", ["name", "family", "parameters", "paper", "what it is"], table)


def train(
    data: Data,
    out: Annotated[Path, typer.Option(help="The run folder to write.")],
    preset: Annotated[str | None, typer.Argument(help="A name of `spriteloom models`.")] = None,
    config: Annotated[
        Path | None, typer.Option(help="Instead of a preset: a config file, or a run's config.json.")
    ] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", help="Change a hyperparameter: --set batch=8; may be repeated."),
    ] = None,
    base: Annotated[
        str | None, typer.Option(help="Of a prior or a latent diffusion: the run of the model it stands on.")
    ] = None,
    labels: Annotated[
        list[str] | None,
        typer.Option("--label", help="A field that it can be asked for; the family's usual ones by default."),
    ] = None,
    minutes: Annotated[float | None, typer.Option(help="Train for so long; 2 by default.")] = None,
    epochs: Annotated[float | None, typer.Option(help="Train for so many passes over the pictures.")] = None,
    steps: Annotated[int | None, typer.Option(help="Train for so many steps.")] = None,
    seed: Seed = 0,
    resume: Annotated[
        bool, typer.Option("--resume", help="Continue the run in --out; with its own budget by default.")
    ] = False,
    device: DeviceName = "auto",
    devices: Annotated[int, typer.Option(help="How many devices (GPUs, or processes without).")] = 1,
    nodes: Annotated[int, typer.Option(help="How many machines; each starts the same command.")] = 1,
    compiled: Annotated[
        bool | None, typer.Option("--compile/--no-compile", help="torch.compile; by default where it pays.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Train a model on a prepared set. Ctrl-C keeps the state; --resume continues from it."""
    from spriteloom.data.store import SpriteSet
    from spriteloom.models.train import is_first_process
    from spriteloom.models.train import train as run_training
    from spriteloom.training.fit import Interrupted

    if (preset is None) == (config is None):
        raise typer.BadParameter("name a preset or a --config file, one of them")
    chosen: str | Path = preset if preset is not None else Path(str(config))
    budget = _budget(minutes, epochs, steps)
    opened = SpriteSet.open(data)
    try:
        with training_bar(Path(chosen).stem) as callback:
            done = run_training(
                chosen,
                opened,
                out,
                changes=changes or (),
                base=base,
                labels=labels,
                budget=budget,
                seed=seed,
                resume=resume,
                device=device,
                devices=devices,
                nodes=nodes,
                compiled=compiled,
                callback=callback,
                logger=say,
            )
    except Interrupted:
        if is_first_process():
            raise
        raise typer.Exit(0) from None  # the first one has said it, and would be ended by another's fault
    if not is_first_process():
        return
    figures = {"run": str(done.run), "preset": done.preset, "steps": done.steps, "seconds": done.seconds}
    figures |= done.metrics
    if as_json:
        show_json(figures)
    else:
        show_table("Trained", ["figure", "value"], list(figures.items()))


def _budget(minutes: float | None, epochs: float | None, steps: int | None) -> Budget | None:
    """What was asked for, if anything was."""
    from spriteloom.training.budget import Budget

    if minutes is None and epochs is None and steps is None:
        return None
    try:
        return Budget(minutes=minutes, epochs=epochs, steps=steps)
    except ValueError as fault:
        raise typer.BadParameter(str(fault)) from None


def evaluate(
    model: Run,
    data: Data,
    split: Annotated[str, typer.Option(help="train, validation or test.")] = "test",
    seed: Seed = 0,
    device: DeviceName = "auto",
    as_json: AsJson = False,
) -> None:
    """Measure a run on a split, beside k-means with as many patches of the same size on the same pictures."""
    from spriteloom.data.store import SpriteSet
    from spriteloom.evaluation.evaluate import evaluate as measure
    from spriteloom.models.load import load

    figures = measure(load(model, device), SpriteSet.open(data), split, seed=seed).to_json()
    if as_json:
        show_json(figures)
        return
    foreground = figures.pop("foreground", None) or {}
    rows = [(name, value, foreground.get(name)) for name, value in figures.items()]
    show_table(f"{model} on {split}", ["measure", "all", "figure only"], rows)
