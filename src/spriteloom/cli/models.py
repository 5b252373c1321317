"""The verbs models, train and finetune."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer import Argument, Option

from spriteloom.cli.options import DEFAULT_MODEL, AsJson, Data, DeviceName, Run, Seed
from spriteloom.cli.printing import say, show_json, show_table, training_bar

if TYPE_CHECKING:
    from spriteloom.training.budget import Budget


def models(
    preset: Annotated[
        str | None, Argument(help="Print the config of this preset, for train --config.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the presets that can be trained.

    Each with its number of parameters and that of the paper. With a preset's name, prints its whole config as JSON.
    """
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
        show_table("Models", ["name", "family", "parameters", "paper", "description"], table)


def train(
    data: Data,
    out: Annotated[Path, Option(help="The run folder to write.")],
    preset: Annotated[str | None, Argument(help="A preset of `spriteloom models`.")] = None,
    config: Annotated[
        Path | None, Option(help="Instead of a preset: a config file or a run's config.json.")
    ] = None,
    changes: Annotated[
        list[str] | None, Option("--set", help="Change a hyperparameter, such as batch=8; may be repeated.")
    ] = None,
    base: Annotated[
        str | None, Option(help="The run of the base model, for a prior or a latent diffusion.")
    ] = None,
    labels: Annotated[
        list[str] | None,
        Option(
            "--label",
            help="A label to condition on, such as types; may be repeated.",
            show_default="those of the family",
        ),
    ] = None,
    minutes: Annotated[
        float | None, Option(help="Training time in minutes.", show_default="2, without --epochs or --steps")
    ] = None,
    epochs: Annotated[float | None, Option(help="Passes over the pictures.")] = None,
    steps: Annotated[int | None, Option(help="Optimizer steps.")] = None,
    seed: Seed = 0,
    resume: Annotated[
        bool, Option("--resume", help="Continue the run in --out, with its own budget by default.")
    ] = False,
    device: DeviceName = "auto",
    devices: Annotated[int, Option(help="Number of GPUs, or of processes on a CPU.")] = 1,
    nodes: Annotated[int, Option(help="Number of machines; start the same command on each.")] = 1,
    compiled: Annotated[
        bool | None, Option("--compile/--no-compile", help="Use torch.compile.", show_default="where it pays")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Train a model on a prepared set.

    Give one of --minutes, --epochs and --steps. Ctrl-C stops and keeps the state; --resume continues from it.
    """
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
            report = run_training(
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
        raise typer.Exit(0) from None  # the first process reports it
    if not is_first_process():
        return
    figures: dict[str, Any] = {"run": str(report.run), "preset": report.preset}
    figures |= {"steps": report.steps, "seconds": report.seconds, **report.metrics}
    if as_json:
        show_json(figures)
    else:
        show_table("Trained", ["figure", "value"], list(figures.items()))


def finetune(
    folder: Annotated[str, Argument(help="A folder or an archive of sprites of one style.")],
    out: Annotated[Path, Option(help="The run folder to write.")],
    model: Run = DEFAULT_MODEL,
    minutes: Annotated[float, Option(help="Training time in minutes, at most.")] = 10,
    seed: Seed = 0,
    device: DeviceName = "auto",
    as_json: AsJson = False,
) -> None:
    """Learn a style from 10 to 100 sprites.

    A fifth of them is held out. Training ends early when it does not help those any more. The words of the files' names
    become words for prompts.
    """
    from spriteloom.models.finetune import finetune as run_finetuning
    from spriteloom.models.load import load
    from spriteloom.training.budget import Budget

    with training_bar(out.name) as callback:
        report = run_finetuning(
            load(model, "cpu"),
            folder,
            out,
            budget=Budget(minutes=minutes),
            seed=seed,
            device=device,
            callback=callback,
            logger=say,
        )
    figures: dict[str, Any] = {"run": str(report.run), "steps": report.steps, "seconds": report.seconds}
    figures |= report.metrics
    if as_json:
        show_json(figures)
    else:
        show_table("Finetuned", ["figure", "value"], list(figures.items()))


def _budget(minutes: float | None, epochs: float | None, steps: int | None) -> Budget | None:
    from spriteloom.training.budget import Budget

    if minutes is None and epochs is None and steps is None:
        return None
    try:
        return Budget(minutes=minutes, epochs=epochs, steps=steps)
    except ValueError as fault:
        raise typer.BadParameter(str(fault)) from None
