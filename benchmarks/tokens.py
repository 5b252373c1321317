"""Compare tokenizers with k-means of as many codes on held-out sprites: error, alpha and bits.

    python benchmarks/tokens.py --model RUN … --data SET.parquet [--json]

k-means has two rows: pictures over white, which is the yardstick, and with each sprite's alpha plane beside its codes.
A tokenizer has the sprite's palette beside its codes; they come from its encoder, or from a search ("careful"). Bits
are counted twice: plainly, log2 k for a code, 1 for a pixel of alpha, 24 for a color; and under the count model of the
priors, which is fitted on the training split's codes (those of the encoder) and alpha planes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from common import options, run, show
from spriteloom.cli.printing import say
from spriteloom.codecs.codec import Codec
from spriteloom.codecs.codes import Palettes
from spriteloom.data.store import SpriteSet
from spriteloom.errors import DataError, RunError
from spriteloom.models.load import load
from spriteloom.models.palette_vq.tokenizer import Tokenizer, indices_of
from spriteloom.pixels.alpha import WHITE, over
from spriteloom.pixels.arrays import Bytes
from spriteloom.priors.counts import CountPrior
from spriteloom.training.cache import DatasetCache

HEAD = 8  # bits for the number of colors of a palette
COLOR = 24  # bits


def main(words: Sequence[str] | None = None) -> None:
    parser = options(__doc__)
    parser.add_argument("--model", nargs="+", metavar="RUN", required=True, help="run folders of tokenizers")
    parser.add_argument("--data", type=Path, required=True, help="a set prepared with --preprocessing pixel")
    parser.add_argument("--split", default="test", help="the split to measure on (default test)")
    given = parser.parse_args(words)
    rows = bench_tokens(tokenizers(given.model), SpriteSet.open(given.data), given.split)
    show("Tokenizers on held-out sprites", [row.to_json() for row in rows], as_json=given.json)


@runtime_checkable
class TokenizesPalettes(Protocol):
    """A model with a tokenizer on sprites' own palettes."""

    tokenizer: Tokenizer


@dataclass(frozen=True, kw_only=True)
class TokensRow:
    """One way at one size of codes. `mse` is over white, pictures in [0, 1]; `of_kmeans` its ratio to the
    yardstick's. Bits are those of a sprite: its codes and what stands beside them, plain and under the count model.
    """

    way: str
    m: int
    mse: float
    of_kmeans: float
    alpha_errors: float | None  # share of pixels; None where the codes hold no alpha
    exact: float  # share of pixels, over white where the codes hold no alpha
    code_bits: float
    beside_bits: float
    modelled_code_bits: float
    modelled_beside_bits: float
    n: int

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def tokenizers(runs: Sequence[str]) -> dict[str, TokenizesPalettes]:
    """The models of runs, by name. Raises RunError for a model that is not a tokenizer."""
    models: dict[str, TokenizesPalettes] = {}
    for run_folder in runs:
        model = load(run_folder)
        if not isinstance(model, TokenizesPalettes):
            raise RunError(f"{run_folder} is a run of {model.name}, not a tokenizer: train tokenizer-lowres")
        models[model.name if model.name not in models else run_folder] = model
    return models


def bench_tokens(
    models: Mapping[str, TokenizesPalettes],
    data: SpriteSet,
    split: str = "test",
    *,
    seed: int = 0,
) -> list[TokensRow]:
    """Each tokenizer's rows after those of k-means, on all sprites of a split.

    Raises DataError for a set without palettes or without such sprites.
    """
    if data.preprocessing.opaque:
        raise DataError(f"{data.path} holds resized pictures: prepare it with --preprocessing pixel")
    if not data.count(split):
        raise DataError(f"{data.path} has no {split} pictures: prepare it with more species")
    cache = DatasetCache(data, seed=seed)
    learned, held = cache.rgba("train"), cache.rgba(split)
    rows = []
    for name, model in models.items():
        tokenizer = model.tokenizer
        say(f"k-means of {tokenizer.k} patches of {tokenizer.m}×{tokenizer.m}")
        table = cache.table(tokenizer.m, tokenizer.k, noise=False)
        codec = Codec(m=tokenizer.m, table=table)
        plain = _kmeans(codec, learned, held)
        rows += [plain, _with_alpha(plain, codec, learned, held)]
        counts = CountPrior.fit(
            tokenizer.encode_grids(*indices_of(learned, tokenizer.network.config.colors)), tokenizer.k
        )
        for way, coder in ((name, tokenizer), (f"{name}, careful", replace(tokenizer, careful=True))):
            say(way)
            rows.append(_tokenized(way, coder, counts, held, plain.mse))
    return rows


