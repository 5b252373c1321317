"""Tokenizers stand beside k-means on the same sprites, by the same measures."""

from __future__ import annotations

import pytest
import torch

from diffusion_kit import large_set
from run_kit import small_set
from spriteloom.errors import DataError
from spriteloom.models.palette_vq.network import PaletteVQ, PaletteVQConfig
from spriteloom.models.palette_vq.tokenizer import Tokenizer
from tokens import TokensRow, bench_tokens


def untrained() -> Tokenizer:
    torch.manual_seed(0)
    config = PaletteVQConfig(m=4, codes=16, dim=4, widths=(8, 8), blocks=1, keys=8)
    return Tokenizer(network=PaletteVQ(config).eval(), fingerprint="")


class Opened:
    """A model with a tokenizer."""

    def __init__(self) -> None:
        self.tokenizer = untrained()


def measured(**changes: object) -> list[TokensRow]:
    return bench_tokens({"ours": Opened()}, small_set(), **changes)


def test_a_row_says_what_a_sprite_costs_and_loses():
    plain, shaped, ours, careful = measured()
    assert (plain.way, plain.alpha_errors, plain.of_kmeans) == ("k-means, 16 codes", None, 1)
    assert plain.beside_bits == 0 and shaped.alpha_errors == 0 and 0 < shaped.of_kmeans <= 1
    assert ours.mse > careful.mse > plain.mse and ours.of_kmeans == pytest.approx(ours.mse / plain.mse)
    assert plain.code_bits == ours.code_bits == careful.code_bits == 8 * 8 * 4
    assert shaped.beside_bits == 32 * 32 and 0 < shaped.modelled_beside_bits < shaped.beside_bits
    assert (ours.beside_bits - 8) / 24 <= 16 and 0 < ours.alpha_errors < 1 and plain.n == ours.n > 0


def test_sets_without_palettes_or_without_the_split_are_refused():
    with pytest.raises(DataError, match="--preprocessing pixel"):
        bench_tokens({"ours": Opened()}, large_set())
    with pytest.raises(DataError, match="no split is called"):
        measured(split="elsewhere")
