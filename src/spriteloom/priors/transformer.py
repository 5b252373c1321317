"""A small causal transformer over grids of codes. Knows no sampler and no training.

b: samples, h w: grid, n = h·w positions in raster order, d: width, c: length of the condition.

A position is told what stands around it: the codes to its west, north, north-west and north-east, two west
and two north, each through a table of its own. Pixel art is decided by its neighbours first; attention is
left with what is further away. Attention: arXiv:1706.03762; pre-norm with RMSNorm, arXiv:1910.07467.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from spriteloom.errors import ImpossibleModel

NEIGHBOURS = ((0, -1), (-1, 0), (-1, -1), (-1, 1), (0, -2), (-2, 0))  # (rows, columns) away; all are causal


@dataclass(frozen=True, kw_only=True)
class TransformerConfig:
    """`rows` and `columns` are the largest grid; `conditions` is the length of the vector, 0 for none."""

    k: int
    conditions: int
    rows: int
    columns: int
    width: int = 256
    depth: int = 6
    heads: int = 4
    dropout: float = 0.1
    label_dropout: float = 0.1

    def __post_init__(self) -> None:
        if self.width % self.heads:
            raise ImpossibleModel(f"{self.width} channels cannot be shared by {self.heads} heads")


class Transformer(nn.Module):
    """Logits of each code given the codes before it in raster order."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.config = config
        self.k, self.conditions = config.k, config.conditions
        width = config.width
        self.neighbours = nn.Embedding(len(NEIGHBOURS) * (config.k + 1), width)  # the last code: outside
        self.row = nn.Embedding(config.rows, width)
        self.column = nn.Embedding(config.columns, width)
        self.condition = nn.Linear(config.conditions, width, bias=False) if config.conditions else None
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.depth))
        self.norm = nn.RMSNorm(width)
        self.head = nn.Linear(width, config.k)
        self.apply(_initialise)

    def forward(self, codes: Tensor, conditions: Tensor) -> Tensor:
        """Codes int64 (b, h, w), conditions float32 (b, c) → logits (b, k, h, w)."""
        b, h, w = codes.shape
        if self.training and self.condition is not None:
            kept = torch.rand(b, 1, device=codes.device) >= self.config.label_dropout
            conditions = conditions * kept
        x = self.embed(around(codes, self.k), conditions, torch.arange(h, device=codes.device))
        x = functional.dropout(x.flatten(1, 2), self.config.dropout, self.training)  # (b, n, d)
        for block in self.blocks:
            x = block(x)
        logits: Tensor = self.head(self.norm(x))  # (b, n, k)
        return logits.transpose(1, 2).unflatten(2, (h, w))

    def embed(self, near: Tensor, conditions: Tensor, rows: Tensor) -> Tensor:
        """Codes around each position (b, r, w, 6) of these rows (r,) → (b, r, w, d)."""
        offsets = torch.arange(len(NEIGHBOURS), device=near.device) * (self.k + 1)
        x: Tensor = self.neighbours(near + offsets).sum(-2)
        x = x + self.row(rows)[:, None] + self.column.weight[: near.shape[2]]
        if self.condition is not None:
            x = x + self.condition(conditions)[:, None, None]
        return x


class Block(nn.Module):
    """Attention to all positions up to this one, then two layers on each by itself."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        width = config.width
        self.heads, self.dropout = config.heads, config.dropout
        self.before = nn.RMSNorm(width)
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.between = nn.RMSNorm(width)
        self.up = nn.Linear(width, 4 * width)
        self.down = nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = self.split(self.qkv(self.before(x)))
        found = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + functional.dropout(self.join(found), self.dropout, self.training)
        return x + functional.dropout(self.think(x), self.dropout, self.training)

    def split(self, qkv: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(b, n, 3·d) → three of (b, heads, n, d / heads)."""
        q, k, v = qkv.unflatten(2, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        return q, k, v

    def join(self, found: Tensor) -> Tensor:
        """(b, heads, n, d / heads) → (b, n, d)."""
        joined: Tensor = self.out(found.transpose(1, 2).flatten(2))
        return joined

    def think(self, x: Tensor) -> Tensor:
        """The layers that see one position."""
        found: Tensor = self.down(functional.gelu(self.up(self.between(x)), approximate="tanh"))
        return found


def around(codes: Tensor, outside: int) -> Tensor:
    """The causal neighbours of each position: codes (b, h, w) → (b, h, w, 6); `outside` beyond the grid."""
    h, w = codes.shape[1:]
    padded = functional.pad(codes, (2, 2, 2, 0), value=outside)
    return torch.stack([padded[:, 2 + i : 2 + i + h, 2 + j : 2 + j + w] for i, j in NEIGHBOURS], -1)


def _initialise(module: nn.Module) -> None:
    if isinstance(module, nn.Linear | nn.Embedding):
        nn.init.normal_(module.weight, std=0.02)
    if isinstance(module, nn.Linear) and module.bias is not None:
        nn.init.zeros_(module.bias)
