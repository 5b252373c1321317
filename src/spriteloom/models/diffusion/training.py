"""Trains a diffusion on latents with a condition each."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from spriteloom.models.capabilities import LatentSpace
from spriteloom.models.diffusion.denoiser import join_state_dicts, split_state_dict
from spriteloom.models.diffusion.presets import Config, Shape
from spriteloom.models.diffusion.rows import ALL, Dropout, Indices, Rows, rows_of
from spriteloom.nn.average import Average, Best
from spriteloom.nn.devices import autocast, channels_last
from spriteloom.nn.unet import UNet
from spriteloom.training.session import Session, Trained
from spriteloom.training.task import Task, TaskSettings, seeded, spread_rows

HELD_OUT = 256  # held-out pictures that metrics are computed on, at most
COMPARED_STEPS = 10  # steps between two comparisons with the best weights so far
FEWEST_HELD_OUT = 32  # fewer pictures are used several times, each time with other noise


class DiffusionStep(NamedTuple):
    """The result of one forward pass."""

    loss: Tensor


def train(config: Config, shape: Shape, session: Session, space: LatentSpace) -> Trained:
    """Train on the session's pictures in a latent space."""
    splits = ("train", session.cache.held_out)
    device = session.fabric.device
    rows, held_out = (
        rows_of(config, session.cache, split, space, session.conditions, device) for split in splits
    )
    task = DiffusionTask(config, shape, rows, held_out, session.settings, session.start)
    return session.fit(task, config.optimizer)


class DiffusionTask(Task[nn.Module]):
    """Trains a diffusion on `rows`; metrics are those of the average weights on `held_out` rows."""

    def __init__(
        self,
        config: Config,
        shape: Shape,
        rows: Rows,
        held_out: Rows,
        settings: TaskSettings,
        start: Mapping[str, Tensor] | None = None,
    ) -> None:
        self.config, self._rows, self._held_out = config, rows, held_out
        model = channels_last(seeded(lambda: config.build(shape), settings.seed))
        if start is not None:
            model.load_state_dict(split_state_dict(start)[0])
        self.average = Average(model, config.ema_decay)
        self.autoguidance = copy.deepcopy(self.average.module) if config.autoguidance_after else None
        self.best = Best(self.average.module, config.patience) if config.patience else None
        extra = {"autoguidance": self.autoguidance, "best": self.best}
        untrained: dict[str, nn.Module] = {"average": self.average}
        untrained |= {name: module for name, module in extra.items() if module is not None}
        batch = config.batch_for(shape)
        super().__init__(model, self._loss, settings, n=len(rows), batch=batch, untrained=untrained)

    def _loss(
        self, model: nn.Module, clean: Tensor, noise: Tensor, times: Tensor, conditions: Tensor
    ) -> DiffusionStep:
        return DiffusionStep(loss=self.config.process.loss(model, clean, noise, times, conditions))

    def matrices(self) -> Sequence[nn.Parameter]:
        """The inner weights of the U-Net."""
        return [weight for net in self.model.modules() if isinstance(net, UNet) for weight in net.matrices()]

    def batch(self, step: int) -> tuple[Tensor, ...]:
        dropout = Dropout(labels=self.config.label_dropout, both=self.config.condition_dropout)
        return self._draw(self._rows, self.order.rows(step), dropout, self.generator, self.order.own)

    def after(self, step: int, total: int | None, outcome: Any) -> None:
        """The autoguidance model follows the average for its share of the steps, then stays unchanged."""
        super().after(step, total, outcome)
        self.average.update(self.model)
        if (step + 1) % COMPARED_STEPS == 0:
            self._compare()
        is_early = total is None or step < self.config.autoguidance_after * total
        if self.autoguidance is not None and is_early:
            self.autoguidance.load_state_dict(self.average.module.state_dict())

    def prepare(self) -> None:
        self._compare()

    def finish(self) -> None:
        self._compare()
        super().finish()

    @property
    def is_done(self) -> bool:
        return self.best is not None and self.best.is_final

    def weights(self) -> Mapping[str, Tensor]:
        network = self.average.module if self.best is None else self.best.module
        return join_state_dicts(network, self.autoguidance)

    def metrics(self) -> dict[str, float]:
        """The loss on held-out pictures, each time with the same noise."""
        best = {} if self.best is None else {"best_validation_loss": float(self.best.loss)}
        return {"validation_loss": self._held_out_loss(), **best}

    def _compare(self) -> None:
        """Keep the average if it has the lowest loss on held-out pictures so far."""
        if self.best is not None:
            self.best.compare(self.average.module, self._held_out_loss())

    @torch.no_grad()
    def _held_out_loss(self) -> float:
        generator = torch.Generator().manual_seed(0)
        rows = spread_rows(len(self._held_out), HELD_OUT)
        rows = np.resize(rows, max(len(rows), FEWEST_HELD_OUT))
        parts = [part.to(self.device) for part in self._draw(self._held_out, rows, Dropout(), generator)]
        with autocast(self.device, self.objective.precision):
            return float(self.config.process.loss(self.average.module, *parts))

    def _draw(
        self, rows: Rows, indices: Indices, dropout: Dropout, generator: torch.Generator, own: slice = ALL
    ) -> tuple[Tensor, ...]:
        """Clean latents, noise, times and conditions of the `own` part of some rows."""
        clean, conditions = rows.draw(indices, dropout, generator, own)
        noise = _noise((len(indices), *clean.shape[1:]), clean.device, generator)[own]
        return clean, noise, self.config.process.times(len(indices), generator)[own], conditions


def _noise(shape: Sequence[int], device: torch.device, generator: torch.Generator) -> Tensor:
    """Noise float32 from `generator`; on CUDA from one there that it seeds, which is many times faster."""
    if device.type != "cuda":
        return torch.randn(*shape, generator=generator)
    seed = int(torch.randint(2**62, (), generator=generator))
    return torch.randn(*shape, device=device, generator=torch.Generator(device).manual_seed(seed))
