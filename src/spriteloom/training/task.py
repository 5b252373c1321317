"""`Task`: one model in training. What every training repeats stands here; a family adds its data and loss.

The batch of a step is that of the whole training. Each process computes it alike and takes its own rows, so
that any number of processes descend the same loss as one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from spriteloom.errors import ImpossibleModel
from spriteloom.nn.devices import autocast, device_of

M = TypeVar("M", bound=nn.Module)


class Outcome(Protocol):
    """What a forward pass came to; a NamedTuple with whatever else its task needs."""

    @property
    def loss(self) -> Tensor: ...


@dataclass(frozen=True, kw_only=True)
class Place:
    """Which of how many processes this is."""

    rank: int = 0
    world: int = 1


ALONE = Place()


@dataclass(frozen=True, kw_only=True)
class BatchOrder:
    """Which of n rows stand in a step's batch: a new order each epoch, its last, smaller part left out.

    Raises ImpossibleModel where the batch cannot be shared by the processes.
    """

    n: int
    batch: int
    seed: int
    place: Place = ALONE

    def __post_init__(self) -> None:
        if self.batch % self.place.world or self.n < self.place.world:
            raise ImpossibleModel(
                f"batches of {self.batch} of {self.n} pictures cannot be shared by {self.place.world} devices: "
                f"train on fewer, or with --set batch={-(-self.batch // self.place.world) * self.place.world}"
            )

    @property
    def size(self) -> int:
        """Rows of a step, over all processes."""
        world = self.place.world
        return min(self.batch, self.n // world * world)

    @property
    def steps_per_epoch(self) -> int:
        return max(1, self.n // self.size)

    @property
    def own(self) -> slice:
        """This process's part of a batch."""
        each = self.size // self.place.world
        return slice(self.place.rank * each, (self.place.rank + 1) * each)

    def rows(self, step: int) -> NDArray[np.int64]:
        """The rows of a step, int64 (size,)."""
        epoch, place = divmod(step, self.n // self.size)
        order = np.random.default_rng((self.seed, epoch)).permutation(self.n)
        return order[place * self.size : (place + 1) * self.size]


class Objective(nn.Module):
    """The loss of a step as a module, so that it can be wrapped for several devices and compiled.

    `beside` are modules that are kept with the model and not trained: a moving average.
    """

    def __init__(
        self,
        model: nn.Module,
        loss: Callable[..., Outcome],
        precision: str,
        beside: Mapping[str, nn.Module] | None = None,
    ) -> None:
        super().__init__()
        self.model = model
        for name, module in (beside or {}).items():
            self.add_module(name, module)
        self.loss, self.precision = loss, precision

    def forward(self, *batch: Tensor) -> Outcome:
        with autocast(batch[0].device, self.precision):
            return self.loss(self.model, *batch)


class Task(ABC):
    """A training, seen from `fit`. `objective` holds all that is trained or kept.

    Everything random comes from `generator` or is a function of the step's number, so that it can be kept.
    """

    objective: Objective
    generator: torch.Generator
    order: BatchOrder

    def __init__(
        self,
        model: nn.Module,
        loss: Callable[..., Outcome],
        order: BatchOrder,
        *,
        precision: str = "32-true",
        beside: Mapping[str, nn.Module] | None = None,
    ) -> None:
        self.objective = Objective(model, loss, precision, beside)
        self.order = order
        self.generator = torch.Generator().manual_seed(order.seed)
        self._outcome: Any = None

    @property
    def steps_per_epoch(self) -> int:
        return self.order.steps_per_epoch

    @property
    def device(self) -> torch.device:
        return device_of(self.objective)

    def matrices(self) -> Sequence[nn.Parameter]:
        """The weights that Muon may move."""
        return ()

    def prepare(self) -> None:  # noqa: B027
        """Before the first step of a new training, on the CPU; a resumed one skips it."""

    @abstractmethod
    def batch(self, step: int) -> tuple[Tensor, ...]:
        """This process's part of a step's batch."""

    def before(self, step: int) -> None:
        """What a step needs done first: dropout draws from a generator that is a function of the step."""
        torch.manual_seed(hash((self.order.seed, self.order.place.rank, step)) & 0x7FFF_FFFF_FFFF)

    def after(self, step: int, total: int | None, outcome: Any) -> None:  # noqa: ARG002
        """What a step leaves to be done. `total` is how many steps there will be, once that is known."""
        self._outcome = outcome

    def finish(self) -> None:
        """After the last step."""
        self.objective.model.eval()

    @abstractmethod
    def metrics(self) -> dict[str, float]:
        """Where the training stands, for the log. May take a second."""

    def parts(self) -> dict[str, float]:
        """The single numbers of the last step's outcome, but for the loss."""
        found = self._outcome._asdict() if self._outcome is not None else {}
        return {name: float(value) for name, value in found.items() if name != "loss" and not value.ndim}


def seeded(build: Callable[[], M], seed: int) -> M:
    """What `build` makes, with random weights that are a function of the seed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return build()


def watched(n: int, most: int) -> NDArray[np.int64]:
    """At most so many of n rows, from all over: those that are looked at during training."""
    return np.arange(n)[:: max(1, -(-n // most))]
