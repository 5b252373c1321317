"""Presets of tokenizers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from spriteloom.models.base import FamilyConfig
from spriteloom.models.palette_vq.network import PaletteVQConfig
from spriteloom.nn.quantizer import DeadCodes
from spriteloom.training.optimizers import OptimizerConfig


@dataclass(frozen=True, kw_only=True)
class Config(FamilyConfig):
    """A `PaletteVQ` and its training.

    `alpha` and `entry` weigh cross entropies (nats a pixel) against the squared error. Pictures are shifted by up
    to `shift` pixels.
    """

    network: PaletteVQConfig
    optimizer: OptimizerConfig
    dead_codes: DeadCodes = DeadCodes()
    batch: int = 8
    alpha: float = 0.02
    entry: float = 0.003
    shift: int = 4


def tokenizer(size: str) -> Config:
    """Ours, with as many codes as the first paper: 256, one for 4×4 or for 2×2 pixels.

    spriteloom train tokenizer-lowres --data SET.parquet --out RUN --minutes 10
    """
    network = {
        "lowres": PaletteVQConfig(m=4, widths=(64, 128)),
        "medres": PaletteVQConfig(m=2, widths=(96,), blocks=3),
    }[size]
    optimizer = OptimizerConfig(learning_rate=2e-3, betas=(0.9, 0.99), max_grad_norm=1.0)
    return Config(network=network, optimizer=optimizer)


PRESETS: dict[str, Callable[[], Config]] = {
    f"tokenizer-{size}": partial(tokenizer, size) for size in ("lowres", "medres")
}