def _kmeans(codec: Codec, learned: Bytes, held: Bytes) -> TokensRow:
    """The yardstick: pictures over white."""
    codes = codec.encode_rgb(_over_white(held))
    counts = CountPrior.fit(codec.encode_rgb(_over_white(learned)), codec.k)
    again, true = codec.decode_rgb(codes), _over_white(held)
    return TokensRow(
        way=f"k-means, {codec.k} codes",
        m=codec.m,
        mse=_mse(again, true),
        of_kmeans=1.0,
        alpha_errors=None,
        exact=float((again == true).all(-1).mean()),
        code_bits=codes[0].size * math.log2(codec.k),
        beside_bits=0.0,
        modelled_code_bits=_bits(counts, codes),
        modelled_beside_bits=0.0,
        n=len(held),
    )


def _with_alpha(plain: TokensRow, codec: Codec, learned: Bytes, held: Bytes) -> TokensRow:
    """The same codes, each sprite's alpha plane beside them."""
    inside = held[..., 3:] > 0
    rgb = codec.reconstruct(_over_white(held))
    again = np.concatenate([rgb, held[..., 3:]], -1) * inside
    alphas = CountPrior.fit((learned[..., 3] > 0).astype(np.uint8), 2)
    figures = _figures(again, held)
    return replace(
        plain,
        way=f"{plain.way}, alpha beside",
        of_kmeans=figures["mse"] / plain.mse,
        beside_bits=float(inside[0].size),
        modelled_beside_bits=_bits(alphas, inside[..., 0].astype(np.uint8)),
        **figures,
    )


def _tokenized(
    name: str, tokenizer: Tokenizer, counts: CountPrior, held: Bytes, yardstick: float
) -> TokensRow:
    grid, palettes = indices_of(held, tokenizer.network.config.colors)
    codes = tokenizer.encode_grids(grid, palettes)
    again = _painted(tokenizer.decode_grids(codes, palettes), palettes)
    figures = _figures(again, held)
    beside = float((HEAD + COLOR * (palettes.lengths - 1)).mean())
    return TokensRow(
        way=name,
        m=tokenizer.m,
        of_kmeans=figures["mse"] / yardstick,
        code_bits=codes[0].size * math.log2(tokenizer.k),
        beside_bits=beside,
        modelled_code_bits=_bits(counts, codes),
        modelled_beside_bits=beside,
        **figures,
    )


def _painted(grids: Bytes, palettes: Palettes) -> Bytes:
    return np.stack([table[grid] for table, grid in zip(palettes.rows(), grids, strict=True)])


def _figures(again: Bytes, true: Bytes) -> dict[str, Any]:
    same = (again == np.where(true[..., 3:] == 0, np.uint8(0), true)).all(-1)
    return {
        "mse": _mse(_over_white(again), _over_white(true)),
        "alpha_errors": float(((again[..., 3] > 0) != (true[..., 3] > 0)).mean()),
        "exact": float(same.mean()),
        "n": len(true),
    }


def _mse(again: Bytes, true: Bytes) -> float:
    return float(np.square(again.astype(np.int32) - true).mean()) / 255**2


def _bits(counts: CountPrior, grids: NDArray[np.integer]) -> float:
    """Mean bits of a grid."""
    return float(counts.bits(grids).mean() * grids[0].size)


def _over_white(rgba: Bytes) -> Bytes:
    return np.asarray(over(rgba, WHITE))


if __name__ == "__main__":
    run(main)
