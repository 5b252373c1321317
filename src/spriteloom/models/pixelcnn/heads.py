"""The two ends of the gated PixelCNN: how values are read, and how the next one is told.

Values are planes of integers (b, channels, gh, gw) in [0, k): one plane of codes, or three of color. Within
a position the channels follow one another: p(x₁) p(x₂ | x₁) p(x₃ | x₁, x₂), each also given all positions
before. Channel j has an output of its own; the values of the channels before it are learned vectors, added to
the trunk's features ahead of the nonlinearity.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class Scalars(nn.Module):
    """Each value read as one number, x/k·2 − 1, in [−1, 1): what the Pixel VQ-VAE's authors do."""

    def __init__(self, k: int, channels: int) -> None:
        super().__init__()
        self.k = k
        self.size = channels

    def forward(self, planes: Tensor, dtype: torch.dtype) -> Tensor:
        """int64 (b, channels, …) → (b, size, …)."""
        return planes.to(dtype) / self.k * 2 - 1


class Embeddings(nn.Module):
    """Each value read as a learned vector, since codes are categories."""

    def __init__(self, k: int, channels: int, dim: int) -> None:
        super().__init__()
        self.size = channels * dim
        self.table = nn.Embedding(k, dim)

    def forward(self, planes: Tensor, dtype: torch.dtype) -> Tensor:  # noqa: ARG002
        """int64 (b, channels, …) → (b, size, …)."""
        vectors: Tensor = self.table(planes)  # (b, channels, …, dim)
        return vectors.movedim(-1, 2).flatten(1, 2)


class ChannelHead(nn.Module):
    """ELU and one linear layer for a channel that has so many channels `before` it."""

    def __init__(self, width: int, k: int, before: int) -> None:
        super().__init__()
        self.tables = nn.ModuleList(nn.Embedding(k, width) for _ in range(before))
        for weight in self.tables.parameters():
            nn.init.zeros_(weight)
        self.output = nn.Linear(width, k)

    def forward(self, features: Tensor, before: Tensor) -> Tensor:
        """At any positions: features (…, width), values before it int64 (…, before) → logits (…, k)."""
        for i, table in enumerate(self.tables):
            features = features + table(before[..., i])
        return self.output(functional.elu(features))  # type: ignore[no-any-return]


class ChannelHeads(nn.Module):
    """A head for each channel."""

    def __init__(self, width: int, k: int, channels: int) -> None:
        super().__init__()
        self.each = nn.ModuleList(ChannelHead(width, k, j) for j in range(channels))

    def forward(self, features: Tensor, planes: Tensor) -> Tensor:
        """features (b, width, gh, gw), planes (b, channels, gh, gw) → logits (b, k, channels, gh, gw)."""
        features, values = features.movedim(1, -1), planes.movedim(1, -1)
        told = [head(features, values[..., :j]) for j, head in enumerate(self.each)]
        return torch.stack(told, 1).movedim(-1, 1)
