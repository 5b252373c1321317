"""What the benchmarks share: options, output, errors, and sprites and networks to run on."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from spriteloom.cli.printing import show_json, show_table
from spriteloom.codecs.census import CensusSampler, take_census
from spriteloom.data.prepare import prepare
from spriteloom.data.preprocessing import PIXEL
from spriteloom.data.procedural.creature import creatures
from spriteloom.data.sources import open_source
from spriteloom.data.store import SpriteSet
from spriteloom.errors import DataError, SpriteloomError
from spriteloom.models.pixel_vqvae.exact import NetworkCodec
from spriteloom.models.pixel_vqvae.network import PixelVQVAE, hires, lowres, medres
from spriteloom.models.pixel_vqvae.starts import PassThroughStart
from spriteloom.pixels import Sprite
from spriteloom.pixels.alpha import WHITE, over
from spriteloom.pixels.arrays import Bytes

Row = Mapping[str, Any]
SEED_HELP = "the same seed gives the same sprites, masks and intervals (default 0)"


def options(doc: str | None) -> argparse.ArgumentParser:
    """A parser that shows a script's docstring as its help, with the option --json."""
    parser = argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("--json", action="store_true", help="print one JSON value instead of a table")
    return parser


def positive(text: str) -> int:
    """A whole number of 1 or more, for argparse."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not a positive number")
    return number


def show(title: str, rows: Sequence[Row], *, as_json: bool) -> None:
    """Print rows of equal keys on stdout, as JSON or as a table."""
    if as_json:
        show_json(list(rows))
    else:
        table = [tuple(_flat(value) for value in row.values()) for row in rows]
        show_table(title, list(rows[0]) if rows else [], table)


def run(main: Callable[[], None]) -> None:
    """Run a script; an error that a user can mend is one line, status 1."""
    try:
        main()
    except SpriteloomError as fault:
        print(f"{Path(sys.argv[0]).name}: {fault}", file=sys.stderr)
        sys.exit(1)


def pictures(n: int = 64, seed: int = 0) -> Bytes:
    """n procedural creatures of 64×64 over white: (n, 64, 64, 3)."""
    return np.stack([over(sprite.pixels, WHITE) for sprite in creatures(n, seed=seed)])


def networks(seed: int = 0) -> dict[str, NetworkCodec]:
    """The three Pixel VQ-VAEs as training starts them, on other creatures than `pictures` gives for the seed."""
    codecs = {}
    learned = pictures(64, seed + 1)
    for name, config in (("hires", hires()), ("medres", medres()), ("lowres", lowres())):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            model = PixelVQVAE(config)
        generator = torch.Generator().manual_seed(seed)
        sampler = CensusSampler(take_census([learned], config.m), generator)
        start = PassThroughStart(sample=20_000, rounds=5)
        start.prepare(model, sampler.draw)
        start.settle(model, sampler.draw, generator)
        codecs[f"pixel-vqvae-{name}"] = NetworkCodec(model)
    return codecs


def pixel_set(name: str, folder: str | Path, *, seed: int, size: int | None = None) -> SpriteSet:
    """A prepared set, .parquet; or a source, prepared by `pixel` into the folder."""
    path = Path(name)
    if path.suffix != ".parquet":
        path = Path(folder) / "set.parquet"
        prepare(open_source(name, seed=seed), PIXEL, out=path, size=size, seed=seed, frames=1)
    return SpriteSet.open(path)


def sprites_of(data: Path | None, split: str, n: int, seed: int) -> list[Sprite]:
    """n sprites, evenly over those of a split; procedural creatures where there is no set.

    Raises DataError for a set that was resampled, or has no sprites in the split.
    """
    if data is None:
        return list(creatures(n, seed=seed))[:n]
    prepared = SpriteSet.open(data)
    if prepared.preprocessing.name != "pixel":
        raise DataError(
            f"{data} was prepared by {prepared.preprocessing.name}, which resamples: use --preprocessing pixel"
        )
    sprites = list(prepared.sprites(split))
    if not sprites:
        raise DataError(f"{data} has no sprites in its {split} split: prepare more species")
    return [sprites[i * len(sprites) // min(n, len(sprites))] for i in range(min(n, len(sprites)))]


def _flat(value: Any) -> Any:
    """A list or a dict of figures as one cell of a table."""
    if isinstance(value, Mapping):
        value = [f"{key} {_flat(each)}" for key, each in value.items()]
    if isinstance(value, list | tuple):
        return " ".join(f"{each:.4g}" if isinstance(each, float) else str(each) for each in value)
    return value
