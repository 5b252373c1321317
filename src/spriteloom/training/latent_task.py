"""Training an autoencoder on RGBA. Fulfils `Task`; knows no set and no network."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from spriteloom.codecs.spaces import Space
from spriteloom.codecs.spatial import SpatialAutoencoder
from spriteloom.data.tensors import Bytes, to_unit
from spriteloom.pixels.alpha import over
from spriteloom.training.latent_recipes import LatentRecipe
from spriteloom.training.sampling import places
from spriteloom.training.session import ALONE, Place
from spriteloom.training.task import Outcome

WATCHED = 64  # held-out pictures looked at during training, at most
SCALED = 512  # pictures that the grids' mean and spread are taken from
WHITE = (255, 255, 255)


class _Objective(nn.Module):
    def __init__(self, model: nn.Module, recipe: LatentRecipe) -> None:
        super().__init__()
        self.model, self._recipe = model, recipe

    def forward(self, rgba: Tensor, noise: Tensor) -> Outcome:
        return self._recipe.loss(self.model, rgba, noise)


class LatentTask:
    """A recipe at work on pictures `rgba` (n, h, w, 4) uint8, mirrored as they come; `held_out` is alike."""

    def __init__(
        self, recipe: LatentRecipe, rgba: Bytes, held_out: Bytes, *, seed: int, place: Place = ALONE
    ) -> None:
        self.recipe, self._rgba, self._seed, self._place = recipe, rgba, seed, place
        self._held_out = held_out[:: math.ceil(len(held_out) / WATCHED)]
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.model = recipe.build(rgba.shape[1])
        self.model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.space: Space = recipe.space(self.model)
        self.objective: nn.Module = _Objective(self.model, recipe)
        self.generator = torch.Generator().manual_seed(seed + place.rank)
        self._last: dict[str, float] = {}
        self.steps_per_epoch = max(1, len(rgba) // (recipe.batch * place.world))

    def prepare(self) -> None:
        """Nothing is counted or fitted first."""

    def batch(self, number: int) -> tuple[Tensor, ...]:
        turn = number * self._place.world + self._place.rank
        some = torch.from_numpy(self._rgba[places(len(self._rgba), turn, self.recipe.batch, self._seed)])
        mirrored = torch.rand(len(some), generator=self.generator) < 0.5
        some = torch.where(mirrored[:, None, None, None], some.flip(2), some)
        return some, torch.randn(len(some), *self.space.shape, generator=self.generator)

    def before(self, number: int) -> None:
        """Nothing."""

    def after(self, number: int, total: int | None, outcome: Any) -> None:  # noqa: ARG002
        parts = outcome._asdict()
        self._last = {name: float(parts[name]) for name in outcome._fields if name != "loss"}

    @torch.no_grad()
    def finish(self) -> None:
        """The scale of a spatial grid, so that a diffusion finds it centred."""
        self.model.eval()
        if isinstance(self.model, SpatialAutoencoder):
            some = self._rgba[:: max(1, len(self._rgba) // SCALED)]
            self.model.mean.zero_()
            self.model.spread.fill_(1)
            grids = self.space.grids(some)
            self.model.mean.copy_(grids.mean((0, 2, 3)))
            self.model.spread.copy_(grids.std((0, 2, 3)).clamp(min=1e-6))

    def figures(self) -> dict[str, float]:
        """The parts of the last loss; the error on held-out pictures over white."""
        was_training = self.model.training
        self.model.eval()
        made = self.space.pictures(self.space.grids(self._held_out))
        self.model.train(was_training)
        gap = to_unit(_rgb(made)) - to_unit(_rgb(self._held_out))
        return self._last | {"validation_mse": float(gap.square().mean())}


def _rgb(pictures: Bytes) -> Bytes:
    return pictures if pictures.shape[3] == 3 else np.asarray(over(pictures, WHITE))
