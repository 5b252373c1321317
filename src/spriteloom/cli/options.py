"""Options that several verbs share, each written once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON value on stdout.")]
Data = Annotated[Path, typer.Option(help="A prepared set, .parquet.")]
Out = Annotated[Path, typer.Option(help="Where to write.")]
DeviceName = Annotated[
    str, typer.Option("--device", help="Where networks run: auto, cpu, cuda, cuda:1, mps.", show_default=True)
]
Run = Annotated[
    str, typer.Option(help="A run folder that `spriteloom train` wrote, or OWNER/NAME of the model hub.")
]
Seed = Annotated[int, typer.Option(help="The same seed gives the same bytes.")]
