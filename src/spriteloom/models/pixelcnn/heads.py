"""The inputs and outputs of the gated PixelCNN.

Values are planes of integers (b, channels, gh, gw) in [0, k): one plane of codes, or three of color. At a position
the channels follow one another: p(x₁) p(x₂ | x₁) p(x₃ | x₁, x₂), each also given all earlier positions. Every channel
has its own output head, which adds learned vectors of the values of earlier channels to the features.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class Scalars(nn.Module):
    """Each value as one number, x/k·2 − 1, in [−1, 1), as the Pixel VQ-VAE's authors do."""

    def __init__(self, k: int, channels: int) -> None:
        super().__init__()
        self.k = k
        self.size = channels

    def forward(self, planes: Tensor, dtype: torch.dtype) -> Tensor:
        """int64 (b, channels, …) → (b, size, …)."""
        return planes.to(dtype) / self.k * 2 - 1


class Embeddings(nn.Module):
    """Each value as a learned vector, since codes are categories."""

    def __init__(self, k: int, channels: int, dim: int) -> None:
        super().__init__()
        self.size = channels * dim
        self.table = nn.Embedding(k, dim)

    def forward(self, planes: Tensor, dtype: torch.dtype) -> Tensor:
        """int64 (b, channels, …) → (b, size, …)."""
        vectors: Tensor = self.table(planes)  # (b, channels, …, dim)
        return vectors.movedim(-1, 2).flatten(1, 2)


class ChannelHead(nn.Module):
    """ELU and one linear layer for a channel with `before` channels before it."""

    def __init__(self, width: int, k: int, before: int) -> None:
        super().__init__()
        self.tables = nn.ModuleList(nn.Embedding(k, width) for _ in range(before))
        for weight in self.tables.parameters():
            nn.init.zeros_(weight)
        self.output = nn.Linear(width, k)

    def forward(self, features: Tensor, before: Tensor) -> Tensor:
        """features (…, width), values of earlier channels int64 (…, before) → logits (…, k)."""
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
        logits = [head(features, values[..., :j]) for j, head in enumerate(self.each)]
        return torch.stack(logits, 1).movedim(-1, 1)
