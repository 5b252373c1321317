"""`PaletteVQ`: indexed sprites ↔ codes, by convolutions with context beyond a code's own pixels.

Codes are stored with the sprite's palette. The encoder and the decoder are conditioned on it, and the decoder
chooses one of its entries for every pixel, or transparency.

b: sprites, h, w: their sides, n: entries of a palette, the transparent one first, d: dimensions of a code.
Colors are as in `codecs/signed.py`. Quantization: van den Oord et al. 2017, arXiv:1711.00937.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from spriteloom.errors import ImpossibleModel
from spriteloom.nn.blocks import Residual
from spriteloom.nn.devices import upcast
from spriteloom.nn.quantizer import EMAQuantizer

FOLD = 2  # side of the blocks that become channels: no convolution runs at full size
TRAITS = 5  # of an entry: its color, its rank from dark to light, whether it is transparent
COLOR_WEIGHT = 10.0  # initial weight of a squared distance in color in an entry's logit
ALPHA_LOGIT = 4.0  # logit of the linear decoder's alpha of 1
COMMITMENT, COLOR = 0.01, 0.1  # loss weights: of the commitment, of the color before the palette is applied
_ABSENT = -1e4  # the logit of an entry that a palette does not have; fits into bf16


@dataclass(frozen=True, kw_only=True)
class PaletteVQConfig:
    """A code stands for m×m pixels. `widths` are the filters at 1/2, 1/4, … 1/m of the sides."""

    m: int = 4
    codes: int = 256
    dim: int = 16
    widths: tuple[int, ...] = (64, 128)
    blocks: int = 2
    keys: int = 32
    colors: int = 16

    def __post_init__(self) -> None:
        if self.m < FOLD or self.m != FOLD ** len(self.widths):
            raise ImpossibleModel(
                f"codes of {self.m}×{self.m} pixels cannot be reached in {len(self.widths)} halvings: "
                f"give a width for each halving of m to 1"
            )


class Indices(NamedTuple):
    """Indexed sprites as tensors."""

    grid: Tensor  # uint8 (b, h, w): 0 transparent, else an index into the palette
    table: Tensor  # uint8 (b, n, 3), dark to light; entry 0 is not used
    many: Tensor  # int64 (b,), the number of entries, with the transparent one


class Choice(NamedTuple):
    """The decoder's output for each pixel."""

    color: Tensor  # (b, 3, h, w), RGB in [−1, 1] before the palette is applied
    entries: Tensor  # (b, n − 1, h, w), logits of the visible entries
    inside: Tensor  # (b, h, w), logits of not being transparent


