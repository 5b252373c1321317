"""`Task`: one model in training. A family adds its data and its loss.

A batch is that of the whole training: every process computes it alike and takes its own rows, so that any
number of processes descend the same loss.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from spriteloom.errors import ImpossibleModel
from spriteloom.nn.devices import autocast, device_of

M = TypeVar("M", bound=nn.Module)


class Outcome(Protocol):
    """The result of a forward pass: a NamedTuple with a loss and whatever else the task needs."""

    @property
    def loss(self) -> Tensor: ...


@dataclass(frozen=True, kw_only=True)
class Shard:
    """This process's number among `world` processes."""

    rank: int = 0
    world: int = 1


@dataclass(frozen=True, kw_only=True)
class TaskSettings:
    """What every task is given beside its config and data."""

    seed: int
    shard: Shard = Shard()
    precision: str = "32-true"


@dataclass(frozen=True, kw_only=True)
class BatchOrder:
    """Which of n rows are in a step's batch, a new order each epoch. Raises ImpossibleModel if it cannot be shared."""

    n: int
    batch: int
    seed: int
    shard: Shard = Shard()

    def __post_init__(self) -> None:
        if self.batch % self.shard.world or self.n < self.shard.world:
            raise ImpossibleModel(
                f"batches of {self.batch} of {self.n} pictures cannot be shared by {self.shard.world} devices: "
                f"train on fewer, or with --set batch={-(-self.batch // self.shard.world) * self.shard.world}"
            )

    @property
    def size(self) -> int:
        """Rows of a step, over all processes."""
        world = self.shard.world
        return min(self.batch, self.n // world * world)

    @property
    def steps_per_epoch(self) -> int:
        return max(1, self.n // self.size)

    @property
    def own(self) -> slice:
        """This process's part of a batch."""
        each = self.size // self.shard.world
        return slice(self.shard.rank * each, (self.shard.rank + 1) * each)

    def rows(self, step: int) -> NDArray[np.int64]:
        """The rows of a step, int64 (size,)."""
        epoch, i = divmod(step, self.n // self.size)
        order = np.random.default_rng((self.seed, epoch)).permutation(self.n)
        return order[i * self.size : (i + 1) * self.size]


class Objective(nn.Module):
    """The loss of a step as a module that Fabric can wrap; `untrained` modules are saved with the model."""

    def __init__(
        self,
        model: nn.Module,
        loss: Callable[..., Outcome],
        precision: str,
        untrained: Mapping[str, nn.Module],
    ) -> None:
        super().__init__()
        self.model = model
        for name, module in untrained.items():
            self.add_module(name, module)
        self.loss, self.precision = loss, precision

    def forward(self, *batch: Tensor) -> Outcome:
        with autocast(batch[0].device, self.precision):
            return self.loss(self.model, *batch)


class Task(ABC, Generic[M]):
    """A training as `fit` sees it. All randomness comes from `generator`, which checkpoints save, or from the step."""

    def __init__(
        self,
        model: M,
        loss: Callable[..., Outcome],
        settings: TaskSettings,
        *,
        n: int,
        batch: int,
        untrained: Mapping[str, nn.Module] | None = None,
    ) -> None:
        self.model = model
        self.objective = Objective(model, loss, settings.precision, untrained or {})
        self.order = BatchOrder(n=n, batch=batch, seed=settings.seed, shard=settings.shard)
        self.generator = torch.Generator().manual_seed(settings.seed)
        self._outcome: Any = None

    @property
    def steps_per_epoch(self) -> int:
        return self.order.steps_per_epoch

    @property
    def device(self) -> torch.device:
        return device_of(self.objective)

    def matrices(self) -> Sequence[nn.Parameter]:
        """The weights that Muon may train."""
        return ()

    def prepare(self) -> None:
        """Initialize before the first step of a new training, on the CPU; a resumed training skips this."""

    @abstractmethod
    def batch(self, step: int) -> tuple[Tensor, ...]:
        """This process's part of a step's batch."""

    def before(self, step: int) -> None:
        """Run before a step: seeds dropout by the step's number."""
        torch.manual_seed(hash((self.order.seed, self.order.shard.rank, step)) & 0x7FFF_FFFF_FFFF)

    def after(self, step: int, total: int | None, outcome: Any) -> None:  # noqa: ARG002
        """Run after a step. `total` is the number of steps, once that is known."""
        self._outcome = outcome

    @property
    def is_done(self) -> bool:
        """Whether more steps do not help; read after each step."""
        return False

    def finish(self) -> None:
        """Run after the last step."""
        self.model.eval()

    def weights(self) -> Mapping[str, Tensor]:
        """The weights that the run keeps."""
        weights: Mapping[str, Tensor] = self.model.state_dict()
        return weights

    @abstractmethod
    def metrics(self) -> dict[str, float]:
        """Figures of the model as it is, for the log. May take a second."""

    def parts(self) -> dict[str, float]:
        """The scalars of the last step's outcome, without the loss."""
        outcome = self._outcome._asdict() if self._outcome is not None else {}
        return {name: float(value) for name, value in outcome.items() if name != "loss" and not value.ndim}


def seeded(build: Callable[[], M], seed: int) -> M:
    """Call `build` with PyTorch's global generator seeded for that call."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return build()


def spread_rows(n: int, limit: int) -> NDArray[np.int64]:
    """At most `limit` of n rows, evenly spread."""
    return np.arange(n)[:: max(1, -(-n // limit))]
