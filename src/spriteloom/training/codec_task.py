"""Training a Pixel VQ-VAE: on a census of patches, or on pictures as the paper does. Fulfils `Task`."""

from __future__ import annotations

import math
from typing import ClassVar

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
from spriteloom.training.recipes import CodecRecipe
from spriteloom.training.sampling import CensusSampler, PictureSampler

_FULL_SCALE = 255.0**2


class _Objective(nn.Module):
    """The loss of a step as a module, so that it can be wrapped for several devices."""

    def __init__(self, model: PixelVQVAE, recipe: CodecRecipe) -> None:
        super().__init__()
        self.model = model
        self._loss = recipe.loss
        self.warming = recipe.start.warm_up > 0

    def forward(self, pixels: Tensor, *counts: Tensor) -> Step:
        """Bytes come in, since autocast would round floats on their way."""
        loss = objectives.autoencode if self.warming else self._loss
        return loss(self.model, unit(pixels), *(c.float() for c in counts))


class Watch:
    """Held-out patches (n, 3·m²) with counts, and the error of the k-means yardstick on them (of bytes, squared)."""

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


class CodecTask:
    """A recipe at work on a data set's training pictures: their census, or the pictures themselves."""

    lives_on: ClassVar[float] = (
        0.85  # share of the steps after which no code is revived: the last ones only refine
    )

    def __init__(self, recipe: CodecRecipe, data: Census | Bytes, *, watch: Watch, seed: int) -> None:
        self.recipe, self.watch = recipe, watch
        torch.manual_seed(seed)  # the layers' own random weights
        self.model = PixelVQVAE(recipe.model)
        self.objective: nn.Module = _Objective(self.model, recipe)
        self.generator = torch.Generator().manual_seed(seed)
        self.total: int | None = None
        self._census = CensusSampler(data, self.generator) if isinstance(data, Census) else None
        self._pictures = None if isinstance(data, Census) else PictureSampler(data, seed)
        per_epoch = data.total if isinstance(data, Census) else len(data)
        self.steps_per_epoch = max(1, per_epoch // recipe.batch)

    def prepare(self) -> None:
        if self._census:
            self.recipe.start.prepare(self.model, self._census.draw)

    def batch(self, number: int) -> tuple[Tensor, ...]:
        if self._census:
            return self._census.draw_bytes(self.recipe.batch)
        assert self._pictures is not None
        return (self._pictures.batch(number, self.recipe.batch),)

    def before(self, number: int) -> None:
        self.objective.warming = number < self.recipe.start.warm_up
        if self._census and number == self.recipe.start.warm_up:
            self.recipe.start.settle(self.model, self._census.draw, self.generator)

    def after(self, number: int, step: Step) -> None:
        rule = self.recipe.revival
        settled = number > self.recipe.start.warm_up
        early = self.total is None or number < self.lives_on * self.total
        if rule and settled and early and number % rule.every == 0:
            self.model.quantizer.revive(rule, step.z, step.errors, self.generator)

    def finish(self) -> None:
        if self._census and self.recipe.polished:
            polish(self.model, self._census.draw)
        self.model.eval()

    def figures(self) -> dict[str, float]:
        mse = self.watch.mse(self.model)
        return {
            "codes_used": self.model.quantizer.used(),
            "perplexity": self.model.quantizer.perplexity(),
            "validation_mse": mse,
            "db_to_kmeans": 10 * math.log10(self.watch.yardstick / mse)
            if mse and self.watch.yardstick
            else 0.0,
        }
