"""Draw docs/sprites.png: new sprites by the shipped model, and edits of two of them by the same model.

    python scripts/readme_picture.py docs/sprites.png

Takes two minutes on one core. Nothing is picked: the first four samples of each prompt.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import spriteloom as sl
from spriteloom.models.capabilities import Samples, need
from spriteloom.pixels.geometry import scale

SIZE, COLUMNS, GAP = 32, 12, 4  # pixels, sprites in a row, pixels
PROMPTS = ("green dragon", "red potion", "skeleton warrior", "stone wall", "purple demon", "orange fire")
EACH = 4  # samples of a prompt


def draw(out: Path) -> None:
    """Two rows of samples, and a row of edits of the first dragon and the first demon."""
    model = sl.load("tiles-32")
    samples = need(model, Samples)
    rows = [
        [sprite for prompt in prompts for sprite in samples.generate(EACH, prompt=prompt, seed=0)]
        for prompts in (PROMPTS[:3], PROMPTS[3:])
    ]
    a, b = rows[0][0], rows[1][EACH]
    variations = sl.vary(model, a, n=3, strength=0.6, prompt=PROMPTS[0], seed=0)
    edits = [a, *variations, *sl.morph(model, a, b, frames=6), sl.recolor(a, like=b), sl.recolor(b, like=a)]
    scale(_sheet([*rows, edits]), 2).save(out)


def _sheet(rows: Sequence[Sequence[sl.Sprite]]) -> sl.Sprite:
    """Rows of sprites on a transparent sheet."""
    step = SIZE + GAP
    sheet = np.zeros((len(rows) * step - GAP, COLUMNS * step - GAP, 4), np.uint8)
    for y, row in enumerate(rows):
        for x, sprite in enumerate(row):
            sheet[y * step : y * step + SIZE, x * step : x * step + SIZE] = sprite.pixels
    return sl.Sprite(pixels=sheet)


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
