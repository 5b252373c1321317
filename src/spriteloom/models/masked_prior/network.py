"""`MaskedPrior`: fills in the codes that are hidden, all at once, given those that are seen.

MaskGIT (arXiv:2202.04200) with a U-Net in place of the transformer: on two cores convolutions learn shapes in
a fraction of the time. b: samples, h w: grid, c: length of the condition.

Likelihood: hidden in a random order, codes are an autoregressive model in that order; the mean over orders is
a bound on the bits per code (arXiv:2110.02037, eq. 2), see `bits`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from spriteloom.nn.unet import UNet, UNetConfig

CONDITIONING = 256  # length of the conditioning vector


@dataclass(frozen=True, kw_only=True)
class MaskedPriorConfig:
    """`conditions` is the length of the condition's vector, 0 for none."""

    k: int
    conditions: int
    embedding: int = 32
    widths: tuple[int, ...] = (32, 64, 128)
    blocks: int = 1
    attention: tuple[int, ...] = (2,)
    dropout: float = 0.0

    @property
    def unet(self) -> UNetConfig:
        return UNetConfig(
            inputs=self.embedding,
            outputs=self.k,
            conditioning=CONDITIONING,
            widths=self.widths,
            blocks=self.blocks,
            attention=self.attention,
            dropout=self.dropout,
        )


class MaskedPrior(nn.Module):
    """Logits of every code given those not hidden; the code k stands for a hidden one."""

    def __init__(self, config: MaskedPriorConfig) -> None:
        super().__init__()
        self.config = config
        self.k, self.conditions = config.k, config.conditions
        self.table = nn.Embedding(config.k + 1, config.embedding)
        self.hidden_share = nn.Linear(1, CONDITIONING)
        self.condition = nn.Linear(config.conditions, CONDITIONING, bias=False) if config.conditions else None
        self.mix = nn.Sequential(nn.SiLU(), nn.Linear(CONDITIONING, CONDITIONING), nn.SiLU())
        self.unet = UNet(config.unet)

    def forward(self, codes: Tensor, conditions: Tensor) -> Tensor:
        """Codes int64 (b, h, w) in [0, k], conditions float32 (b, c) → logits (b, k, h, w).

        Grids that the U-Net cannot halve are continued below and to the right by hidden codes.
        """
        share = (codes == self.k).to(self.table.weight.dtype).mean((1, 2))[:, None]
        vector = self.hidden_share(share)
        if self.condition is not None:
            vector = vector + self.condition(conditions)
        h, w = codes.shape[1:]
        side = self.unet.config.multiple
        continued = functional.pad(codes, (0, -w % side, 0, -h % side), value=self.k)
        seen = self.table(continued).permute(0, 3, 1, 2)
        logits: Tensor = self.unet(seen, self.mix(vector))
        return logits[..., :h, :w]


def hide(codes: Tensor, k: int, generator: torch.Generator | None = None) -> Tensor:
    """Hide a share of each grid, uniform in (0, 1], at least one code: (b, h, w) → the same, k for hidden."""
    b, n = len(codes), codes[0].numel()
    count = torch.randint(1, n + 1, (b, 1), generator=generator)
    rank = torch.rand(b, n, generator=generator).argsort(1).argsort(1)
    return torch.where((rank < count).view_as(codes).to(codes.device), k, codes)


def masked_loss(logits: Tensor, codes: Tensor, hidden: Tensor) -> Tensor:
    """Cross entropy (nats) of the hidden codes, each grid's mean weighing the same.

    With a uniform number of hidden codes that is the bound on the nats per code.
    """
    nats = functional.cross_entropy(logits.float(), codes, reduction="none") * hidden
    return (nats.sum((1, 2)) / hidden.sum((1, 2))).mean()


@torch.no_grad()
def bits(
    model: nn.Module, codes: Tensor, conditions: Tensor, *, batch: int = 32, rounds: int = 4, seed: int = 0
) -> NDArray[np.float64]:
    """The bound on the mean bits per code of each grid (n, h, w) → (n,), from `rounds` masks each."""
    assert isinstance(model, MaskedPrior)
    was_training = model.training
    model.eval()
    device = next(model.parameters()).device
    generator = torch.Generator().manual_seed(seed)
    found = np.zeros(len(codes))
    for start in list(range(0, len(codes), batch)) * rounds:
        some = codes[start : start + batch]
        hidden = hide(some, model.k, generator).to(device)
        logits = model(hidden, conditions[start : start + batch].to(device)).float()
        nats = functional.cross_entropy(logits, some.to(device), reduction="none") * (hidden == model.k)
        mean = nats.sum((1, 2)) / (hidden == model.k).sum((1, 2))
        found[start : start + batch] += mean.double().cpu().numpy() / (rounds * math.log(2))
    model.train(was_training)
    return found
