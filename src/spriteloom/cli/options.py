"""Options and arguments that several verbs share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

AsJson = Annotated[bool, Option("--json", help="Print one JSON value on stdout instead of a table.")]
Data = Annotated[Path, Option(help="A prepared set, .parquet.")]
OutFolder = Annotated[Path, Option("--out", help="The folder to write.")]
DeviceName = Annotated[str, Option("--device", help="Where networks run: auto, cpu, cuda, cuda:1 or mps.")]
Run = Annotated[
    str,
    Option(
        "--model",
        help="A run folder of `spriteloom train`, a shipped model, or OWNER/NAME[@REVISION] on the model hub.",
    ),
]
DEFAULT_MODEL = "tiles-32"  # the shipped model that makes and edits sprites
DEFAULT_CODEC = "pixel-vqvae-medres"  # the shipped codec
Seed = Annotated[int, Option(help="Seed of all random numbers; the same seed gives the same bytes.")]
Picture = Annotated[Path, Argument(help="A picture file.")]
PALETTES = "pico-8, game-boy, nes, db16, db32, endesga-32"  # the names that `open_palette` knows
PaletteFile = Annotated[
    Path | None,
    Option(
        "--palette",
        help=f"A palette: a file (.gpl, .hex, .pal, .txt, .ase, .png) or a name ({PALETTES}).",
    ),
]
Show = Annotated[
    bool,
    Option("--show", help="Print the sprites in the terminal too, in 24-bit color, two pixels a character."),
]
