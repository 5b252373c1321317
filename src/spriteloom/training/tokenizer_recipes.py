"""The recipes of tokenizers on sprites' own palettes. One function each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from spriteloom.codecs.palette_vq import PaletteVQConfig
from spriteloom.codecs.quantizer import Revival
from spriteloom.training.budget import cosine
from spriteloom.training.fit import Optimization


@dataclass(frozen=True, kw_only=True)
class TokenizerRecipe:
    """How a `PaletteVQ` is trained, from principal components of patches and k-means of those.

    `alpha` and `entry` weigh nats a pixel beside the squared error; pictures are moved by up to `shift`.
    """

    name: str
    about: str
    model: PaletteVQConfig
    optimization: Optimization
    revival: Revival
    batch: int = 8
    alpha: float = 0.02
    entry: float = 0.003
    shift: int = 4
    noise: bool = False
    mixed: bool = True


def tokenizer(size: str) -> TokenizerRecipe:
    """Ours, at the codes that the first paper spends: 256 of them, one for 4×4 or for 2×2 pixels.

    spriteloom train tokenizer-lowres --data SET.parquet --out RUN --minutes 10
    """
    model = {
        "lowres": PaletteVQConfig(m=4, widths=(64, 128)),
        "medres": PaletteVQConfig(m=2, widths=(96,), blocks=3),
    }[size]
    return TokenizerRecipe(
        name=f"tokenizer-{size}",
        about=f"{model.codes} codes of {model.m}×{model.m} pixels on a sprite's own palette, seen in context",
        model=model,
        revival=Revival(),
        optimization=Optimization(learning_rate=2e-3, schedule=cosine, betas=(0.9, 0.99), longest=1.0),
    )


TOKENIZERS: dict[str, Callable[[], TokenizerRecipe]] = {
    f"tokenizer-{size}": partial(tokenizer, size) for size in ("lowres", "medres")
}
