"""The verb export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from spriteloom.cli.options import Out
from spriteloom.cli.printing import say

app = typer.Typer(help="Write what was made or trained as other programs lay it out.", no_args_is_help=True)


@app.command()
def diffusers(
    model: Annotated[Path, typer.Argument(help="The run of a diffusion.")],
    out: Out,
) -> None:
    """A diffusion as component folders, each a config and safetensors, with a model_index.json."""
    from spriteloom.generation.components import write_components
    from spriteloom.model import load

    generator = load(model)
    write_components(generator.diffusion, generator.conditions.fields, out)
    say(f"components in {out}")
