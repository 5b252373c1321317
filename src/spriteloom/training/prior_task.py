"""Training a prior on grids of codes with a condition each. Fulfils `Task`; knows no codec and no network."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from spriteloom.training.coded import Coded
from spriteloom.training.hardware import fast
from spriteloom.training.prior_recipes import Loss, PriorRecipe, Shape
from spriteloom.training.sampling import places
from spriteloom.training.session import ALONE, Place

WATCHED = 32_768  # held-out codes looked at during training, about


class Guess(NamedTuple):
    """One forward pass."""

    loss: Tensor  # nats per code


class _Objective(nn.Module):
    """The loss of a step as a module, so that it can be wrapped for several devices."""

    def __init__(self, model: nn.Module, loss: Loss) -> None:
        super().__init__()
        self.model = model
        self._loss = loss

    def forward(self, codes: Tensor, conditions: Tensor) -> Guess:
        return Guess(loss=self._loss(self.model, codes.long(), conditions))


class PriorTask:
    """A recipe at work on `learned`; `held_out` is looked at now and then."""

    def __init__(
        self,
        recipe: PriorRecipe,
        shape: Shape,
        learned: Coded,
        held_out: Coded,
        *,
        seed: int,
        place: Place = ALONE,
    ) -> None:
        self.recipe, self._learned, self._seed, self._place = recipe, learned, seed, place
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)  # the layers' own random weights
            self.model = recipe.build(shape)
        self.objective: nn.Module = _Objective(self.model, recipe.loss)
        self.generator = torch.Generator().manual_seed(seed + place.rank)
        few = max(1, WATCHED // held_out.codes[0].size)
        self._held_out = held_out.codes[:: max(1, len(held_out) // few)][:few]
        self._held_out_conditions = held_out.conditions[:: max(1, len(held_out) // few)][:few]
        self.steps_per_epoch = max(1, len(learned) // (recipe.batch * place.world))

    def prepare(self) -> None:
        """Nothing is counted or fitted first."""

    def batch(self, number: int) -> tuple[Tensor, ...]:
        turn = number * self._place.world + self._place.rank
        chosen = places(len(self._learned), turn, self.recipe.batch, self._seed)
        return (
            torch.from_numpy(self._learned.codes[chosen]),
            torch.from_numpy(self._learned.conditions[chosen]),
        )

    def before(self, number: int) -> None:
        """Dropout and masks draw from the global generator: a function of the step, so that it can resume."""
        torch.manual_seed(hash((self._seed, self._place.rank, number)) & 0x7FFF_FFFF_FFFF)

    def after(self, number: int, total: int | None, outcome: Guess) -> None:
        """Nothing."""

    def finish(self) -> None:
        self.model.eval()

    def figures(self) -> dict[str, float]:
        """Bits per code on held-out grids."""
        codes = torch.from_numpy(self._held_out).long()
        conditions = torch.from_numpy(self._held_out_conditions)
        with fast(next(self.model.parameters()).device.type):
            return {"validation_bits": float(self.recipe.bits(self.model, codes, conditions).mean())}
