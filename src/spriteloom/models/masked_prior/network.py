"""`MaskedPrior`: predicts all hidden codes of a grid at once, given the visible ones.

MaskGIT (arXiv:2202.04200) with a U-Net in place of the transformer: on two cores convolutions learn shapes in
a fraction of the time. b: grids, h w: their sides, c: length of a condition.

With codes hidden in a random order, this is an autoregressive model in that order; the mean over orders bounds
the bits per code from above (arXiv:2110.02037, eq. 2).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from spriteloom.models.base import FamilyConfig
from spriteloom.nn.devices import device_of, evaluating
from spriteloom.nn.unet import UNet, UNetConfig
from spriteloom.progress import tracked
from spriteloom.training.optimizers import OptimizerConfig

CONDITIONING = 256  # length of the conditioning vector


@dataclass(frozen=True, kw_only=True)
class Config(FamilyConfig):
    """A masked prior, its training and its sampler.

    `label_dropout` is the share of grids that are trained on without their labels; a grid is sampled in
    `num_steps`.
    """

    embedding: int = 32
    widths: tuple[int, ...] = (32, 64, 128)
    blocks: int = 1
    attention: tuple[int, ...] = (2,)
    dropout: float = 0.0
    label_dropout: float = 0.1
    num_steps: int = 32
    batch: int = 8
    optimizer: OptimizerConfig = OptimizerConfig(
        learning_rate=1e-3, betas=(0.9, 0.99), weight_decay=0.01, max_grad_norm=1.0
    )

    def unet(self, k: int) -> UNetConfig:
        return UNetConfig(
            inputs=self.embedding,
            outputs=k,
            conditioning=CONDITIONING,
            widths=self.widths,
            blocks=self.blocks,
            attention=self.attention,
            dropout=self.dropout,
        )


class MaskedPrior(nn.Module):
    """Logits of every code given those not hidden; the code k stands for a hidden one.

    `conditions` is the length of a condition vector, 0 for none.
    """

    def __init__(self, config: Config, k: int, conditions: int) -> None:
        super().__init__()
        self.k, self.conditions = k, conditions
        self.table = nn.Embedding(k + 1, config.embedding)
        self.hidden_share = nn.Linear(1, CONDITIONING)
        self.condition = nn.Linear(conditions, CONDITIONING, bias=False) if conditions else None
        self.mix = nn.Sequential(nn.SiLU(), nn.Linear(CONDITIONING, CONDITIONING), nn.SiLU())
        self.unet = UNet(config.unet(k))

    def forward(self, codes: Tensor, conditions: Tensor) -> Tensor:
        """Codes int64 (b, h, w) in [0, k], conditions float32 (b, c) → logits (b, k, h, w).

        Grids that the U-Net cannot halve are padded with hidden codes below and to the right.
        """
        share = (codes == self.k).to(self.table.weight.dtype).mean((1, 2))[:, None]
        vector = self.hidden_share(share)
        if self.condition is not None:
            vector = vector + self.condition(conditions)
        h, w = codes.shape[1:]
        side = self.unet.config.multiple
        padded = functional.pad(codes, (0, -w % side, 0, -h % side), value=self.k)
        embedded = self.table(padded).permute(0, 3, 1, 2)
        logits: Tensor = self.unet(embedded, self.mix(vector))
        return logits[..., :h, :w]


def hide(codes: Tensor, k: int, generator: torch.Generator | None = None) -> Tensor:
    """Hide a uniformly random number of codes of each grid, at least one, by setting them to k: (b, h, w)."""
    b, n = len(codes), codes[0].numel()
    count = torch.randint(1, n + 1, (b, 1), generator=generator)
    rank = torch.rand(b, n, generator=generator).argsort(1).argsort(1)
    return torch.where((rank < count).view_as(codes).to(codes.device), k, codes)


def masked_loss(logits: Tensor, codes: Tensor, hidden: Tensor) -> Tensor:
    """Mean over grids of the mean cross entropy of their hidden codes, nats.

    With a uniform number of hidden codes, this is the bound on the nats per code.
    """
    nats = functional.cross_entropy(logits.float(), codes, reduction="none") * hidden
    return (nats.sum((1, 2)) / hidden.sum((1, 2))).mean()


def bits(
    model: MaskedPrior, codes: Tensor, conditions: Tensor, *, batch: int = 32, rounds: int = 4, seed: int = 0
) -> NDArray[np.float64]:
    """The bound on the mean bits per code of each grid (n, h, w) → (n,), from `rounds` masks each."""
    device = device_of(model)
    generator = torch.Generator().manual_seed(seed)
    total = np.zeros(len(codes))
    with evaluating(model):
        for start in tracked(list(range(0, len(codes), batch)) * rounds, "predicting"):
            grids = codes[start : start + batch]
            visible = hide(grids, model.k, generator).to(device)
            hidden = visible == model.k
            logits = model(visible, conditions[start : start + batch].to(device)).float()
            nats = functional.cross_entropy(logits, grids.to(device), reduction="none") * hidden
            mean = nats.sum((1, 2)) / hidden.sum((1, 2))
            total[start : start + batch] += mean.double().cpu().numpy() / (rounds * math.log(2))
    return total
