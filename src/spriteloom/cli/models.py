"""The verbs models, train and evaluate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spriteloom.cli.options import AsJson, Data, Run, Seed
from spriteloom.cli.printing import say, show_json, show_table, training_bar

if TYPE_CHECKING:
    from spriteloom.training.budget import Budget


def add_to(app: typer.Typer) -> None:
    app.command()(models)
    app.command()(train)
    app.command()(evaluate)


def models(as_json: AsJson = False) -> None:
    """List the models that can be trained, with their number of parameters beside the paper's."""
    from spriteloom.training.catalogue import catalogue

    rows = catalogue()
    if as_json:
        show_json([row.to_json() for row in rows])
    else:
        table = [(row.name, row.parameters, row.paper_parameters, row.about) for row in rows]
        show_table("Models", ["name", "parameters", "paper", "what it is"], table)


def train(
    recipe: Annotated[str, typer.Argument(help="A name of `spriteloom models`.")],
    data: Data,
    out: Annotated[Path, typer.Option(help="The run folder to write.")],
    codec: Annotated[
        Path | None, typer.Option(help="Of a prior: the run of the codec whose codes it learns.")
    ] = None,
    labels: Annotated[
        list[str] | None,
        typer.Option("--label", help="Of a prior: a field it can be asked for; types and shape by default."),
    ] = None,
    minutes: Annotated[float | None, typer.Option(help="Train for so long; 2 by default.")] = None,
    epochs: Annotated[float | None, typer.Option(help="Train for so many passes over the pictures.")] = None,
    steps: Annotated[int | None, typer.Option(help="Train for so many steps.")] = None,
    seed: Seed = 0,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run in --out; its own budget by default.")
    ] = False,
    devices: Annotated[int, typer.Option(help="How many devices (GPUs, or processes without).")] = 1,
    as_json: AsJson = False,
) -> None:
    """Train a model on a prepared set. Ctrl-C keeps the state; --resume goes on from it."""
    from spriteloom.data.store import SpriteSet
    from spriteloom.training.fit import Interrupted
    from spriteloom.training.train import is_first_process
    from spriteloom.training.train import train as run_training

    budget = _budget(minutes, epochs, steps)
    opened = SpriteSet.open(data)
    try:
        with training_bar(recipe) as watch:
            done = run_training(
                recipe,
                opened,
                out,
                codec=codec,
                labels=labels,
                budget=budget,
                seed=seed,
                resume=resume,
                devices=devices,
                watch=watch,
                say=say,
            )
    except Interrupted:
        if is_first_process():
            raise
        raise typer.Exit(0) from None  # the first one has said it, and would be ended by another's fault
    if not is_first_process():
        return
    figures = {"run": str(done.run), "recipe": done.recipe, "steps": done.steps, "seconds": done.seconds}
    figures |= done.figures
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
    as_json: AsJson = False,
) -> None:
    """Measure a run on a split, beside k-means with as many patches of the same size on the same pictures."""
    from spriteloom.data.store import SpriteSet
    from spriteloom.evaluation import evaluate as measure
    from spriteloom.model import load

    figures = measure(load(model), SpriteSet.open(data), split, seed=seed).to_json()
    if as_json:
        show_json(figures)
        return
    foreground = figures.pop("foreground") or {}
    rows = [(name, value, foreground.get(name)) for name, value in figures.items()]
    show_table(f"{model} on {split}", ["measure", "all", "figure only"], rows)
