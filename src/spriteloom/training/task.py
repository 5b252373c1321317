"""What `fit` trains: a module whose `forward` is one loss, and what happens around it.

Knows no device and no schedule.
"""

from __future__ import annotations

from typing import Any, Protocol

import torch
from torch import Tensor, nn


class Outcome(Protocol):
    """What a forward pass came to; a NamedTuple with whatever else its task needs."""

    @property
    def loss(self) -> Tensor: ...


class Task(Protocol):
    """A training, seen from outside.

    Everything random comes from `generator` or is a function of the step's number, so that it can be kept.
    """

    objective: nn.Module  # forward(*batch) -> Outcome; holds all that is trained
    generator: torch.Generator
    steps_per_epoch: int

    def prepare(self) -> None:
        """Before the first step of a new training; a resumed one skips it."""
        ...

    def batch(self, number: int) -> tuple[Tensor, ...]:
        """The batch of a step."""
        ...

    def before(self, number: int) -> None:
        """What a step needs done before it: the codebook settles after the warm-up."""
        ...

    def after(self, number: int, total: int | None, outcome: Any) -> None:
        """What a step leaves to be done: dead codes revive. `total` is how many there will be, once known."""
        ...

    def finish(self) -> None:
        """After the last step."""
        ...

    def figures(self) -> dict[str, float]:
        """Where the training stands, for the log: codes used, dB to the yardstick. May take a second."""
        ...
