"""Small gated PixelCNNs with weights that tell something, and what they are asked."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from spriteloom.priors.pixelcnn import GatedPixelCNN, PixelCNNConfig, ours, paper
from spriteloom.priors.pixelcnn_rgb import paper_rgb

K, CONDITIONS = 11, 5

PRESETS: dict[str, PixelCNNConfig] = {
    "paper": replace(paper(k=K, conditions=CONDITIONS), width=8),
    "paper, no conditions": replace(paper(k=K, conditions=0), width=8),
    "ours": ours(K, CONDITIONS, width=8, dropout=0.2),
    "ours, no conditions": ours(K, 0, width=8),
}
RGB = replace(paper_rgb(CONDITIONS), width=8)


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