class PaletteVQ(nn.Module):
    """The network; every method takes any h and w that m divides."""

    def __init__(self, config: PaletteVQConfig) -> None:
        super().__init__()
        self.config = config
        fine, coarse = config.widths[0], config.widths[-1]
        self.entries = nn.Sequential(nn.Linear(TRAITS, 64), nn.SiLU(), nn.Linear(64, 64), nn.SiLU())
        self.key = nn.Linear(64, config.keys + 1)  # and a bias for each entry
        self.log_color_weight = nn.Parameter(torch.tensor(math.log(COLOR_WEIGHT)))
        self.hint_in, self.hint_out = nn.Linear(64, fine), nn.Linear(64, coarse)
        self.stem = nn.Conv2d(4 * FOLD**2, fine, 3, padding=1)
        self.down = nn.Sequential(*_down(config), nn.SiLU(), nn.Conv2d(coarse, config.dim, 1))
        self.linear_in = nn.Conv2d(4, config.dim, config.m, stride=config.m)
        self.linear_out = nn.ConvTranspose2d(config.dim, 4, config.m, stride=config.m)
        self.quantizer = EMAQuantizer(config.codes, config.dim)
        self.decoder_stem = nn.Conv2d(config.dim, coarse, 3, padding=1)
        self.up = nn.Sequential(
            *_up(config),
            nn.SiLU(),
            nn.Conv2d(fine, (config.keys + 4) * FOLD**2, 3, padding=1),  # and RGB and alpha
            nn.PixelShuffle(FOLD),
        )
        for last in (self.down[-1], self.up[-2]):
            for weight in last.parameters():
                nn.init.zeros_(weight)

    @torch.no_grad()
    def init_linear(self, basis: Tensor, mean: Tensor) -> None:
        """Initialize as the projection of patches onto `basis` (d, 4·m·m), orthonormal rows, around `mean`."""
        d, m = self.config.dim, self.config.m
        for layer, bias in (
            (self.linear_in, -basis @ mean),
            (self.linear_out, mean.reshape(4, m * m).mean(1)),
        ):
            assert layer.bias is not None
            layer.weight.copy_(basis.reshape(d, 4, m, m))
            layer.bias.copy_(bias)

    def embed(self, sprites: Indices) -> Tensor:
        """Embeddings (b, d, h/m, w/m), not yet quantized."""
        hint = self.hint_in(self._mean(self.entries(_traits(sprites)), sprites))
        rgba = rgba_of(sprites)
        stem = self.stem(functional.pixel_unshuffle(rgba, FOLD))
        embedded: Tensor = self.linear_in(rgba) + self.down(stem + hint[:, :, None, None])
        return embedded

    def choose(self, embedded: Tensor, sprites: Indices) -> Choice:
        """Decode embeddings (b, d, h/m, w/m) on the palettes of `sprites`, whose grid is not used."""
        traits = self.entries(_traits(sprites))
        key, bias = torch.split(upcast(self.key(traits[:, 1:])), [self.config.keys, 1], -1)
        hint = self.hint_out(self._mean(traits, sprites))
        decoded = upcast(self.up(self.decoder_stem(embedded) + hint[:, :, None, None]))
        pixels, *rgba = torch.split(decoded, [self.config.keys, 3, 1], 1)
        linear = torch.split(upcast(self.linear_out(embedded)), [3, 1], 1)
        color, inside = rgba[0] + linear[0], rgba[1] + ALPHA_LOGIT * linear[1]
        by_key = torch.einsum("bkhw,bnk->bnhw", pixels, key) / math.sqrt(self.config.keys)
        far = (color[:, None] - _colors(sprites)[:, 1:, :, None, None]).square().sum(2)
        logits = by_key + bias[..., None] - self.log_color_weight.exp() * far
        absent = ~_present(sprites)[:, 1:, None, None]
        return Choice(color, torch.where(absent, _ABSENT, logits), inside[:, 0])

    def quantize(self, embedded: Tensor) -> Tensor:
        """(b, d, gh, gw) → codes (b, gh, gw) int64."""
        b, d, gh, gw = embedded.shape
        z = upcast(embedded.permute(0, 2, 3, 1)).reshape(-1, d)
        return self.quantizer.nearest(z).reshape(b, gh, gw)

    def look_up(self, codes: Tensor) -> Tensor:
        """Codes (b, gh, gw) → (b, d, gh, gw)."""
        return self.quantizer.codebook[codes].permute(0, 3, 1, 2)

    @staticmethod
    def _mean(traits: Tensor, sprites: Indices) -> Tensor:
        """Of the entries that a palette has: (b, n, c) → (b, c)."""
        here = _present(sprites)[..., None].to(traits.dtype)
        return (traits * here).sum(1) / here.sum(1)


class PaletteVQStep(NamedTuple):
    """The result of one forward pass; `z` and `errors` serve to reset dead codes."""

    loss: Tensor
    mse: Tensor  # of the expected color over white, pictures in [0, 1]
    alpha: Tensor  # nats a pixel
    z: Tensor  # (b·gh·gw, d), detached
    errors: Tensor  # (b·gh·gw,), quantization errors


