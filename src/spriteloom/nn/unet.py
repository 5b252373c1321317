"""A small U-Net over grids, conditioned by a vector.

b: samples, h w: grid, c: channels, e: length of the conditioning vector. Every level halves the grid; residual
blocks are GroupNorm, SiLU, 3×3, twice, with scale and shift from the vector (arXiv:2105.05233); attention
stands on the levels that ask for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

GROUPS = 8
HEAD = 64  # channels of an attention head
FEW = 256  # positions up to which their products are written out on a processor


@dataclass(frozen=True, kw_only=True)
class UNetConfig:
    """`widths` are the channels of each level, finest first; `attention` the levels that attend."""

    inputs: int
    outputs: int
    conditioning: int
    widths: tuple[int, ...] = (64, 128, 256)
    blocks: int = 2
    attention: tuple[int, ...] = (2,)
    dropout: float = 0.0

    def __post_init__(self) -> None:
        assert not any(width % GROUPS for width in self.widths), f"{self.widths} are no multiples of {GROUPS}"

    @property
    def multiple(self) -> int:
        """What the sides of the grid must be multiples of."""
        return int(2 ** (len(self.widths) - 1))


class UNet(nn.Module):
    """(b, inputs, h, w) and (b, e) → (b, outputs, h, w); h and w are multiples of `config.multiple`."""

    def __init__(self, config: UNetConfig) -> None:
        super().__init__()
        self.config = config
        widths = config.widths
        self.begin = nn.Conv2d(config.inputs, widths[0], 3, padding=1)
        kept: list[int] = []
        self.down = nn.ModuleList()
        c = widths[0]
        for level, width in enumerate(widths):
            if level:
                self.down.append(Downsample(c))
            for _ in range(config.blocks):
                self.down.append(Level(config, level, c, width))
                c = width
                kept.append(c)
        self.middle = Level(config, len(widths) - 1, c, c)
        self.up = nn.ModuleList()
        for level, width in reversed(list(enumerate(widths))):
            for _ in range(config.blocks):
                self.up.append(Level(config, level, c + kept.pop(), width))
                c = width
            if level:
                self.up.append(Upsample(c, widths[level - 1]))
                c = widths[level - 1]
        self.norm = nn.GroupNorm(GROUPS, c)
        self.end = nn.Conv2d(c, config.outputs, 1)

    def matrices(self) -> list[nn.Parameter]:
        """The weights between its first layer and its last that are matrices or convolutions."""
        parts = (self.down, self.middle, self.up)
        return [weight for part in parts for weight in part.parameters() if weight.ndim > 1]

    def forward(self, x: Tensor, vector: Tensor) -> Tensor:
        x = self.begin(x.contiguous(memory_format=torch.channels_last))
        kept: list[Tensor] = []
        for part in self.down:
            if isinstance(part, Level):
                x = part(x, vector)
                kept.append(x)
            else:
                x = part(x)
        x = self.middle(x, vector)
        for part in self.up:
            x = part(torch.cat([x, kept.pop()], 1), vector) if isinstance(part, Level) else part(x)
        painted: Tensor = self.end(functional.silu(self.norm(x)))
        return painted


class Level(nn.Module):
    """A residual block, and attention where the level has it."""

    def __init__(self, config: UNetConfig, level: int, c_in: int, c_out: int) -> None:
        super().__init__()
        self.block = ResBlock(c_in, c_out, config.conditioning, config.dropout)
        self.attention = Attention(c_out) if level in config.attention else nn.Identity()

    def forward(self, x: Tensor, vector: Tensor) -> Tensor:
        found: Tensor = self.attention(self.block(x, vector))
        return found


class ResBlock(nn.Module):
    def __init__(self, c_in: int, c_out: int, conditioning: int, dropout: float) -> None:
        super().__init__()
        self.before = nn.GroupNorm(GROUPS, c_in)
        self.first = nn.Conv2d(c_in, c_out, 3, padding=1)
        self.between = nn.GroupNorm(GROUPS, c_out)
        self.affine = nn.Linear(conditioning, 2 * c_out)
        self.second = nn.Conv2d(c_out, c_out, 3, padding=1)
        self.past = nn.Conv2d(c_in, c_out, 1) if c_in != c_out else nn.Identity()
        self.dropout = dropout
        nn.init.zeros_(self.second.weight)

    def forward(self, x: Tensor, vector: Tensor) -> Tensor:
        found = self.first(functional.silu(self.before(x)))
        scale, shift = self.affine(vector)[..., None, None].chunk(2, 1)
        found = functional.silu(torch.addcmul(shift, self.between(found), 1 + scale))
        found = self.second(functional.dropout(found, self.dropout, self.training))
        passed: Tensor = self.past(x) + found
        return passed


class Attention(nn.Module):
    """Every position attends to every other."""

    def __init__(self, c: int) -> None:
        super().__init__()
        self.heads = max(1, c // HEAD)
        self.norm = nn.GroupNorm(GROUPS, c)
        self.qkv = nn.Linear(c, 3 * c)
        self.out = nn.Linear(c, c)
        nn.init.zeros_(self.out.weight)

    def forward(self, x: Tensor) -> Tensor:
        b, c, h, w = x.shape
        flat = self.norm(x).permute(0, 2, 3, 1).flatten(1, 2)  # (b, h·w, c)
        q, k, v = self.qkv(flat).unflatten(2, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        found = attended(q, k, v).transpose(1, 2).flatten(2)
        added: Tensor = self.out(found)
        return x + added.transpose(1, 2).reshape(b, c, h, w)


def attended(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """softmax(q·kᵀ/√d)·v of (b, heads, n, d). On a processor in so many words where n is small.

    PyTorch's fused kernel takes four times as long there, its way back most of it.
    """
    if q.device.type != "cpu" or q.shape[2] > FEW:
        return functional.scaled_dot_product_attention(q, k, v)
    weights = (q * q.shape[-1] ** -0.5) @ k.mT
    found: Tensor = weights.softmax(-1, dtype=torch.float32).to(v.dtype) @ v
    return found


class Downsample(nn.Conv2d):
    """Half the grid."""

    def __init__(self, c: int) -> None:
        super().__init__(c, c, 3, stride=2, padding=1)


class Upsample(nn.Module):
    """Twice the grid: every position becomes four, each by its own matrix; the block after it joins them."""

    def __init__(self, c_in: int, c_out: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(c_in, 4 * c_out, 1)

    def forward(self, x: Tensor) -> Tensor:
        return functional.pixel_shuffle(self.conv(x), 2)
