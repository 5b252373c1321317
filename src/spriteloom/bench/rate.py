"""Rate and distortion of pixel art: how many bits a pixel, for how much loss, way by way. Knows no file.

Every way codes the same held-out sprites (alpha 0 or 255). Files count their bytes whole. Ways with codes
count bits under the count model of the priors; the model is included once, as a decoder would have it that
counts what it has already read: chunks of the sprites, each twice the last, are predicted by all before them.
Alpha counts for all: where codes hold none, as a plane of its own under the same model.

Distortion is PSNR over white, and the share of sprites that come back byte for byte.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spriteloom.codecs.census import take_census
from spriteloom.codecs.codec import Codec
from spriteloom.codecs.indexed import from_indexed, grids_of, to_indexed
from spriteloom.codecs.lloyd import fit_table
from spriteloom.data.store import SpriteSet
from spriteloom.errors import DataError
from spriteloom.pixels import Palette, Sprite, encode_png, over
from spriteloom.pixels.alpha import WHITE
from spriteloom.pixels.arrays import Bytes
from spriteloom.pixels.formats import webp
from spriteloom.pixels.formats.pages import Pages
from spriteloom.pixels.palette import MAX_INDEXED
from spriteloom.priors.counts import CountPrior

FIRST = 8  # sprites of the first chunk, which nothing predicts
CODES = 256
PATCHES = {"HiRes": 1, "MedRes": 2, "LowRes": 4}


@dataclass(frozen=True, kw_only=True)
class RateRow:
    """One way on `n` sprites. `ratio` is its bits over those of lossless WebP; PSNR inf is lossless."""

    way: str
    bits_per_pixel: float
    ratio: float
    psnr: float
    exact: float
    n: int

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"psnr": self.psnr if math.isfinite(self.psnr) else None}


def bench_rate(
    data: SpriteSet, *, n: int = 1_000, colors: Sequence[int] = (16, 32), say: Callable[[str], None] = print
) -> list[RateRow]:
    """Every way on up to n sprites of a set by preprocessing `pixel`; codebooks are fitted on the training split.

    Raises DataError for a set whose pictures are not those sprites.
    """
    if data.preprocessing.opaque:
        raise DataError(f"{data.path} holds resized pictures: prepare it with --preprocessing pixel")
    sprites = _evenly(data, n)
    pixels = np.stack([sprite.pixels for sprite in sprites])
    area = pixels[0, ..., 0].size * len(sprites)
    alpha = prequential_bits((pixels[..., 3] > 0).astype(np.uint8), 2)
    say("files")
    found: list[tuple[str, float, Bytes]] = [
        ("PNG", 8.0 * sum(len(_png(sprite)) for sprite in sprites), pixels),
        ("lossless WebP", 8.0 * sum(len(webp.write(Pages([s.pixels], [0], 1))) for s in sprites), pixels),
    ]
    for many in colors:
        say(f"own palettes of {many} colors")
        indexed = [to_indexed(sprite, many) for sprite in sprites]
        bits = prequential_bits(grids_of(indexed, pixels.shape[1]), many + 1)
        bits += sum(8 + 24 * len(one.colors) for one in indexed)
        again = np.stack([from_indexed(one).pixels for one in indexed])
        found.append((f"own palettes, {many} colors", bits, again))
    rgb = np.asarray(over(pixels, WHITE))
    for name, m in PATCHES.items():
        say(f"one codebook, {name}")
        census = take_census((some.rgb for some in data.pictures("train")), m)
        codec = Codec(m=m, table=fit_table(census, CODES, rng=np.random.default_rng(0)))
        codes = codec.encode_rgb(rgb)
        seen = np.concatenate([codec.decode_rgb(codes), pixels[..., 3:]], -1) * (pixels[..., 3:] > 0)
        found.append((f"one codebook, {name}", prequential_bits(codes, CODES) + alpha, seen))
    return [_row(way, bits, again, pixels, area, found[1][1]) for way, bits, again in found]


def prequential_bits(grids: NDArray[np.integer], k: int) -> float:
    """Bits of all grids (n, gh, gw), values 0..k−1, each chunk under counts of all chunks before it."""
    whole = grids.astype(np.min_scalar_type(k - 1))
    n, cells = len(whole), whole[0].size
    end = min(FIRST, n)
    bits = float(end * cells * math.log2(k))
    while end < n:
        more = whole[end : 2 * end]
        bits += float(CountPrior.fit(whole[:end], k).bits(more).sum()) * cells
        end += len(more)
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
    """Held-out sprites first, then training ones, from all over the set; at most n."""
    sprites = [sprite for split in ("test", "validation") for sprite in data.sprites(split)]
    if len(sprites) < n:
        train = list(data.sprites("train"))
        sprites += train[:: max(1, len(train) // (n - len(sprites)))]
    return sprites[:: max(1, len(sprites) // n)][:n]


def _png(sprite: Sprite) -> bytes:
    """The smaller of indexed and RGBA."""
    palette = Palette.of(sprite.pixels)
    few = palette if len(palette) <= MAX_INDEXED else None
    return encode_png(sprite.pixels, few, level=9)