def palette_loss(model: PaletteVQ, sprites: Indices, *, alpha: float, entry: float) -> PaletteVQStep:
    """Squared error of the expected color over white, and weighted cross entropies of entry and alpha.

    Cross entropy alone would spend codes on colors that look alike; the squared error alone has no gradient where
    a wrong entry is certain. Updates the codebook too.
    """
    embedded = model.embed(sprites)
    b, d, gh, gw = embedded.shape
    z = upcast(embedded.permute(0, 2, 3, 1)).reshape(-1, d)
    passed, distance = model.quantizer(z, z.new_ones(len(z)))
    choice = model.choose(passed.reshape(b, gh, gw, d).permute(0, 3, 1, 2), sprites)
    true = sprites.grid.long()
    visible = (true > 0).to(choice.inside.dtype)
    target = rgba_of(sprites)[:, :3]
    color = (choice.color - target).square().mean(1)
    mean = torch.einsum("bnhw,bnc->bchw", choice.entries.softmax(1), _colors(sprites)[:, 1:])
    error = _over_white(mean, choice.inside.sigmoid()) - _over_white(target, visible)
    mse = error.square().mean() / 4  # of values in [−1, 1]
    nats = functional.cross_entropy(choice.entries, (true - 1).clamp(min=0), reduction="none")
    outline = functional.binary_cross_entropy_with_logits(choice.inside, visible)
    inner = (visible * (entry * nats + COLOR * color)).mean()
    loss = mse + inner + alpha * outline + COMMITMENT * distance.mean()
    return PaletteVQStep(loss, mse.detach(), outline.detach(), z.detach(), distance.detach())


def nearest_to_expected(choice: Choice, sprites: Indices) -> Tensor:
    """Palette indices uint8 (b, h, w): transparent if that is likelier, else the entry nearest to the mean
    color by the logits."""
    table = sprites.table[:, 1:].float()
    mean = torch.einsum("bnhw,bnc->bhwc", choice.entries.softmax(1), table)
    distances = torch.cdist(mean.flatten(1, 2), table)  # (b, h·w, n − 1)
    distances = distances.masked_fill(~_present(sprites)[:, None, 1:], math.inf)
    entry = distances.argmin(2).reshape(choice.inside.shape) + 1
    shown = (choice.inside > 0) & (sprites.many > 1)[:, None, None]
    return torch.where(shown, entry, 0).to(torch.uint8)


def _over_white(color: Tensor, alpha: Tensor) -> Tensor:
    """(b, 3, h, w) in [−1, 1] and (b, h, w) in [0, 1] → (b, 3, h, w)."""
    return color * alpha[:, None] + (1 - alpha[:, None])


def _colors(sprites: Indices) -> Tensor:
    """(b, n, 3) in [−1, 1]."""
    return sprites.table.float() / 127.5 - 1


def _present(sprites: Indices) -> Tensor:
    """(b, n): whether a palette has that entry."""
    indices = torch.arange(sprites.table.shape[1], device=sprites.table.device)
    return indices < sprites.many[:, None]


def _traits(sprites: Indices) -> Tensor:
    """(b, n, TRAITS) about [−1, 1]."""
    b, n, _ = sprites.table.shape
    colors = _colors(sprites)
    indices = torch.arange(n, device=colors.device)
    rank = indices / (sprites.many[:, None] - 1).clamp(min=1) * 2 - 1
    clear = (indices == 0).to(colors.dtype).expand(b, n)
    colors = colors * (1 - clear)[..., None]
    return torch.cat([colors, rank[..., None], clear[..., None]], -1)


def rgba_of(sprites: Indices) -> Tensor:
    """RGBA (b, 4, h, w) in [−1, 1]."""
    b, h, w = sprites.grid.shape
    rows = sprites.grid.flatten(1).long()[..., None].expand(-1, -1, 3)
    rgb = torch.gather(_colors(sprites), 1, rows).reshape(b, h, w, 3)
    inside = (sprites.grid > 0)[..., None]
    rgba = torch.cat([torch.where(inside, rgb, -1.0), inside.to(rgb.dtype) * 2 - 1], -1)
    return rgba.permute(0, 3, 1, 2)


def _down(config: PaletteVQConfig) -> list[nn.Module]:
    layers: list[nn.Module] = [Residual(config.widths[0]) for _ in range(config.blocks)]
    for a, b in pairwise(config.widths):
        layers.append(nn.Conv2d(a, b, 4, stride=2, padding=1))
        layers += [Residual(b) for _ in range(config.blocks)]
    return layers


def _up(config: PaletteVQConfig) -> list[nn.Module]:
    widths = config.widths[::-1]
    layers: list[nn.Module] = [Residual(widths[0]) for _ in range(config.blocks)]
    for a, b in pairwise(widths):
        layers.append(nn.ConvTranspose2d(a, b, 2, stride=2))
        layers += [Residual(b) for _ in range(config.blocks)]
    return layers
