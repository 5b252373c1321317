"""Measure rate and distortion: bits a pixel and loss of PNG, lossless WebP, own palettes and global codebooks.

    python benchmarks/rate.py [SET.parquet or SOURCE] [-n 1000] [--json]

Every way codes the same held-out sprites (alpha 0 or 255). Files count all their bytes. Codes count their bits under
the count model of the priors, which includes the cost of the model: chunks of the sprites, each twice as long as the
last, are predicted by the counts of all chunks before them. Alpha counts for all; codes that hold no alpha add it as
a plane under the same model.

Distortion is PSNR over white, and the share of sprites that come back byte for byte.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from common import SEED_HELP, options, pixel_set, positive, run, show
from spriteloom.cli.printing import say
from spriteloom.codecs.census import take_census
from spriteloom.codecs.codec import Codec
from spriteloom.codecs.indexed import centered_grids, from_indexed, to_indexed
from spriteloom.codecs.lloyd import fit_table
from spriteloom.data.store import SpriteSet
from spriteloom.errors import DataError
from spriteloom.pixels import Palette, Sprite, over
from spriteloom.pixels.alpha import WHITE
from spriteloom.pixels.arrays import Bytes
from spriteloom.pixels.files import encode_png
from spriteloom.pixels.formats import webp
from spriteloom.pixels.formats.pages import Pages
from spriteloom.pixels.palette import MAX_INDEXED
from spriteloom.priors.counts import CountPrior

FIRST = 8  # sprites of the first chunk, which nothing predicts
CODES = 256
PATCHES = {"HiRes": 1, "MedRes": 2, "LowRes": 4}


def main(words: Sequence[str] | None = None) -> None:
    parser = options(__doc__)
    parser.add_argument(
        "source",
        nargs="?",
        default="procedural",
        help="a set prepared with --preprocessing pixel, or a source (default procedural)",
    )
    parser.add_argument("-n", type=positive, default=1_000, help="number of sprites at most (default 1000)")
    parser.add_argument("--size", type=positive, default=64, help="side of a source's pictures (default 64)")
    parser.add_argument("--seed", type=int, default=0, help=SEED_HELP)
    given = parser.parse_args(words)
    with TemporaryDirectory() as folder:
        data = pixel_set(given.source, folder, seed=given.seed, size=given.size)
        rows = bench_rate(data, n=given.n)
    show("Rate and distortion", [row.to_json() for row in rows], as_json=given.json)


@dataclass(frozen=True, kw_only=True)
class RateRow:
    """One way on `n` sprites. `ratio` is its bits over those of lossless WebP; PSNR, dB, is inf if lossless."""

    way: str
    bits_per_pixel: float
    ratio: float
    psnr: float
    exact: float
    n: int

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"psnr": self.psnr if math.isfinite(self.psnr) else None}


def bench_rate(data: SpriteSet, *, n: int = 1_000, colors: Sequence[int] = (16, 32)) -> list[RateRow]:
    """Every way on up to n sprites of a set by preprocessing `pixel`; codebooks are fitted on the training split.

    Raises DataError for a set of resized pictures.
    """
    if data.preprocessing.opaque:
        raise DataError(f"{data.path} holds resized pictures: prepare it with --preprocessing pixel")
    sprites = _evenly(data, n)
    pixels = np.stack([sprite.pixels for sprite in sprites])
    area = pixels[0, ..., 0].size * len(sprites)
    alpha = prequential_bits((pixels[..., 3] > 0).astype(np.uint8), 2)
    say("files")
    ways: list[tuple[str, float, Bytes]] = [
        ("PNG", 8.0 * sum(len(_png(sprite)) for sprite in sprites), pixels),
        ("lossless WebP", 8.0 * sum(len(webp.write(Pages([s.pixels], [0], 1))) for s in sprites), pixels),
    ]
    for many in colors:
        say(f"own palettes of {many} colors")
        indexed = [to_indexed(sprite, many) for sprite in sprites]
        bits = prequential_bits(centered_grids(indexed, pixels.shape[1]), many + 1)
        bits += sum(8 + 24 * len(sprite.colors) for sprite in indexed)
        again = np.stack([from_indexed(sprite).pixels for sprite in indexed])
        ways.append((f"own palettes, {many} colors", bits, again))
    rgb = np.asarray(over(pixels, WHITE))
    for name, m in PATCHES.items():
        say(f"one codebook, {name}")
        census = take_census((batch.rgb for batch in data.pictures("train")), m)
        codec = Codec(m=m, table=fit_table(census, CODES, rng=np.random.default_rng(0)))
        codes = codec.encode_rgb(rgb)
        decoded = np.concatenate([codec.decode_rgb(codes), pixels[..., 3:]], -1) * (pixels[..., 3:] > 0)
        ways.append((f"one codebook, {name}", prequential_bits(codes, CODES) + alpha, decoded))
    return [_row(way, bits, again, pixels, area, ways[1][1]) for way, bits, again in ways]


def prequential_bits(grids: NDArray[np.integer], k: int) -> float:
    """Bits of all grids (n, gh, gw), values 0..k−1, each chunk under counts of all chunks before it."""
    codes = grids.astype(np.min_scalar_type(k - 1))
    n, cells = len(codes), codes[0].size
    end = min(FIRST, n)
    bits = float(end * cells * math.log2(k))
    while end < n:
        chunk = codes[end : 2 * end]
        bits += float(CountPrior.fit(codes[:end], k).bits(chunk).sum()) * cells
        end += len(chunk)
    return bits


def _row(way: str, bits: float, again: Bytes, pixels: Bytes, area: int, webp_bits: float) -> RateRow:
    gap = over(again, WHITE).astype(np.float64) - over(pixels, WHITE)
    error = float(np.square(gap).mean())
    same = (again == np.where(pixels[..., 3:] == 0, np.uint8(0), pixels)).all((1, 2, 3))
    return RateRow(
        way=way,
        bits_per_pixel=bits / area,
        ratio=bits / webp_bits,
        psnr=10 * math.log10(255**2 / error) if error else math.inf,
        exact=float(same.mean()),
        n=len(pixels),
    )


def _evenly(data: SpriteSet, n: int) -> list[Sprite]:
    """At most n sprites from all over the set, held-out ones first."""
    sprites = [sprite for split in ("test", "validation") for sprite in data.sprites(split)]
    if len(sprites) < n:
        train = list(data.sprites("train"))
        sprites += train[:: max(1, len(train) // (n - len(sprites)))]
    return sprites[:: max(1, len(sprites) // n)][:n]


def _png(sprite: Sprite) -> bytes:
    """The sprite as an indexed PNG, or as RGBA where it has too many colors."""
    palette = Palette.of(sprite.pixels)
    return encode_png(sprite.pixels, palette if len(palette) <= MAX_INDEXED else None, level=9)


if __name__ == "__main__":
    run(main)
