"""Gated PixelCNNs: priors that predict codes, or the bytes of pictures, in raster order."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from spriteloom.models.base import BaseRequirement, Model
from spriteloom.models.pixelcnn import cached
from spriteloom.models.pixelcnn.network import GatedPixelCNN, bits, next_code_loss
from spriteloom.models.pixelcnn.presets import PAPER_PARAMETERS, PRESETS, Config
from spriteloom.models.prior import (
    NEEDS_CODEC,
    CodePriorModel,
    NatsPerCode,
    NetworkPriorFamily,
    NetworkPriorModel,
    PriorShape,
    PriorTask,
    codes_of,
)
from spriteloom.pixels.arrays import Bytes, Floats
from spriteloom.priors.draw import Draw
from spriteloom.training.runs import RunConfig


class PixelCNNTask(PriorTask[GatedPixelCNN]):
    """Trains a PixelCNN on grids of codes, or on the bytes of pictures."""

    def loss(self, model: GatedPixelCNN, *batch: Tensor) -> NatsPerCode:
        codes, conditions = batch
        return NatsPerCode(loss=next_code_loss(model, codes.long(), conditions))

    def batch(self, step: int) -> tuple[Tensor, ...]:
        """Codes (b, gh, gw) and conditions (b, c)."""
        rows = self.order.rows(step)[self.order.own]
        return torch.from_numpy(self.coded.codes[rows]), self.conditions(step)

    def bits(self, codes: Tensor, conditions: Tensor) -> NDArray[np.float64]:
        return bits(self.model, codes, conditions)


class PixelCNNModel(NetworkPriorModel):
    """A trained PixelCNN."""

    network: GatedPixelCNN

    def draw_codes(self, conditions: Tensor, draw: Draw) -> NDArray[np.int64]:
        codes = cached.sample(self.network, self.shape.grid, conditions.to(self.device), draw)
        return codes.cpu().numpy()

    def network_bits(self, codes: Tensor, conditions: Tensor) -> NDArray[np.float64]:
        return bits(self.network, codes, conditions)


class CodePixelCNNModel(PixelCNNModel, CodePriorModel):
    """A PixelCNN over the codes of its base model."""


class BytePixelCNNModel(PixelCNNModel):
    """A PixelCNN over the bytes of pictures."""

    @property
    def codes_per_picture(self) -> int:
        return 3 * self.shape.rows * self.shape.columns

    def paint(self, conditions: Floats, draw: Draw) -> Bytes:
        return self.codes(conditions, draw).astype(np.uint8).transpose(0, 2, 3, 1)

    def bits(self, rgb: Bytes, conditions: Floats) -> NDArray[np.float64]:
        """Mean bits per byte of each picture."""
        return self.code_bits(codes_of(rgb, None), conditions)


class PixelCNNFamily(NetworkPriorFamily[Config]):
    name = "pixelcnn"
    config = Config
    presets = PRESETS
    paper_parameters = PAPER_PARAMETERS
    task = PixelCNNTask

    def required_base(self, config: Config) -> BaseRequirement | None:
        return NEEDS_CODEC if config.over == "codes" else None

    def build(self, config: Config, shape: PriorShape) -> GatedPixelCNN:
        return GatedPixelCNN(config.network(shape))

    def model(
        self, config: Config, shape: PriorShape, run: RunConfig, network: GatedPixelCNN, base: Model | None
    ) -> PixelCNNModel:
        kind = BytePixelCNNModel if config.over == "bytes" else CodePixelCNNModel
        return kind(run, shape, network, base)

    def about(self, config: Config) -> str:
        if config.over == "bytes":
            return "gated PixelCNN on the bytes of pictures"
        read = "as one number" if config.inputs.kind == "scalar" else "as a category"
        return f"gated PixelCNN of width {config.width}, a code read {read}"


FAMILY = PixelCNNFamily()
