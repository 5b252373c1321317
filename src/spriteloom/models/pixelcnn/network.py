"""The network of the gated conditional PixelCNN, and its bits per code.

Sources: van den Oord et al. 2016b, arXiv:1606.05328; Saravanan and Guzdial, "Pixel VQ-VAEs for Improved Pixel
Art Representation", AIIDE 2022: 7 gated layers of 256 channels with dilations 1 2 1 4 1 2 1 between a first
layer of mask A and a 1×1 output, 13,444,864 parameters in all.

Letters: b grids, gh × gw positions, k values a position can have, c conditions.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional

from spriteloom.errors import ImpossibleModel
from spriteloom.models.pixelcnn.gated import (
    BothSeparate,
    GatedLayer,
    HorizontalShared,
    Kernels,
    NoConditioning,
    Shift,
    horizontal_start,
    vertical_start,
)
from spriteloom.models.pixelcnn.heads import ChannelHeads, Embeddings, Scalars
from spriteloom.nn.devices import device_of, evaluating
from spriteloom.progress import tracked

Conditioning = Literal["horizontal-shared", "both-separate"]

_CONDITIONINGS: dict[Conditioning, type[HorizontalShared | BothSeparate]] = {
    "horizontal-shared": HorizontalShared,
    "both-separate": BothSeparate,
}


@dataclass(frozen=True, kw_only=True)
class ScalarInput:
    """A value is one number."""

    kind: Literal["scalar"] = "scalar"

    def build(self, k: int, channels: int) -> Scalars:
        return Scalars(k, channels)


@dataclass(frozen=True, kw_only=True)
class EmbeddedInput:
    """A value is a learned vector of `dim` numbers."""

    kind: Literal["embedded"] = "embedded"
    dim: int = 64

    def build(self, k: int, channels: int) -> Embeddings:
        return Embeddings(k, channels, self.dim)


Input = Annotated[ScalarInput | EmbeddedInput, Field(discriminator="kind")]


@dataclass(frozen=True, kw_only=True)
class PixelCNNSettings:
    """The hyperparameters of a gated PixelCNN. `dropout` acts on the horizontal stack's gated features."""

    inputs: Input
    conditioning: Conditioning
    kernels: Kernels
    width: int = 256
    dilations: tuple[int, ...] = (1, 2, 1, 4, 1, 2, 1)
    dropout: float = 0.0


@dataclass(frozen=True, kw_only=True)
class PixelCNNConfig(PixelCNNSettings):
    """Shape of a gated PixelCNN. Raises ImpossibleModel if it cannot exist.

    `conditions` is the length of a condition vector, 0 for none.
    """

    k: int
    conditions: int
    channels: int = 1

    def __post_init__(self) -> None:
        if self.k < 2:
            raise ImpossibleModel(f"a prior over {self.k} codes has nothing to predict: give it 2 or more")
        if min(self.width, self.channels, *self.dilations) < 1 or self.conditions < 0:
            raise ImpossibleModel(
                f"width {self.width}, channels {self.channels} and dilations {self.dilations} must be 1 or "
                f"more, conditions {self.conditions} must be 0 or more"
            )
        if not 0 <= self.dropout < 1:
            raise ImpossibleModel(f"dropout {self.dropout} is a share from 0 up to 1")

    @property
    def reach(self) -> int:
        """How many rows above, and columns to either side, the receptive field has."""
        return 1 + sum(self.dilations)


class GatedPixelCNN(nn.Module):
    """Logits of every position given those before it in raster order, and a condition."""

    def __init__(self, config: PixelCNNConfig) -> None:
        super().__init__()
        self.config = config
        self.k, self.conditions, self.channels = config.k, config.conditions, config.channels
        width = config.width
        conditioning = _CONDITIONINGS[config.conditioning] if config.conditions else NoConditioning
        self.inputs = config.inputs.build(config.k, config.channels)
        self.vertical = vertical_start(self.inputs.size, width, config.kernels)
        self.horizontal = horizontal_start(self.inputs.size, width, config.kernels)
        self.gated = nn.ModuleList(
            GatedLayer(width, dilation, config.kernels, config.dropout) for dilation in config.dilations
        )
        self.conditioning = nn.ModuleList(conditioning(config.conditions, width) for _ in config.dilations)
        self.heads = ChannelHeads(width, config.k, config.channels)

    def forward(self, codes: Tensor, conditions: Tensor) -> Tensor:
        """codes int64 (b, gh, gw), conditions float32 (b, c) → logits (b, k, gh, gw), causal in raster order.

        A model of several channels takes (b, channels, gh, gw) and gives (b, k, channels, gh, gw).
        """
        planes = codes.reshape(len(codes), self.channels, *codes.shape[-2:])
        logits = self.logits(planes, conditions)
        return logits.squeeze(2) if codes.ndim == 3 else logits

    def logits(self, planes: Tensor, conditions: Tensor) -> Tensor:
        """planes int64 (b, channels, gh, gw) → logits (b, k, channels, gh, gw)."""
        x = self.inputs(planes, self.horizontal.weight.dtype)
        v = self.vertical(x).contiguous(memory_format=torch.channels_last)
        h = self.horizontal(x).contiguous(memory_format=torch.channels_last)
        for layer, shifts in zip(self.stack, self.shifts(conditions), strict=True):
            v, h = layer(v, h, shifts)
        return self.heads(h, planes)  # type: ignore[no-any-return]

    @property
    def stack(self) -> list[GatedLayer]:
        return list(self.gated)  # type: ignore[arg-type]

    def shifts(self, conditions: Tensor) -> list[tuple[Shift, Shift]]:
        """What conditions (b, c) add to the vertical and the horizontal stack of each layer."""
        return [conditioning(conditions) for conditioning in self.conditioning]


def next_code_loss(model: GatedPixelCNN, codes: Tensor, conditions: Tensor) -> Tensor:
    """Mean cross entropy of each code given the earlier ones, nats."""
    return functional.cross_entropy(model(codes, conditions).float(), codes)


def bits(model: GatedPixelCNN, codes: Tensor, conditions: Tensor, *, batch: int = 32) -> NDArray[np.float64]:
    """Mean bits per code of each grid: codes int64 (n, gh, gw), conditions float32 (n, c) → (n,)."""
    device = device_of(model)
    means = [torch.empty(0, dtype=torch.float64)]
    with evaluating(model):
        for start in tracked(range(0, len(codes), batch), "predicting"):
            grids = codes[start : start + batch].to(device)
            logits = model(grids, conditions[start : start + batch].to(device))  # (b, k, gh, gw)
            nats = functional.cross_entropy(logits.float(), grids, reduction="none").double()
            means.append(nats.flatten(1).mean(1).cpu() / math.log(2))
    return torch.cat(means).numpy()
