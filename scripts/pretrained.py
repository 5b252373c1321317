"""Train the default model anew and put it where `spriteloom.load("tiles-32")` finds it: `make pretrained`.

    python scripts/pretrained.py cc0-sprites.tgz [--minutes 240] [--device auto] [--runs runs/pretrained]
    python scripts/pretrained.py cc0-sprites.tgz --minutes 5 --device cuda --batch 512 --out DIR --samples 2000

The archive or folder holds CC0 sprites with a metadata.csv: species, types, shape and text of each. The training can
be stopped, and the same command continues it. Two trainings at once on an H200 made 3.3 million samples in five
minutes. `--run RUN` packs a run that was trained elsewhere. `--samples N`
adds samples.npz: N pictures at each of some guidance scales, under the labels and texts of training sprites, to judge
where there is no GPU.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from spriteloom.cli.printing import say
from spriteloom.data.prepare import prepare
from spriteloom.data.preprocessing import PIXEL
from spriteloom.data.sources import open_source
from spriteloom.data.store import SpriteSet
from spriteloom.errors import RunError
from spriteloom.models.diffusion.model import DiffusionModel
from spriteloom.models.load import PRETRAINED, load
from spriteloom.models.train import train
from spriteloom.pixels.alpha import harden
from spriteloom.pixels.disk import make_folder, write_bytes
from spriteloom.priors.draw import Draw
from spriteloom.training.budget import Budget
from spriteloom.training.runs import CARD, read_config, read_weights, write_config, write_weights

NAME, SIZE = "tiles-32", 32
SPRITES = "sprites.parquet"
SCALES = (1.0, 1.5, 2.0, 3.0)  # of guidance
FIGURES = Path(__file__).parent.parent / "results" / "pretrained.json"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", type=Path, nargs="?", help="the archive or folder of sprites")
    parser.add_argument("--minutes", type=float, default=240.0)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--runs", type=Path, default=Path("runs") / "pretrained")
    parser.add_argument("--run", type=Path, help="a trained run, instead of a source")
    parser.add_argument("--batch", type=int, help="pictures a step")
    parser.add_argument("--out", type=Path, default=PRETRAINED / NAME, help="the folder to write")
    parser.add_argument("--samples", type=int, default=0)
    given = parser.parse_args()
    if (given.source is None) == (given.run is None):
        parser.error("give the archive or folder of the sprites, or --run RUN")
    changes = [f"batch={given.batch}"] if given.batch else []
    run = given.run or trained(given.source, given.runs, given.minutes, given.device, changes)
    pack(run, given.out)
    say(f"{given.out} holds {run}")
    if given.samples and not given.run:
        pictures = samples(run, SpriteSet.open(given.runs / SPRITES), given.samples, given.device)
        np.savez_compressed(given.out / "samples.npz", **pictures)  # type: ignore[arg-type]


def trained(source: Path, runs: Path, minutes: float, device: str, changes: Sequence[str] = ()) -> Path:
    """Prepare the sprites and train on them, or continue."""
    data, run = runs / SPRITES, runs / NAME
    if not data.exists():
        make_folder(runs, RunError)
        prepare(open_source(str(source)), PIXEL, out=data, size=SIZE)
    budget = Budget(minutes=minutes)
    train(
        "tiles",
        SpriteSet.open(data),
        run,
        changes=changes,
        budget=budget,
        device=device,
        resume=run.exists(),
        logger=say,
    )
    return run


def samples(run: Path, data: SpriteSet, n: int, device: str) -> dict[str, NDArray[np.uint8]]:
    """n pictures uint8 (n, h, w, 4), alpha 0 or 255, at each guidance scale, named after it."""
    model = load(run, device)
    assert isinstance(model, DiffusionModel)
    items = list(data.labels("train"))
    chosen = [items[i] for i in np.random.default_rng(0).integers(len(items), size=n)]
    fields = model.conditions.fields
    conditions = np.stack(
        [
            model.condition({f: v for f, v in item.items() if f in fields}, str(item.get("text", "")) or None)
            for item in chosen
        ]
    )
    seeds = tuple(range(n))
    return {
        str(scale): harden(model.paint(conditions, Draw(seeds=seeds, guidance=scale))) for scale in SCALES
    }


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
