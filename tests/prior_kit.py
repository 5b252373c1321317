"""Small gated PixelCNNs with weights that tell something, and what they are asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from spriteloom.models.pixelcnn.network import GatedPixelCNN, PixelCNNConfig
from spriteloom.models.pixelcnn.presets import Config, pixelcnn, pixelcnn_paper, pixelcnn_rgb_paper
from spriteloom.models.prior import PriorShape

K, CONDITIONS = 11, 5


def shape(conditions: int = CONDITIONS, k: int = K) -> PriorShape:
    return PriorShape(k=k, conditions=conditions, rows=4, columns=4)


def network(config: Config, conditions: int = CONDITIONS, k: int = K, **changes: Any) -> PixelCNNConfig:
    return replace(config.network(shape(conditions, k)), **({"width": 8} | changes))


PRESETS: dict[str, PixelCNNConfig] = {
    "paper": network(pixelcnn_paper()),
    "paper, no conditions": network(pixelcnn_paper(), 0),
    "ours": network(pixelcnn(), dropout=0.2),
    "ours, no conditions": network(pixelcnn(), 0),
}
RGB = network(pixelcnn_rgb_paper(), k=256)


def tiny(config: PixelCNNConfig, sharpness: float = 8.0) -> GatedPixelCNN:
    """A model in evaluation mode whose distributions are neither flat nor sure, the same each time."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        model = GatedPixelCNN(config)
        with torch.no_grad():
            for head in model.heads.each:
                head.output.weight.mul_(sharpness)
                for table in head.tables:
                    table.weight.normal_()
    return model.eval()


def asked(model: GatedPixelCNN, b: int) -> Tensor:
    """A condition for each of b samples, all different."""
    generator = torch.Generator().manual_seed(4)
    return (torch.rand(b, model.conditions, generator=generator) < 0.5).float()


def grids(model: GatedPixelCNN, b: int, gh: int, gw: int) -> Tensor:
    """Random codes (b, gh, gw), or bytes (b, 3, gh, gw)."""
    shape = (b, gh, gw) if model.channels == 1 else (b, model.channels, gh, gw)
    return torch.randint(model.k, shape, generator=torch.Generator().manual_seed(5))
