"""Train a shipped model anew and put it where `spriteloom.load` finds it: `make pretrained`.

    python scripts/pretrained.py tiles-32 cc0-sprites.tgz [--minutes 240] [--device auto] [--runs runs/pretrained]
    python scripts/pretrained.py pixel-vqvae-medres cc0-sprites.tgz --minutes 4
    python scripts/pretrained.py creatures-64 tuxemon.tgz --minutes 5 --device cuda --batch 256 --out DIR --samples 1000

The sprites of `tiles-32` and the codecs are an archive or a folder with a metadata.csv: species, types, shape and text
of each. Those of `creatures-64` are a checkout of Tuxemon; creatures of our own generator are added. The training can
be stopped, and the same command continues it. `--data SET` takes a prepared set instead, `--run RUN` packs a run that
was trained elsewhere. `--samples N` adds samples.npz: N pictures at each of some guidance scales, under the labels and
texts of training sprites, to judge where there is no GPU.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from spriteloom.cli.printing import say
from spriteloom.data.prepare import prepare
from spriteloom.data.preprocessing import PIXEL
from spriteloom.data.procedural.creature import ProceduralSource
from spriteloom.data.source import Source
from spriteloom.data.sources import open_source
from spriteloom.data.sources.joined import GeneratedSource, JoinedSource
from spriteloom.data.store import SpriteSet
from spriteloom.errors import RunError
from spriteloom.evaluation.generated import condition_of, rows_like
from spriteloom.models.capabilities import Samples, need
from spriteloom.models.load import PRETRAINED, load
from spriteloom.models.train import train
from spriteloom.pixels.alpha import harden
from spriteloom.pixels.disk import make_folder, write_bytes
from spriteloom.training.budget import Budget
from spriteloom.training.runs import CARD, read_config, read_weights, write_config, write_weights

SCALES = (1.0, 1.5, 2.0, 3.0)  # of guidance
CREATURES, SEED = 800, 7  # species of our own generator in the set of `creatures-64`
FIGURES = Path(__file__).parent.parent / "results" / "pretrained.json"


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What a shipped model learns from, how, and the words of its card."""

    preset: str
    dtype: torch.dtype = torch.bfloat16  # of matrices
    size: int = 32  # of the pictures
    read: Callable[[str], Source]
    views: frozenset[str] | None = None  # of the sprites, None for all
    shiny: bool | None = None
    card: str


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", choices=RECIPES, help="the model")
    parser.add_argument("source", nargs="?", help="the archive or folder of sprites")
    parser.add_argument("--data", type=Path, help="a prepared set, instead of a source")
    parser.add_argument("--run", type=Path, help="a trained run, instead of a source")
    parser.add_argument("--minutes", type=float, default=240.0)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--runs", type=Path, default=Path("runs") / "pretrained")
    parser.add_argument("--batch", type=int, help="pictures a step")
    parser.add_argument("--out", type=Path, help="the folder to write (default: that of the shipped model)")
    parser.add_argument("--samples", type=int, default=0)
    given = parser.parse_args()
    if sum(each is not None for each in (given.source, given.data, given.run)) != 1:
        parser.error("give the archive or folder of the sprites, --data SET, or --run RUN")
    recipe, out = RECIPES[given.name], given.out or PRETRAINED / given.name
    data = given.data or given.runs / f"{given.name}.parquet"
    run = given.run or given.runs / given.name
    if given.source and not data.exists():
        prepared(recipe, given.source, data)
    if not given.run:
        learn(recipe, data, run, given.minutes, given.device, given.batch)
    pack(run, out, recipe)
    say(f"{out} holds {run}")
    if given.samples and not given.run:
        pictures = samples(run, SpriteSet.open(data), given.samples, given.device)
        np.savez_compressed(out / "samples.npz", **pictures)  # type: ignore[arg-type]


def prepared(recipe: Recipe, source: str, data: Path) -> None:
    """Prepare the sprites as they are."""
    prepare(
        recipe.read(source),
        PIXEL,
        out=data,
        size=recipe.size,
        views=None if recipe.views is None else set(recipe.views),
        shiny=recipe.shiny,
    )


def learn(
    recipe: Recipe, data: Path, run: Path, minutes: float, device: str, batch: int | None = None
) -> None:
    """Train on a prepared set, or continue."""
    make_folder(run.parent, RunError)
    train(
        recipe.preset,
        SpriteSet.open(data),
        run,
        changes=[f"batch={batch}"] if batch else [],
        budget=Budget(minutes=minutes),
        device=device,
        resume=run.exists(),
        logger=say,
    )


def samples(run: Path, data: SpriteSet, n: int, device: str) -> dict[str, NDArray[np.uint8]]:
    """n pictures uint8 (n, h, w, 4), alpha 0 or 255, at each guidance scale, named after it."""
    model = need(load(run, device), Samples)
    conditions = np.stack([condition_of(model, row) for row in rows_like(data, n)])
    return {
        str(scale): harden(model.paint_each(conditions, range(n), guidance_scale=scale)) for scale in SCALES
    }


