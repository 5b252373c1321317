"""`PaletteVQ`: indexed sprites ↔ codes, through convolutions that look past a code's own pixels.

A sprite's palette travels beside its codes. Both halves of the network are told what is on it, and the
decoder ends by choosing one of its entries for every pixel: what comes out is on it, alpha included.

b: sprites, h, w: their sides, n: entries of a palette, the transparent one first, d: dimensions of a code.
Colors go by as in `codecs/signed.py`. Quantization: van den Oord et al. 2017, arXiv:1711.00937.
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

FOLD = 2  # sides of the blocks that become channels: no convolution runs at full size
TRAITS = 5  # of an entry: its color, its rank from dark to light, whether it is transparent
STRICT = 10.0  # what a squared distance in color takes from an entry's logit, to begin with
SURE = 4.0  # logits for a straight alpha of 1
COMMITMENT, COLOR = 0.01, 0.1  # weights: of staying near a code, of the color before the palette is seen
_NEVER = -1e4  # the logit of an entry that a palette does not have; bf16 can hold it


@dataclass(frozen=True, kw_only=True)
class PaletteVQConfig:
    """A code stands for m×m pixels. `widths` are the filters at half the sides and below, halving to 1/m."""

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
                f"give as many widths as m is halved to 1"
            )


class Indices(NamedTuple):
    """Sprites on their palettes, as tensors."""

    grid: Tensor  # uint8 (b, h, w): 0 transparent, else a place on the palette
    table: Tensor  # uint8 (b, n, 3), dark to light; what stands at 0 is never seen
    many: Tensor  # int64 (b,), entries in use, the transparent one among them


class Choice(NamedTuple):
    """What each pixel may be, as far as codes and palettes tell."""

    color: Tensor  # (b, 3, h, w), RGB in [−1, 1] before a palette is looked at
    entries: Tensor  # (b, n − 1, h, w), logits of the visible entries
    inside: Tensor  # (b, h, w), logit of being seen at all


class PaletteVQ(nn.Module):
    """The network; every method takes any h and w that m divides."""

    def __init__(self, config: PaletteVQConfig) -> None:
        super().__init__()
        self.config = config
        fine, coarse = config.widths[0], config.widths[-1]
        self.entries = nn.Sequential(nn.Linear(TRAITS, 64), nn.SiLU(), nn.Linear(64, 64), nn.SiLU())
        self.key = nn.Linear(64, config.keys + 1)  # and how likely an entry is by itself
        self.strict = nn.Parameter(torch.tensor(math.log(STRICT)))  # its logarithm, so that it stays positive
        self.hint_in, self.hint_out = nn.Linear(64, fine), nn.Linear(64, coarse)
        self.stem = nn.Conv2d(4 * FOLD**2, fine, 3, padding=1)
        self.down = nn.Sequential(*_down(config), nn.SiLU(), nn.Conv2d(coarse, config.dim, 1))
        self.straight_in = nn.Conv2d(4, config.dim, config.m, stride=config.m)
        self.straight_out = nn.ConvTranspose2d(config.dim, 4, config.m, stride=config.m)
        self.quantizer = EMAQuantizer(config.codes, config.dim)
        self.root = nn.Conv2d(config.dim, coarse, 3, padding=1)
        self.up = nn.Sequential(
            *_up(config),
            nn.SiLU(),
            nn.Conv2d(fine, (config.keys + 4) * FOLD**2, 3, padding=1),  # and RGB, and how surely it is seen
            nn.PixelShuffle(FOLD),
        )
        for last in (self.down[-1], self.up[-2]):
            for weight in last.parameters():
                nn.init.zeros_(weight)

    @torch.no_grad()
    def begin_straight(self, basis: Tensor, middle: Tensor) -> None:
        """Begin as a projection of patches onto `basis` (d, 4·m·m), orthonormal rows, around `middle`."""
        d, m = self.config.dim, self.config.m
        for layer, bias in (
            (self.straight_in, -basis @ middle),
            (self.straight_out, middle.reshape(4, m * m).mean(1)),
        ):
            assert layer.bias is not None
            layer.weight.copy_(basis.reshape(d, 4, m, m))
            layer.bias.copy_(bias)

    def embed(self, sprites: Indices) -> Tensor:
        """→ (b, d, h/m, w/m), not yet quantized."""
        hint = self.hint_in(self._mean(self.entries(_traits(sprites)), sprites))
        rgba = painted(sprites)
        stem = self.stem(functional.pixel_unshuffle(rgba, FOLD))
        found: Tensor = self.straight_in(rgba) + self.down(stem + hint[:, :, None, None])
        return found

    def choose(self, embedded: Tensor, sprites: Indices) -> Choice:
        """(b, d, h/m, w/m), of which only palettes are known → what each pixel may be."""
        traits = self.entries(_traits(sprites))
        key, alone = torch.split(upcast(self.key(traits[:, 1:])), [self.config.keys, 1], -1)
        hint = self.hint_out(self._mean(traits, sprites))
        made = upcast(self.up(self.root(embedded) + hint[:, :, None, None]))
        pixels, *rgba = torch.split(made, [self.config.keys, 3, 1], 1)
        straight = torch.split(upcast(self.straight_out(embedded)), [3, 1], 1)
        color, inside = rgba[0] + straight[0], rgba[1] + SURE * straight[1]
        by_key = torch.einsum("bkhw,bnk->bnhw", pixels, key) / math.sqrt(self.config.keys)
        far = (color[:, None] - _colors(sprites)[:, 1:, :, None, None]).square().sum(2)
        logits = by_key + alone[..., None] - self.strict.exp() * far
        absent = ~_present(sprites)[:, 1:, None, None]
        return Choice(color, torch.where(absent, _NEVER, logits), inside[:, 0])

    def quantize(self, embedded: Tensor) -> Tensor:
        """(b, d, gh, gw) → codes (b, gh, gw) int64."""
        b, d, gh, gw = embedded.shape
        z = upcast(embedded.permute(0, 2, 3, 1)).reshape(-1, d)
        return self.quantizer.nearest(z).reshape(b, gh, gw)

    def look_up(self, codes: Tensor) -> Tensor:
        """Codes (b, gh, gw) → (b, d, gh, gw)."""
        return self.quantizer.codebook[codes].permute(0, 3, 1, 2)

    def count_parameters(self) -> int:
        """What is learned, the codebook and its accumulator: as the first paper counts."""
        codebook = self.quantizer.codebook.numel() + self.quantizer.sums.numel()
        return sum(parameter.numel() for parameter in self.parameters()) + codebook

    @staticmethod
    def _mean(traits: Tensor, sprites: Indices) -> Tensor:
        """Of the entries that a palette has: (b, n, c) → (b, c)."""
        here = _present(sprites)[..., None].to(traits.dtype)
        return (traits * here).sum(1) / here.sum(1)


class Seen(NamedTuple):
    """One forward pass: the loss to descend, its parts for the log, and what the quantizer needs."""

    loss: Tensor
    mse: Tensor  # of the color to expect over white, pictures in [0, 1]
    alpha: Tensor  # nats a pixel
    z: Tensor  # (b·gh·gw, d), detached
    errors: Tensor  # (b·gh·gw,), how badly each is represented


def palette_loss(model: PaletteVQ, sprites: Indices, *, alpha: float, entry: float) -> Seen:
    """The squared error over white, and nats for the entry and for alpha at their weights.

    The error is that of the color to expect. Nats alone would spend codes on colors that nobody can tell
    apart, the error alone has no slope where a wrong entry is sure. The codebook follows.
    """
    embedded = model.embed(sprites)
    b, d, gh, gw = embedded.shape
    z = upcast(embedded.permute(0, 2, 3, 1)).reshape(-1, d)
    codes = model.quantizer.nearest(z)
    e = model.quantizer.codebook[codes]
    distance = (z - e).square().mean(1)
    passed = z + (e - z).detach()
    model.quantizer.ema_update(z.detach(), codes, z.new_ones(len(z)))
    choice = model.choose(passed.reshape(b, gh, gw, d).permute(0, 3, 1, 2), sprites)
    true = sprites.grid.long()
    seen = (true > 0).to(choice.inside.dtype)
    right = painted(sprites)[:, :3]
    color = (choice.color - right).square().mean(1)
    mean = torch.einsum("bnhw,bnc->bchw", choice.entries.softmax(1), _colors(sprites)[:, 1:])
    gap = _over_white(mean, choice.inside.sigmoid()) - _over_white(right, seen)
    mse = gap.square().mean() / 4  # of values in [−1, 1]
    nats = functional.cross_entropy(choice.entries, (true - 1).clamp(min=0), reduction="none")
    outline = functional.binary_cross_entropy_with_logits(choice.inside, seen)
    inner = (seen * (entry * nats + COLOR * color)).mean()
    loss = mse + inner + alpha * outline + COMMITMENT * distance.mean()
    return Seen(loss, mse.detach(), outline.detach(), z.detach(), distance.detach())


def nearest_to_expected(choice: Choice, sprites: Indices) -> Tensor:
    """Places on the palette uint8 (b, h, w): transparent where that is likelier than not, else the entry
    whose color is nearest to the mean of the visible ones as the logits weigh them."""
    table = sprites.table[:, 1:].float()
    mean = torch.einsum("bnhw,bnc->bhwc", choice.entries.softmax(1), table)
    gap = torch.cdist(mean.flatten(1, 2), table)  # (b, h·w, n − 1)
    gap = gap.masked_fill(~_present(sprites)[:, None, 1:], math.inf)
    entry = gap.argmin(2).reshape(choice.inside.shape) + 1
    shown = (choice.inside > 0) & (sprites.many > 1)[:, None, None]
    return torch.where(shown, entry, 0).to(torch.uint8)


def _over_white(color: Tensor, alpha: Tensor) -> Tensor:
    """(b, 3, h, w) in [−1, 1] and (b, h, w) in [0, 1] → (b, 3, h, w)."""
    return color * alpha[:, None] + (1 - alpha[:, None])


def _colors(sprites: Indices) -> Tensor:
    """(b, n, 3) in [−1, 1]."""
    return sprites.table.float() / 127.5 - 1


def _present(sprites: Indices) -> Tensor:
    """(b, n): whether a palette has an entry."""
    places = torch.arange(sprites.table.shape[1], device=sprites.table.device)
    return places < sprites.many[:, None]


def _traits(sprites: Indices) -> Tensor:
    """(b, n, TRAITS) about [−1, 1]."""
    b, n, _ = sprites.table.shape
    colors = _colors(sprites)
    places = torch.arange(n, device=colors.device)
    rank = places / (sprites.many[:, None] - 1).clamp(min=1) * 2 - 1
    clear = (places == 0).to(colors.dtype).expand(b, n)
    colors = colors * (1 - clear)[..., None]
    return torch.cat([colors, rank[..., None], clear[..., None]], -1)


def painted(sprites: Indices) -> Tensor:
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
