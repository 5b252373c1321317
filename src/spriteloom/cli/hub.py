"""The verbs of the model hub: hub push."""

from __future__ import annotations

from typing import Annotated

import typer
from typer import Argument, Option

from spriteloom.cli.printing import say

app = typer.Typer(help="Share models on the model hub.", no_args_is_help=True)


@app.callback()
def hub() -> None:
    """Share models on the model hub."""


@app.command()
def push(
    model: Annotated[
        str, Argument(help="A run folder, a shipped model, or OWNER/NAME[@REVISION] on the hub.")
    ],
    name: Annotated[str, Argument(help="OWNER/NAME on the hub; created if it does not exist.")],
    private: Annotated[
        bool | None,
        Option(
            "--private/--public", help="Who may see a new repository.", show_default="the owner's default"
        ),
    ] = None,
) -> None:
    """Write a model to the model hub.

    Its config, weights, card and base model go there in one commit, and `--model OWNER/NAME` loads it again. Log in
    first with `hf auth login`, or set HF_TOKEN. Needs the extra `hub`.
    """
    from spriteloom.models.load import load

    say(f"pushed to {load(model, 'cpu').push_to_hub(name, private=private)}")
