"""`Average`: the moving average of a module's weights, which samples better than the last ones."""

from __future__ import annotations

import copy

import torch
from torch import nn

DECAY = 0.999


class Average(nn.Module):
    """A frozen copy that follows. `updates` counts how often it has; young averages forget faster.

    The decay after n updates is min(`decay`, (1 + n) / (10 + n)): a training of a few hundred steps has an
    average of its last tenth instead of its random beginning.
    """

    updates: torch.Tensor

    def __init__(self, module: nn.Module, decay: float = DECAY) -> None:
        super().__init__()
        self.module = copy.deepcopy(module).requires_grad_(False).eval()
        self.decay = decay
        self.register_buffer("updates", torch.zeros((), dtype=torch.int64))

    def train(self, mode: bool = True) -> Average:  # noqa: ARG002
        """It is looked at, never trained: nothing is dropped at random, whatever it stands beside."""
        return super().train(False)

    @torch.no_grad()
    def follow(self, module: nn.Module) -> None:
        """Step towards the weights of `module`; its buffers are taken over."""
        n = int(self.updates)
        keep = min(self.decay, (1 + n) / (10 + n))
        for own, other in zip(self.module.parameters(), module.parameters(), strict=True):
            own.lerp_(other, 1 - keep)
        for kept, other_kept in zip(self.module.buffers(), module.buffers(), strict=True):
            kept.copy_(other_kept)
        self.updates += 1
