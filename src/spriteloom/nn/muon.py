"""`Muon`: steps whose directions are all equally long, for the matrices inside a network. Knows no network.

The momentum of a weight is turned into the nearest matrix with orthonormal rows or columns, so that a step
moves every direction that the gradient shows and not the loudest alone (Jordan et al. 2024,
https://kellerjordan.github.io/posts/muon). Convolutions (o, i, k, k) are matrices (o, i·k·k). First and last
layers, biases and norms are for AdamW.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

ROUNDS = 5  # of the iteration
QUINTIC = (3.4445, -4.7750, 2.0315)  # its polynomial: steepest at 0, singular values end in 0.7 … 1.2
MOMENTUM = 0.95


class Muon(Optimizer):
    """Steps of about `lr` in every direction of each weight; √(rows/columns) longer if tall."""

    def __init__(self, weights: Iterable[nn.Parameter], lr: float, momentum: float = MOMENTUM) -> None:
        super().__init__(weights, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """Move every weight that has a gradient."""
        assert closure is None, "the gradients are there already"
        for group in self.param_groups:
            weights = [weight for weight in group["params"] if weight.grad is not None]
            for alike in _by_shape(weights):
                self._move(alike, group)

    def _move(self, weights: list[nn.Parameter], group: dict[str, Any]) -> None:
        """Weights of one shape, all at once."""
        gradients = [weight.grad for weight in weights if weight.grad is not None]
        moments = [self._moment(weight) for weight in weights]
        torch._foreach_lerp_(moments, gradients, 1 - group["momentum"])
        ahead = torch._foreach_lerp(gradients, moments, group["momentum"])  # Nesterov's
        found = orthogonal(torch.stack([one.flatten(1) for one in ahead]))
        rows, columns = found.shape[1:]
        size = group["lr"] * math.sqrt(max(1.0, rows / columns))
        for weight, step in zip(weights, found, strict=True):
            weight.add_(step.view(weight.shape), alpha=-size)

    def _moment(self, weight: nn.Parameter) -> Tensor:
        state = self.state[weight]
        if "momentum" not in state:
            state["momentum"] = torch.zeros_like(weight)
        moment: Tensor = state["momentum"]
        return moment


def orthogonal(matrices: Tensor) -> Tensor:
    """(g, n, m) → about U·Vᵀ of each one's singular value decomposition U·S·Vᵀ, bfloat16 of the same shape.

    By Newton and Schulz's iteration, of the smaller side's Gram matrices.
    """
    tall = matrices.shape[1] > matrices.shape[2]
    x = (matrices.mT if tall else matrices).bfloat16()
    x = x / (x.flatten(1).norm(dim=1)[:, None, None] + 1e-7)
    a, b, c = QUINTIC
    for _ in range(ROUNDS):
        gram = x @ x.mT
        x = torch.baddbmm(x, torch.baddbmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return x.mT if tall else x


def _by_shape(weights: list[nn.Parameter]) -> list[list[nn.Parameter]]:
    found: dict[torch.Size, list[nn.Parameter]] = {}
    for weight in weights:
        found.setdefault(weight.shape, []).append(weight)
    return list(found.values())
