"""Optimizers and learning-rate schedules."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import nn

Schedule = Literal["constant", "cosine"]
WARM_UP = 20  # steps
FLOOR = 0.02  # the last share of the learning rate in a cosine schedule


@dataclass(frozen=True, kw_only=True)
class OptimizerConfig:
    """AdamW and its schedule; without weight decay it is Adam.

    Gradients are clipped to `max_grad_norm`. With a `muon_learning_rate`, Muon trains the task's `matrices`.
    """

    learning_rate: float
    schedule: Schedule = "cosine"
    betas: tuple[float, float] = (0.9, 0.999)
    weight_decay: float = 0.0
    max_grad_norm: float | None = None
    muon_learning_rate: float | None = None

    def build(self, objective: nn.Module, matrices: Sequence[nn.Parameter]) -> list[torch.optim.Optimizer]:
        """Muon for the `matrices` if it has a learning rate, AdamW for all other parameters."""
        muon = [] if self.muon_learning_rate is None else list(matrices)
        excluded = {id(weight) for weight in muon}
        adam = torch.optim.AdamW(
            [weight for weight in objective.parameters() if id(weight) not in excluded],
            lr=self.learning_rate,
            betas=self.betas,
            weight_decay=self.weight_decay,
            eps=1e-12,
            fused=True,
        )
        if not (self.muon_learning_rate and muon):
            return [adam]
        from spriteloom.nn.muon import Muon

        return [adam, Muon(muon, lr=self.muon_learning_rate)]

    def share(self, step: int, total: int | None) -> float:
        """The share of the learning rate at a step; `total` is None until minutes are planned as steps."""
        return SCHEDULES[self.schedule](step, total)


def cosine(step: int, total: int | None, *, warm_up: int = WARM_UP, floor: float = FLOOR) -> float:
    """A linear warm-up, then a cosine down to `floor`. While `total` is unknown, the share stays at 1."""
    rise = min(1.0, (step + 1) / warm_up)
    if total is None:
        return rise
    return rise * (floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * min(1.0, step / total))))


def constant(step: int, total: int | None) -> float:  # noqa: ARG001
    """The same learning rate at every step, as in the first paper."""
    return 1.0


SCHEDULES: dict[str, Callable[[int, int | None], float]] = {"constant": constant, "cosine": cosine}
