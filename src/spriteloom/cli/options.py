"""Options and arguments that several verbs share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON value on stdout instead of a table.")]
Data = Annotated[Path, typer.Option(help="A prepared set, .parquet.")]
OutFolder = Annotated[Path, typer.Option("--out", help="The folder to write.")]
DeviceName = Annotated[
    str, typer.Option("--device", help="Where networks run: auto, cpu, cuda, cuda:1 or mps.")
]
Run = Annotated[
    str,
    typer.Option("--model", help="A run folder of `spriteloom train`, or OWNER/NAME on the model hub."),
]
Seed = Annotated[int, typer.Option(help="Seed of all random numbers; the same seed gives the same bytes.")]
Picture = Annotated[Path, typer.Argument(help="A picture file.")]
PaletteFile = Annotated[
    Path | None, typer.Option("--palette", help="A palette file: .gpl, .hex, .pal, .txt, .ase or .png.")
]
