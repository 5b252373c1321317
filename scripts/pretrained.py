"""Train the default model anew and put it where `spriteloom.load("tiles-32")` finds it: `make pretrained`.

    python scripts/pretrained.py cc0-sprites.tgz [--minutes 240] [--device auto] [--runs runs/pretrained]

The archive or folder holds CC0 sprites with a metadata.csv: species, types, shape and text of each. The training can
be stopped, and the same command continues it. On two cores four hours are about 0.5 million samples, on an H200 ten
minutes are 7 million. `--run RUN` packs a run that was trained elsewhere.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import torch

from spriteloom.cli.printing import say
from spriteloom.data.prepare import prepare
from spriteloom.data.preprocessing import PIXEL
from spriteloom.data.sources import open_source
from spriteloom.data.store import SpriteSet
from spriteloom.errors import RunError
from spriteloom.models.load import PRETRAINED
from spriteloom.models.train import train
from spriteloom.pixels.disk import make_folder, write_bytes
from spriteloom.training.budget import Budget
from spriteloom.training.runs import CARD, read_config, read_weights, write_config, write_weights

NAME, SIZE = "tiles-32", 32
FIGURES = Path("results") / "pretrained.json"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", type=Path, nargs="?", help="the archive or folder of sprites")
    parser.add_argument("--minutes", type=float, default=240.0)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--runs", type=Path, default=Path("runs") / "pretrained")
    parser.add_argument("--run", type=Path, help="a trained run, instead of a source")
    given = parser.parse_args()
    if (given.source is None) == (given.run is None):
        parser.error("give the archive or folder of the sprites, or --run RUN")
    run = given.run or trained(given.source, given.runs, given.minutes, given.device)
    pack(run, PRETRAINED / NAME)
    say(f"{PRETRAINED / NAME} holds {run}")


def trained(source: Path, runs: Path, minutes: float, device: str) -> Path:
    """Prepare the sprites and train on them, or continue."""
    data, run = runs / "sprites.parquet", runs / NAME
    if not data.exists():
        make_folder(runs, RunError)
        prepare(open_source(str(source)), PIXEL, out=data, size=SIZE)
    budget = Budget(minutes=minutes)
    train("tiles", SpriteSet.open(data), run, budget=budget, device=device, resume=run.exists(), logger=say)
    return run


def pack(run: Path, folder: Path) -> None:
    """Write a run's config, its weights in bf16, and a model card into a folder."""
    config = read_config(run)
    make_folder(folder, RunError)
    write_weights(folder, {name: value.to(torch.bfloat16) for name, value in read_weights(run).items()})
    write_config(folder, replace(config, preset=folder.name))
    write_bytes(folder / CARD, card(folder.name).encode(), RunError)


def card(name: str) -> str:
    """The model card: data, licence, training, figures and limits."""
    figures = json.loads(FIGURES.read_text()).get(name, {}) if FIGURES.exists() else {}
    rows = "\n".join(f"| {key} | {value} |" for key, value in figures.get("table", {}).items())
    return CARD_TEXT.format(name=name, training=figures.get("training", "not recorded"), rows=rows)


CARD_TEXT = """---
library_name: spriteloom
license: cc0-1.0
tags: [pixel-art, sprites]
---

# {name}

The default model of spriteloom: makes 32×32 RGBA sprites from words and labels, in the style of roguelike tiles.

- **Network**: flow matching on pixels, a U-Net of 8.2 million parameters in bf16; words are hashed n-grams.
- **Data**: 7,277 sprites of 5,092 drawings, all CC0: the cleared tiles of Dungeon Crawl Stone Soup and the packs of
  Superpowers. No other art, and no sprite of a game under copyright.
- **Training**: {training}
- **Conditions**: a prompt of any words, `types` (monster, item, player, dungeon, icon, effect, misc) and `shape`.
- **Licence**: CC0 1.0, weights and samples.

| measure | value |
| --- | --- |
{rows}

**Limits.** It knows the words of file names, not language: a noun and a color work, a sentence does not. Small
figures have no faces. Hands, weapons and texts are often wrong. Words that stand for few sprites give a vague shape.

```sh
spriteloom generate --model {name} --prompt "green dragon" -n 16 --out new --sheet
```
"""


if __name__ == "__main__":
    main()
