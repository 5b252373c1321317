"""Training a diffusion on grids with a condition each. Fulfils `Task`; knows no space and no network."""

from __future__ import annotations

import copy
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from spriteloom.nn.average import Average
from spriteloom.training.diffusion_recipes import DiffusionRecipe
from spriteloom.training.hardware import fast
from spriteloom.training.rows import Rows
from spriteloom.training.sampling import places
from spriteloom.training.session import ALONE, Place

WATCHED = 128  # held-out grids looked at during training, at most


class Step(NamedTuple):
    """One forward pass."""

    loss: Tensor


class _Objective(nn.Module):
    """The loss of a step. The weights' average and the guide stand beside them, so that all are kept."""

    def __init__(
        self, model: nn.Module, average: Average, guide: nn.Module | None, recipe: DiffusionRecipe
    ) -> None:
        super().__init__()
        self.model, self.average, self.guide, self._recipe = model, average, guide, recipe

    def forward(self, clean: Tensor, noise: Tensor, times: Tensor, conditions: Tensor) -> Step:
        """Floats come as their bits, since autocast would round them on their way."""
        batch = [_floats(part) for part in (clean, noise, times, conditions)]
        return Step(loss=self._recipe.process.loss(self.model, *batch))


class DiffusionTask:
    """A recipe at work on `learned` rows; `held_out` is looked at now and then, with the average weights."""

    def __init__(
        self,
        recipe: DiffusionRecipe,
        shape: tuple[int, ...],
        learned: Rows,
        held_out: Rows,
        *,
        seed: int,
        place: Place = ALONE,
    ) -> None:
        self.recipe, self._learned, self._held_out = recipe, learned, held_out
        self._seed, self._place = seed, place
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.model = recipe.build(shape, learned.conditions.width)
        self.model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = Average(self.model, recipe.average)
        self.guide = copy.deepcopy(self.average.module) if recipe.guide_after else None
        self.objective: nn.Module = _Objective(self.model, self.average, self.guide, recipe)
        self.generator = torch.Generator().manual_seed(seed + place.rank)
        self.steps_per_epoch = max(1, len(learned) // (recipe.batch * place.world))

    def prepare(self) -> None:
        """Nothing is counted or fitted first."""

    def batch(self, number: int) -> tuple[Tensor, ...]:
        turn = number * self._place.world + self._place.rank
        chosen = places(len(self._learned), turn, self.recipe.batch, self._seed)
        return tuple(_bits(part) for part in self._drawn(self._learned, chosen, self.generator))

    def before(self, number: int) -> None:
        """Dropped labels draw from the global generator: a function of the step, so that it can resume."""
        torch.manual_seed(hash((self._seed, self._place.rank, number)) & 0x7FFF_FFFF_FFFF)

    def after(self, number: int, total: int | None, outcome: Any) -> None:  # noqa: ARG002
        """The guide is the average until `guide_after` of the steps are made, and stays as it was then."""
        self.average.follow(self.model)
        if self.guide is not None and (total is None or number < self.recipe.guide_after * total):
            self.guide.load_state_dict(self.average.module.state_dict())

    def finish(self) -> None:
        self.model.eval()

    @torch.no_grad()
    def figures(self) -> dict[str, float]:
        """The loss on held-out grids, with the same noise at every look."""
        chance = torch.Generator().manual_seed(0)
        chosen = np.arange(len(self._held_out))[:: max(1, len(self._held_out) // WATCHED)][:WATCHED]
        device = next(self.model.parameters()).device
        parts = [part.to(device) for part in self._drawn(self._held_out, chosen, chance)]
        with fast(device.type):
            loss = self.recipe.process.loss(self.average.module, *parts)
        return {"validation_loss": float(loss)}

    def _drawn(self, rows: Rows, chosen: NDArray[np.int64], chance: torch.Generator) -> tuple[Tensor, ...]:
        """Clean grids, noise, times and conditions."""
        grids, conditions = rows.batch(chosen, chance)
        noise = torch.randn(grids.shape, generator=chance)
        times = self.recipe.process.times(len(grids), chance)
        return grids, noise, times, conditions


def _bits(values: Tensor) -> Tensor:
    """float32 as int32 of the same bits; whole numbers as they are."""
    return values.contiguous().view(torch.int32) if values.dtype == torch.float32 else values


def _floats(values: Tensor) -> Tensor:
    return values.view(torch.float32) if values.dtype == torch.int32 else values
