"""Trains a diffusion on grids with a condition each."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from spriteloom.models.capabilities import LatentSpace
from spriteloom.models.diffusion.autoguidance import join_state_dicts
from spriteloom.models.diffusion.presets import Config, Shape
from spriteloom.models.diffusion.rows import Rows, rows_of
from spriteloom.nn.average import Average
from spriteloom.nn.devices import autocast, channels_last
from spriteloom.nn.unet import UNet
from spriteloom.training.session import Session, Trained
from spriteloom.training.task import ALONE, BatchOrder, Place, Task, seeded, watched

WATCHED = 128  # held-out grids looked at during training, at most


class Step(NamedTuple):
    """One forward pass."""

    loss: Tensor


def train(config: Config, shape: Shape, session: Session, space: LatentSpace) -> Trained:
    """On the session's pictures, in a space."""
    cache = session.cache
    task = DiffusionTask(
        config,
        shape,
        rows_of(config, cache, "train", space, session.conditions),
        rows_of(config, cache, cache.held_out, space, session.conditions),
        seed=session.seed,
        place=session.place,
        precision=session.precision,
    )
    progress = session.fit(task, config.optimizer)
    weights = join_state_dicts(task.average.module, task.autoguidance)
    return Trained.of(weights, progress)


class DiffusionTask(Task):
    """A config at work on `rows`; `held_out` is looked at now and then, with the average weights."""

    def __init__(
        self,
        config: Config,
        shape: Shape,
        rows: Rows,
        held_out: Rows,
        *,
        seed: int,
        place: Place = ALONE,
        precision: str = "32-true",
    ) -> None:
        self.config, self._rows, self._held_out = config, rows, held_out
        self.model = channels_last(seeded(lambda: config.network.build(shape), seed))
        self.average = Average(self.model, config.ema_decay)
        self.autoguidance = copy.deepcopy(self.average.module) if config.autoguidance_after else None
        beside: dict[str, nn.Module] = {"average": self.average}
        beside |= {"autoguidance": self.autoguidance} if self.autoguidance else {}
        order = BatchOrder(n=len(rows), batch=config.batch_for(shape), seed=seed, place=place)
        super().__init__(self.model, self._loss, order, precision=precision, beside=beside)

    def _loss(
        self, model: nn.Module, clean: Tensor, noise: Tensor, times: Tensor, conditions: Tensor
    ) -> Step:
        return Step(loss=self.config.process.loss(model, clean, noise, times, conditions))

    def matrices(self) -> Sequence[nn.Parameter]:
        """The inner weights of the U-Net that is trained."""
        return [weight for net in self.model.modules() if isinstance(net, UNet) for weight in net.matrices()]

    def batch(self, step: int) -> tuple[Tensor, ...]:
        """Clean grids, noise, times and conditions."""
        clean, noise, times, conditions = self._drawn(
            self._rows, self.order.rows(step), self.generator, self.order.own
        )
        kept = torch.rand(self.order.size, 1, generator=self.generator) >= self.config.condition_dropout
        return clean, noise, times, conditions * kept[self.order.own]

    def after(self, step: int, total: int | None, outcome: Any) -> None:
        """The autoguidance model is the average until its share of the steps is made, and stays as it was."""
        super().after(step, total, outcome)
        self.average.update(self.model)
        young = total is None or step < self.config.autoguidance_after * total
        if self.autoguidance is not None and young:
            self.autoguidance.load_state_dict(self.average.module.state_dict())

    @torch.no_grad()
    def metrics(self) -> dict[str, float]:
        """The loss on held-out grids, with the same noise at every look."""
        chance = torch.Generator().manual_seed(0)
        rows = watched(len(self._held_out), WATCHED)
        parts = [part.to(self.device) for part in self._drawn(self._held_out, rows, chance)]
        with autocast(self.device, self.objective.precision):
            loss = self.config.process.loss(self.average.module, *parts)
        return {"validation_loss": float(loss)}

    def _drawn(
        self, rows: Rows, chosen: NDArray[np.int64], chance: torch.Generator, own: slice = slice(None)
    ) -> tuple[Tensor, ...]:
        """Clean grids, noise, times and conditions of the `own` part of the chosen rows."""
        clean, conditions = rows.draw(chosen, self.config.label_dropout, chance, own)
        noise = torch.randn(len(chosen), *clean.shape[1:], generator=chance)[own]
        return clean, noise, self.config.process.times(len(chosen), chance)[own], conditions
