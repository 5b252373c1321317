"""What a causal prior descends, and its bits per code on grids that it has not seen."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional


def next_code(model: nn.Module, codes: Tensor, conditions: Tensor) -> Tensor:
    """Cross entropy of each code given those before it, nats."""
    return functional.cross_entropy(model(codes, conditions).float(), codes)


@torch.no_grad()
def bits(model: nn.Module, codes: Tensor, conditions: Tensor, *, batch: int = 32) -> NDArray[np.float64]:
    """Mean bits per code of each grid: codes int64 (n, gh, gw), conditions float32 (n, c) → (n,)."""
    was_training = model.training
    model.eval()
    device = next(model.parameters()).device
    found = [torch.empty(0, dtype=torch.float64)]
    for start in range(0, len(codes), batch):
        some = codes[start : start + batch].to(device)
        logits = model(some, conditions[start : start + batch].to(device))  # (b, k, gh, gw)
        nats = functional.cross_entropy(logits.float(), some, reduction="none").double()
        found.append(nats.flatten(1).mean(1).cpu() / math.log(2))
    model.train(was_training)
    return torch.cat(found).numpy()
