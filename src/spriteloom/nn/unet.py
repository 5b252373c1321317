"""A small U-Net over grids, conditioned by a vector.

b: samples, h w: grid, c: channels, e: length of the conditioning vector. Every level halves the grid; a residual
block is twice GroupNorm, SiLU, 3×3 convolution, with scale and shift from the vector (arXiv:2105.05233); some
levels have attention.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

GROUPS = 8
HEAD_CHANNELS = 64
MAX_UNFUSED = 256  # positions up to which attention on a CPU does without the fused kernel


@dataclass(frozen=True, kw_only=True)
class UNetConfig:
    """`widths` are the channels of each level, finest first; `attention` the levels that have attention."""

    inputs: int
    outputs: int
    conditioning: int
    widths: tuple[int, ...] = (64, 128, 256)
    blocks: int = 2
    attention: tuple[int, ...] = (2,)
    dropout: float = 0.0

    def __post_init__(self) -> None:
        assert not any(width % GROUPS for width in self.widths), (
            f"{self.widths} are not multiples of {GROUPS}"
        )

    @property
    def multiple(self) -> int:
        """The sides of the grid must be multiples of this."""
        return int(2 ** (len(self.widths) - 1))


class UNet(nn.Module):
    """(b, inputs, h, w) and (b, e) → (b, outputs, h, w); h and w are multiples of `config.multiple`."""

    def __init__(self, config: UNetConfig) -> None:
        super().__init__()
        self.config = config
        widths = config.widths
        self.begin = nn.Conv2d(config.inputs, widths[0], 3, padding=1)
        skips: list[int] = []  # channels
        self.down = nn.ModuleList()
        c = widths[0]
        for level, width in enumerate(widths):
            if level:
                self.down.append(Downsample(c))
            for _ in range(config.blocks):
                self.down.append(UNetBlock(config, level, c, width))
                c = width
                skips.append(c)
        self.middle = UNetBlock(config, len(widths) - 1, c, c)
        self.up = nn.ModuleList()
        for level, width in reversed(list(enumerate(widths))):
            for _ in range(config.blocks):
                self.up.append(UNetBlock(config, level, c + skips.pop(), width))
                c = width
            if level:
                self.up.append(Upsample(c, widths[level - 1]))
                c = widths[level - 1]
        self.norm = nn.GroupNorm(GROUPS, c)
        self.end = nn.Conv2d(c, config.outputs, 1)

    def matrices(self) -> list[nn.Parameter]:
        """The matrices and convolutions between the first layer and the last."""
        parts = (self.down, self.middle, self.up)
        return [weight for part in parts for weight in part.parameters() if weight.ndim > 1]

    def forward(self, x: Tensor, vector: Tensor) -> Tensor:
        x = self.begin(x.contiguous(memory_format=torch.channels_last))
        skips: list[Tensor] = []
        for part in self.down:
            if isinstance(part, UNetBlock):
                x = part(x, vector)
                skips.append(x)
            else:
                x = part(x)
        x = self.middle(x, vector)
        for part in self.up:
            x = part(torch.cat([x, skips.pop()], 1), vector) if isinstance(part, UNetBlock) else part(x)
        output: Tensor = self.end(functional.silu(self.norm(x)))
        return output


class UNetBlock(nn.Module):
    """A residual block, followed by attention on the levels that have it."""

    def __init__(self, config: UNetConfig, level: int, c_in: int, c_out: int) -> None:
        super().__init__()
        self.block = ResBlock(c_in, c_out, config.conditioning, config.dropout)
        self.attention = Attention(c_out) if level in config.attention else nn.Identity()

    def forward(self, x: Tensor, vector: Tensor) -> Tensor:
        output: Tensor = self.attention(self.block(x, vector))
        return output


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
        hidden = self.first(functional.silu(self.before(x)))
        scale, shift = self.affine(vector)[..., None, None].chunk(2, 1)
        hidden = functional.silu(torch.addcmul(shift, self.between(hidden), 1 + scale))
        hidden = self.second(functional.dropout(hidden, self.dropout, self.training))
        output: Tensor = self.past(x) + hidden
        return output


class Attention(nn.Module):
    """Self-attention over all positions, with a skip connection."""

    def __init__(self, c: int) -> None:
        super().__init__()
        self.heads = max(1, c // HEAD_CHANNELS)
        self.norm = nn.GroupNorm(GROUPS, c)
        self.qkv = nn.Linear(c, 3 * c)
        self.out = nn.Linear(c, c)
        nn.init.zeros_(self.out.weight)

    def forward(self, x: Tensor) -> Tensor:
        b, c, h, w = x.shape
        flat = self.norm(x).permute(0, 2, 3, 1).flatten(1, 2)  # (b, h·w, c)
        q, k, v = self.qkv(flat).unflatten(2, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        output: Tensor = self.out(attend(q, k, v).transpose(1, 2).flatten(2))
        return x + output.transpose(1, 2).reshape(b, c, h, w)


def attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """softmax(q·kᵀ/√d)·v of (b, heads, n, d). On a CPU without PyTorch's fused kernel where n is small.

    The fused kernel takes four times as long there, most of it in the backward pass.
    """
    if q.device.type != "cpu" or q.shape[2] > MAX_UNFUSED:
        return functional.scaled_dot_product_attention(q, k, v)
    weights = (q * q.shape[-1] ** -0.5) @ k.mT
    output: Tensor = weights.softmax(-1, dtype=torch.float32).to(v.dtype) @ v
    return output


class Downsample(nn.Conv2d):
    """Halves the sides of the grid."""

    def __init__(self, c: int) -> None:
        super().__init__(c, c, 3, stride=2, padding=1)


class Upsample(nn.Module):
    """Doubles the sides of the grid: every position becomes four, each by its own matrix."""

    def __init__(self, c_in: int, c_out: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(c_in, 4 * c_out, 1)

    def forward(self, x: Tensor) -> Tensor:
        return functional.pixel_shuffle(self.conv(x), 2)
