"""Optimizers and learning-rate schedules, by config."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import nn

Schedule = Literal["constant", "cosine"]
RAMP = 20  # steps of warm-up
FLOOR = 0.02  # share of the learning rate that a cosine ends at


@dataclass(frozen=True, kw_only=True)
class OptimizerConfig:
    """AdamW and its schedule; without weight decay it is Adam.

    Gradients longer than `max_grad_norm` are cut to that length. The matrices that a task names for it are
    moved by Muon at `muon_learning_rate`, where that is given.
    """

    learning_rate: float
    schedule: Schedule = "cosine"
    betas: tuple[float, float] = (0.9, 0.999)
    weight_decay: float = 0.0
    max_grad_norm: float | None = None
    muon_learning_rate: float | None = None

    def build(self, objective: nn.Module, matrices: Sequence[nn.Parameter]) -> list[torch.optim.Optimizer]:
        """AdamW for what is trained, and Muon for the `matrices` where it is wanted."""
        own = [] if self.muon_learning_rate is None else list(matrices)
        taken = {id(weight) for weight in own}
        adam = torch.optim.AdamW(
            [weight for weight in objective.parameters() if id(weight) not in taken],
            lr=self.learning_rate,
            betas=self.betas,
            weight_decay=self.weight_decay,
            eps=1e-12,
            fused=True,
        )
        if not (self.muon_learning_rate and own):
            return [adam]
        from spriteloom.nn.muon import Muon

        return [adam, Muon(own, lr=self.muon_learning_rate)]

    def share(self, step: int, total: int | None) -> float:
        """Share of the learning rate at a step; `total` is None until a budget of minutes is steps."""
        return SCHEDULES[self.schedule](step, total)


def cosine(step: int, total: int | None, *, ramp: int = RAMP, floor: float = FLOOR) -> float:
    """A short ramp, then a cosine down to `floor`. While `total` is not known it stands at its top."""
    rise = min(1.0, (step + 1) / ramp)
    if total is None:
        return rise
    return rise * (floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * min(1.0, step / total))))


def constant(step: int, total: int | None) -> float:  # noqa: ARG001
    """The first paper's: one learning rate from the first step to the last."""
    return 1.0


SCHEDULES: dict[str, Callable[[int, int | None], float]] = {"constant": constant, "cosine": cosine}
