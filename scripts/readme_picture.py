"""Draw docs/creatures.png: new creatures by a diffusion model, and edits of procedural ones by the same model.

    python scripts/readme_picture.py set creatures.parquet
    spriteloom train latent --data creatures.parquet --out cells --steps 400 --set pixels=32768
    spriteloom train latent-diffusion --base cells --data creatures.parquet --out flow --steps 420 --set positions=4096
    python scripts/readme_picture.py picture flow docs/creatures.png

The trainings take about twelve minutes on one core. The first 325 steps of the committed picture's diffusion were
planned as the beginning of 1,000. Everything in the picture is made by this program; its creatures are CC0.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import spriteloom as sl
from spriteloom.data.procedural.creature import ProceduralSource, creatures
from spriteloom.models.capabilities import Edits, need
from spriteloom.pixels.geometry import scale

SIZE, COLUMNS, GAP = 32, 12, 4  # pixels, sprites in a row, pixels
TRAINED, EDITED = 11, 22  # seeds of the creatures that are learned, and of those that are edited


def write_set(out: Path) -> None:
    """2,000 front views of 32×32 pixels as a prepared set."""
    source = ProceduralSource(n=2000, seed=TRAINED, size=SIZE)
    sl.prepare(source, sl.preprocessing_named("pixel"), out=out, size=SIZE, views={"front"}, shiny=False)


def draw(run: Path, out: Path) -> None:
    """Two rows of samples, the first ones of the model, and a row of edits."""
    model = sl.load(run)
    samples = need(model, Edits).generate(2 * COLUMNS, seed=0)
    a, b = creatures(2, seed=EDITED, size=SIZE)
    variations = sl.vary(model, a, n=3, strength=0.6, seed=0)
    edits = [a, *variations, *sl.morph(model, a, b, frames=6), sl.recolor(a, like=b), sl.recolor(b, like=a)]
    scale(_sheet([samples[:COLUMNS], samples[COLUMNS:], edits]), 2).save(out)


def _sheet(rows: Sequence[Sequence[sl.Sprite]]) -> sl.Sprite:
    """Rows of sprites on a transparent sheet."""
    step = SIZE + GAP
    sheet = np.zeros((len(rows) * step - GAP, COLUMNS * step - GAP, 4), np.uint8)
    for y, row in enumerate(rows):
        for x, sprite in enumerate(row):
            sheet[y * step : y * step + SIZE, x * step : x * step + SIZE] = sprite.pixels
    return sl.Sprite(pixels=sheet)


def main(arguments: Sequence[str]) -> None:
    match arguments:
        case ["set", out]:
            write_set(Path(out))
        case ["picture", run, out]:
            draw(Path(run), Path(out))
        case _:
            sys.exit((__doc__ or "").splitlines()[2].strip())


if __name__ == "__main__":
    main(sys.argv[1:])
