"""The family of gated PixelCNNs: codes, or the bytes of pictures, one after another in raster order."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from spriteloom.data.store import SpriteSet
from spriteloom.models.base import BaseNeed, Family, Model, check_pictures, count
from spriteloom.models.pixelcnn import cached
from spriteloom.models.pixelcnn.losses import bits
from spriteloom.models.pixelcnn.network import GatedPixelCNN
from spriteloom.models.pixelcnn.presets import PAPER_PARAMETERS, PRESETS, Config
from spriteloom.models.prior import (
    DESCRIBED,
    NEEDS_CODEC,
    PAPER_CONDITIONS,
    CodePriorModel,
    NetworkMixin,
    PriorModel,
    PriorShape,
    codes_of,
    prior_shape,
)
from spriteloom.nn.devices import autocast
from spriteloom.pixels.arrays import Bytes, Floats
from spriteloom.priors.condition import ConditionSpace
from spriteloom.priors.draw import Draw
from spriteloom.training.runs import RunConfig
from spriteloom.training.session import Session, Trained


class _PixelCNN(NetworkMixin, PriorModel):
    """How codes are drawn and predicted, whatever they are."""

    network: GatedPixelCNN

    def draw_codes(self, conditions: Tensor, draw: Draw) -> NDArray[np.int64]:
        found = cached.sample(self.network, self.shape.grid, conditions.to(self.device), draw)
        return found.cpu().numpy()

    def code_bits(self, codes: NDArray[np.integer], conditions: Floats) -> NDArray[np.float64]:
        grids, asked = torch.from_numpy(codes.astype(np.int64)), torch.from_numpy(conditions)
        with autocast(self.device):
            return bits(self.network, grids, asked)


class CodePixelCNNModel(_PixelCNN, CodePriorModel):
    """A PixelCNN over the codes of its base model."""

    def __init__(
        self, config: RunConfig, shape: PriorShape, network: GatedPixelCNN, base: Model | None
    ) -> None:
        super().__init__(config, shape, base)
        self.network = network.eval()


class BytePixelCNNModel(_PixelCNN):
    """A PixelCNN over the bytes of pictures."""

    def __init__(self, config: RunConfig, shape: PriorShape, network: GatedPixelCNN) -> None:
        super().__init__(config, shape)
        self.network = network.eval()

    @property
    def codes_per_picture(self) -> int:
        return 3 * self.shape.rows * self.shape.columns

    def paint(self, conditions: Floats, draw: Draw) -> Bytes:
        return self.codes(conditions, draw).astype(np.uint8).transpose(0, 2, 3, 1)

    def bits(self, rgb: Bytes, conditions: Floats) -> NDArray[np.float64]:
        """Mean bits per byte of each picture."""
        return self.code_bits(codes_of(rgb, None), conditions)


class PixelCNNFamily(Family[Config, PriorShape]):
    name = "pixelcnn"
    config = Config
    shape = PriorShape
    presets = PRESETS
    paper_parameters = PAPER_PARAMETERS

    def usual_conditions(self, config: Config) -> tuple[str, ...] | None:  # noqa: ARG002
        return PAPER_CONDITIONS

    def base_need(self, config: Config) -> BaseNeed | None:
        return NEEDS_CODEC if config.over == "codes" else None

    def shape_of(
        self, config: Config, data: SpriteSet, base: Model | None, conditions: ConditionSpace
    ) -> PriorShape:
        check_pictures(data, self.name, noise=config.noise)
        return prior_shape(data, base, conditions)

    def train(self, config: Config, shape: PriorShape, session: Session, base: Model | None) -> Trained:
        from spriteloom.models.pixelcnn.training import train

        return train(config, shape, session, base)

    def load(
        self,
        config: Config,
        shape: PriorShape,
        run: RunConfig,
        weights: Mapping[str, Tensor],
        base: Model | None,
    ) -> Model:
        network = GatedPixelCNN(config.network(shape))
        network.load_state_dict(weights)
        if config.over == "bytes":
            return BytePixelCNNModel(run, shape, network)
        return CodePixelCNNModel(run, shape, network, base)

    def parameters(self, config: Config) -> int:
        return count(GatedPixelCNN(config.network(DESCRIBED)))

    def about(self, config: Config) -> str:
        if config.over == "bytes":
            return "gated PixelCNN on the bytes of pictures"
        read = "as one number" if config.inputs.kind == "scalar" else "as a category"
        return f"gated PixelCNN of width {config.width}, a code read {read}"


FAMILY = PixelCNNFamily()