def pack(run: Path, folder: Path, recipe: Recipe) -> None:
    """Write a run's config, its weights with matrices of half the bits, and a model card into a folder."""
    config = read_config(run)
    make_folder(folder, RunError)
    weights = {
        name: value.to(recipe.dtype) if value.ndim > 1 else value for name, value in read_weights(run).items()
    }
    write_weights(folder, weights)
    write_config(folder, replace(config, preset=folder.name))
    write_bytes(folder / CARD, card(folder.name, recipe.card, config.trained or {}).encode(), RunError)


def card(name: str, text: str, trained: Mapping[str, float]) -> str:
    """The model card: data, licence, training, figures and limits. `trained` is that of the run's config."""
    steps = f"{trained.get('steps', 0):,} steps in {trained.get('seconds', 0):,.0f} s."
    figures = json.loads(FIGURES.read_text()).get(name, {}) if FIGURES.exists() else {}
    rows = "\n".join(f"| {key} | {value} |" for key, value in figures.get("table", {}).items())
    return text.format(name=name, training=figures.get("training", steps), rows=rows)


def with_creatures(source: str) -> Source:
    """The monsters of a checkout of Tuxemon, then twice as many creatures of our own generator."""
    return JoinedSource(
        (open_source(source), GeneratedSource(ProceduralSource(n=CREATURES, seed=SEED, size=64)))
    )


TILES_CARD = """---
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

![64 samples in the order of their seeds](samples.png)

The figures and these first 64 samples are of guidance 2, under labels and texts of training sprites. Today the sampler
has guidance 3 and finishes its predictions while it samples, which leaves fewer lone pixels.

**Limits.** Of the 64, floors, walls, altars, hats, swords, hammers and clubs are clear. Monsters have a plausible shape
and texture, but muddled limbs and no readable face. About a third are small scraps or abstract marks, mostly spells,
effects and parts of a figure's clothing, as in the set. A few miss their text: "octopus food" became a green ring,
"ships item" a blot. It knows the words of file names, not language: a noun and a color work, a sentence does not. Words
that stand for few sprites give a vague shape.

```sh
spriteloom generate --model {name} --prompt "green dragon" -n 16 --out new --sheet
```
"""


CREATURES_CARD = """---
library_name: spriteloom
license: cc-by-sa-4.0
tags: [pixel-art, sprites]
---

# {name}

Makes 64×64 monsters from words and labels, from the front and from behind.

- **Network**: flow matching on pixels, a U-Net of 6.8 million parameters in bf16; words are hashed n-grams.
- **Data**: the monsters of Tuxemon, front and back, most under CC BY-SA 4.0, and creatures of our own generator (CC0),
  which the training marks as generated. The artists are in [ARTISTS.md](ARTISTS.md). No other art.
- **Training**: {training}
- **Conditions**: a prompt of any words, `types`, `shape` and `view` (front, back).
- **Licence**: weights and samples under CC BY-SA 4.0, with the artists named.

| measure | value |
| --- | --- |
{rows}

**Limits.** It has seen 340 drawn species: what it makes looks like them.

```sh
spriteloom generate --model {name} --prompt "green dragon" -n 16 --out new --sheet
```
"""

CODEC_CARD = """---
library_name: spriteloom
license: cc0-1.0
tags: [pixel-art, sprites]
---

# {name}

A codec of pictures: {about}.

- **Network**: that of Saravanan & Guzdial 2022, our training; matrices in float16.
- **Data**: 7,277 sprites, all CC0: the cleared tiles of Dungeon Crawl Stone Soup and the packs of Superpowers.
- **Training**: {training}
- **Licence**: CC0 1.0.

| measure | value |
| --- | --- |
{rows}

**Limits.** It knows 256 patches. Colors that are rare in its data come back as near ones.

```sh
spriteloom encode sprites --model {name} --out codes.parquet
```
"""
CODECS = {
    "pixel-vqvae-hires": "one code for each pixel",
    "pixel-vqvae-medres": "one code for 2×2 pixels",
    "pixel-vqvae-lowres": "one code for 4×4 pixels",
    "tokenizer-lowres": "one code for 4×4 pixels on a palette of the sprite's own, and its alpha",
}

RECIPES = {
    "tiles-32": Recipe(preset="tiles", read=open_source, card=TILES_CARD),
    "creatures-64": Recipe(
        preset="creatures",
        size=64,
        read=with_creatures,
        views=frozenset({"front", "back"}),
        shiny=False,
        card=CREATURES_CARD,
    ),
} | {
    name: Recipe(
        preset=name, dtype=torch.float16, read=open_source, card=CODEC_CARD.replace("{about}", about)
    )
    for name, about in CODECS.items()
}

if __name__ == "__main__":
    main()
