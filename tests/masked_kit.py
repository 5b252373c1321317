"""Small masked priors with weights that tell something, and what they are asked."""

from __future__ import annotations

import torch
from torch import Tensor

from spriteloom.models.masked_prior.network import Config, MaskedPrior

K, CONDITIONS = 5, 3


def tiny(
    conditions: int = CONDITIONS, *, k: int = K, sharpness: float = 4.0, dropout: float = 0.0
) -> MaskedPrior:
    """A model in evaluation mode whose distributions are neither flat nor sure, the same each time."""
    config = Config(
        embedding=8,
        widths=(16, 16),  # two to a group: PyTorch norms no single value
        blocks=1,
        attention=(1,),
        dropout=dropout,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        model = MaskedPrior(config, k, conditions)
        for weight in model.parameters():
            if weight.ndim > 1 and not weight.any():
                torch.nn.init.normal_(weight, std=0.2)
        with torch.no_grad():
            model.unet.end.weight.mul_(sharpness)
            if model.condition is not None:
                model.condition.weight.mul_(8)
    return model.eval()


def asked(model: MaskedPrior, b: int) -> Tensor:
    """A condition for each of b samples, all different."""
    return torch.randn(b, model.conditions, generator=torch.Generator().manual_seed(4))


def grids(model: MaskedPrior, b: int, gh: int, gw: int) -> Tensor:
    return torch.randint(model.k, (b, gh, gw), generator=torch.Generator().manual_seed(5))
