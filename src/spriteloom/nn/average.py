"""`Average`: the exponential moving average of a network's weights, which samples better than the last weights.

`Best` keeps the weights of the lowest loss.
"""

from __future__ import annotations

import copy
import math

import torch
from torch import nn

DECAY = 0.999


class Average(nn.Module):
    """A frozen copy of a module, moved towards it by `update`.

    The decay after n updates is min(`decay`, (1 + n) / (10 + n)): a training of a few hundred steps averages
    its last tenth instead of its random beginning.
    """

    updates: torch.Tensor

    def __init__(self, module: nn.Module, decay: float = DECAY) -> None:
        super().__init__()
        self.module = copy.deepcopy(module).requires_grad_(False).eval()
        self.decay = decay
        self.register_buffer("updates", torch.zeros((), dtype=torch.int64))
        self._count: int | None = None  # `updates`, once read: reading it waits for the GPU
        self.register_load_state_dict_post_hook(_forget_count)  # type: ignore[no-untyped-call]

    def train(self, mode: bool = True) -> Average:  # noqa: ARG002
        """Stays in evaluation mode: the average is never trained, so it has no dropout."""
        return super().train(False)

    @torch.no_grad()
    def update(self, module: nn.Module) -> None:
        """Move the weights a step towards those of `module`; copy its buffers."""
        if self._count is None:
            self._count = int(self.updates)
        decay = min(self.decay, (1 + self._count) / (10 + self._count))
        torch._foreach_lerp_(list(self.module.parameters()), list(module.parameters()), 1 - decay)
        for copied, buffer in zip(self.module.buffers(), module.buffers(), strict=True):
            copied.copy_(buffer)
        self.updates += 1
        self._count += 1


class Best(nn.Module):
    """A copy of the weights with the lowest loss so far; final after `patience` comparisons without a lower one."""

    loss: torch.Tensor
    failures: torch.Tensor  # comparisons since the lowest

    def __init__(self, module: nn.Module, patience: int | None = None) -> None:
        super().__init__()
        self.module, self.patience = copy.deepcopy(module).requires_grad_(False), patience
        self.register_buffer("loss", torch.tensor(math.inf))
        self.register_buffer("failures", torch.zeros((), dtype=torch.int64))

    @property
    def is_final(self) -> bool:
        return self.patience is not None and int(self.failures) >= self.patience

    def compare(self, module: nn.Module, loss: float) -> None:
        """Take the weights of `module` if its loss is lower."""
        if loss < float(self.loss):
            self.module.load_state_dict(module.state_dict())
            self.loss.fill_(loss)
            self.failures.zero_()
        else:
            self.failures += 1


def _forget_count(average: Average, keys: object) -> None:  # noqa: ARG001
    average._count = None
