"""Draw docs/creatures.png: procedural creatures, what three codecs keep of them, and them recolored.

    python scripts/readme_picture.py SET.parquet RUN_HIRES RUN_MEDRES RUN_LOWRES docs/creatures.png

SET is a prepared set of the procedural source (preprocessing pixel); its test split is shown, which no run has seen.
Everything in the picture is made by this program.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np

import spriteloom as sl
from spriteloom.models.capabilities import Encodes, need
from spriteloom.pixels import scale

SHOWN, GAP = 8, 4


def main(arguments: Sequence[str]) -> None:
    data, *runs, out = arguments
    fronts = [s for s in sl.SpriteSet.open(data).sprites("test") if s.labels.get("view") == "front"]
    sprites = [s for s in fronts if "shiny" not in s.labels][:SHOWN]
    rows = [sprites]
    for run in runs:
        coder = need(sl.load(run), Encodes)
        rows.append(coder.decode(coder.encode(sprites)))
    others = sprites[1:] + sprites[:1]
    rows.append(
        [sl.recolor(a, palette=sl.Palette.of(b.pixels)) for a, b in zip(sprites, others, strict=True)]
    )
    _sheet(rows).save(out)


def _sheet(rows: Sequence[Sequence[sl.Sprite]]) -> sl.Sprite:
    """Rows of sprites of one size on a transparent sheet, doubled."""
    side = rows[0][0].height
    step = side + GAP
    sheet = np.zeros((len(rows) * step - GAP, SHOWN * step - GAP, 4), np.uint8)
    for y, row in enumerate(rows):
        for x, sprite in enumerate(row):
            sheet[y * step : y * step + side, x * step : x * step + side] = sprite.pixels
    return scale(sl.Sprite(pixels=sheet), 2)


if __name__ == "__main__":
    main(sys.argv[1:])
