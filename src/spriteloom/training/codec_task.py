"""Training a Pixel VQ-VAE: on a census of patches, or on pictures as the paper does. Fulfils `Task`."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor, nn

from spriteloom.codecs import objectives
from spriteloom.codecs.census import Census
from spriteloom.codecs.network import NetworkCodec
from spriteloom.codecs.objectives import Step
from spriteloom.codecs.pixel_vqvae import PixelVQVAE
from spriteloom.codecs.polish import polish
from spriteloom.data.tensors import Bytes, unit
from spriteloom.training.home import at_home
from spriteloom.training.recipes import CodecRecipe
from spriteloom.training.sampling import CensusSampler, PictureSampler
from spriteloom.training.session import ALONE, Place

LIVES_ON = 0.85  # share of the steps after which no code is revived: the last ones only refine
_FULL_SCALE = 255.0**2
_EXACT = 1e-9  # an error that no byte can show, taken for one of 0 so that its logarithm exists


class _Objective(nn.Module):
    """The loss of a step as a module, so that it can be wrapped for several devices."""

    def __init__(self, model: PixelVQVAE, recipe: CodecRecipe) -> None:
        super().__init__()
        self.model = model
        self._loss = recipe.loss
        self._warming = False

    def warm(self, warming: bool) -> None:
        """Whether the next steps go without a quantizer."""
        self._warming = warming

    def forward(self, pixels: Tensor, *counts: Tensor) -> Step:
        """Bytes come in, since autocast would round floats on their way."""
        loss = objectives.autoencode if self._warming else self._loss
        return loss(self.model, unit(pixels), *(c.float() for c in counts))


class Watch:
    """Held-out patches (n, 3·m²) with counts, and the error of k-means on them, pictures in [0, 1]."""

    def __init__(self, census: Census, yardstick: float) -> None:
        self.census, self.yardstick = census, yardstick

    def mse(self, model: PixelVQVAE) -> float:
        """Mean squared error of the network's own codes, pictures in [0, 1]."""
        was_training = model.training
        network = NetworkCodec(model)
        codes = network.encode_patches(self.census.patches)
        model.train(was_training)
        gap = self.census.patches.astype(np.float32) - network.table[codes]
        return float(np.average(np.square(gap).mean(1), weights=self.census.counts)) / _FULL_SCALE

    def decibels(self, mse: float) -> float:
        """By how much an error is better than that of k-means: above 0 it is, below it is not."""
        return 10 * math.log10(max(self.yardstick, _EXACT) / max(mse, _EXACT))


class CodecTask:
    """A recipe at work on a data set's training pictures: their census, or the pictures themselves.

    Processes begin alike and draw other patches each, or walk through the same pictures batch by batch in
    turns.
    """

    def __init__(
        self,
        recipe: CodecRecipe,
        data: Census | Bytes,
        *,
        watch: Watch,
        seed: int,
        place: Place = ALONE,
    ) -> None:
        self.recipe, self.watch, self._place = recipe, watch, place
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)  # the layers' own random weights
            self.model = PixelVQVAE(recipe.model)
        self._loss = _Objective(self.model, recipe)
        self._mse = torch.tensor(math.nan)  # of the last step
        self.objective: nn.Module = self._loss
        self.generator = torch.Generator().manual_seed(seed + place.rank)
        self._census = CensusSampler(data, self.generator) if isinstance(data, Census) else None
        self._pictures = None if isinstance(data, Census) else PictureSampler(data, seed)
        per_epoch = data.total if isinstance(data, Census) else len(data)
        self.steps_per_epoch = max(1, per_epoch // (recipe.batch * place.world))

    def prepare(self) -> None:
        if self._census:
            self.recipe.start.prepare(self.model, self._census.draw)

    def batch(self, number: int) -> tuple[Tensor, ...]:
        if self._census:
            return self._census.draw_bytes(self.recipe.batch)
        assert self._pictures is not None
        turn = number * self._place.world + self._place.rank
        return (self._pictures.batch(turn, self.recipe.batch),)

    def before(self, number: int) -> None:
        self._loss.warm(number < self.recipe.start.warm_up)
        if self._census and number == self.recipe.start.warm_up:
            with at_home(self.model):
                self.recipe.start.settle(self.model, self._census.draw, self.generator)

    def after(self, number: int, total: int | None, outcome: Step) -> None:
        self._mse = outcome.reconstruction
        rule = self.recipe.revival
        settled = number > self.recipe.start.warm_up
        early = total is None or number < LIVES_ON * total
        if rule and settled and early and number % rule.every == 0:
            with at_home(self.model):
                self.model.quantizer.revive(rule, outcome.z.cpu(), outcome.errors.cpu(), self.generator)

    def finish(self) -> None:
        with at_home(self.model):
            if self._census and self.recipe.polished:
                polish(self.model, self._census.draw)
        self.model.eval()

    def figures(self) -> dict[str, float]:
        with at_home(self.model):
            mse = self.watch.mse(self.model)
            return {
                "mse": float(self._mse),
                "codes_used": self.model.quantizer.used(),
                "perplexity": self.model.quantizer.perplexity(),
                "validation_mse": mse,
                "db_to_kmeans": self.watch.decibels(mse),
            }
