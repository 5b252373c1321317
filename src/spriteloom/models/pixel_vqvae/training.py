"""Trains a Pixel VQ-VAE on a census of patches, or on pictures as in the paper."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from spriteloom.codecs.census import Census, CensusSampler
from spriteloom.data.tensors import to_unit
from spriteloom.models.patch_codec import held_out_patches, patch_mse
from spriteloom.models.pixel_vqvae import objectives
from spriteloom.models.pixel_vqvae.exact import NetworkCodec
from spriteloom.models.pixel_vqvae.network import PixelVQVAE
from spriteloom.models.pixel_vqvae.objectives import OBJECTIVES, Step
from spriteloom.models.pixel_vqvae.polish import polish
from spriteloom.models.pixel_vqvae.presets import Config
from spriteloom.nn.average import Best
from spriteloom.nn.devices import evaluating
from spriteloom.nn.processes import gather_rows
from spriteloom.pixels.arrays import Bytes
from spriteloom.training.session import Session, Trained
from spriteloom.training.task import Task, TaskSettings, seeded

COMPARED_STEPS = 200  # steps between two comparisons with the best weights so far
_FULL_SCALE = 255.0**2
_LEAST_MSE = 1e-9  # too small for a byte to show; stands for 0 in logarithms


def train(config: Config, session: Session) -> Trained:
    """Train on the session's census or pictures; metrics compare with k-means of the same census."""
    cache, network, settings = session.cache, config.network, session.settings
    session.logger("counting patches; k-means on them for comparison")
    patches = held_out_patches(cache, network.m, settings.seed)
    kmeans = patch_mse(patches, cache.table(network.m, network.codes, noise=config.noise))
    data: Census | Bytes
    if config.on_patches:
        data = cache.census(network.m, noise=config.noise)
        session.logger(f"{len(data):,} distinct patches of {data.total:,}")
    else:
        data = cache.rgb("train", noise=config.noise)
    task = CodecTask(config, data, HeldOut(patches, kmeans), settings)
    return session.fit(task, config.optimizer, compiles=not config.on_patches)


class HeldOut:
    """Held-out patches with counts, and the mean squared error of k-means on them, pictures in [0, 1]."""

    def __init__(self, census: Census, kmeans_mse: float) -> None:
        self.census, self.kmeans_mse = census, kmeans_mse

    def mse(self, model: PixelVQVAE) -> float:
        """Mean squared error of the network, pictures in [0, 1]."""
        with evaluating(model):
            network = NetworkCodec(model)
            codes = network.encode_patches(self.census.patches)
        error = self.census.patches.astype(np.float32) - network.table[codes]
        return float(np.average(np.square(error).mean(1), weights=self.census.counts)) / _FULL_SCALE

    def decibels(self, mse: float) -> float:
        """How many decibels an error is below that of k-means."""
        return 10 * math.log10(max(self.kmeans_mse, _LEAST_MSE) / max(mse, _LEAST_MSE))


class CodecTask(Task[PixelVQVAE]):
    """Trains a Pixel VQ-VAE on a census of patches, or on pictures uint8 (n, h, w, 3)."""

    def __init__(
        self, config: Config, data: Census | Bytes, held_out: HeldOut, settings: TaskSettings
    ) -> None:
        self.config, self.held_out, self._loss = config, held_out, _Loss(config)
        model = seeded(lambda: PixelVQVAE(config.network), settings.seed)
        self.best = Best(model) if config.polished else None
        n = data.total if isinstance(data, Census) else len(data)
        untrained = {"best": self.best} if self.best else {}
        super().__init__(model, self._loss, settings, n=n, batch=config.batch, untrained=untrained)
        self._census = CensusSampler(data, self.generator) if isinstance(data, Census) else None
        self._rgb = None if isinstance(data, Census) else data

    def prepare(self) -> None:
        if self._census:
            self.config.start.prepare(self.model, self._census.draw)

    def batch(self, step: int) -> tuple[Tensor, ...]:
        """Patches uint8 (u, m², 3) and counts int64 (u,), or images uint8 (b, 3, h, w)."""
        if self._census:
            return self._census.draw_bytes(self.order.size, self.order.own)
        assert self._rgb is not None
        rows = self.order.rows(step)[self.order.own]
        return (torch.from_numpy(self._rgb[rows]).permute(0, 3, 1, 2),)

    def before(self, step: int) -> None:
        start = self.config.start
        self._loss.is_warm_up = step < start.warm_up
        if self._census and step == start.warm_up:
            start.settle(self.model, self._census.draw, self.generator)
            self._compare()

    def after(self, step: int, total: int | None, outcome: Step) -> None:
        super().after(step, total, outcome)
        if not self._loss.is_warm_up and (step + 1) % COMPARED_STEPS == 0:
            self._compare()
        rule = self.config.dead_codes
        if rule and step > self.config.start.warm_up and rule.are_due(step, total):
            self.model.quantizer.reset_dead_codes(
                rule, gather_rows(outcome.z), gather_rows(outcome.errors), self.generator
            )

    def finish(self) -> None:
        if self._census and self.config.polished:
            device = self.device
            self.model.cpu()
            polish(self.model, self._census.draw)
            self.model.to(device)
        self._compare()
        if self.best:
            self.model.load_state_dict(self.best.module.state_dict())
        self.model.eval()

    def _compare(self) -> None:
        """Keep the weights if they have the lowest error on held-out patches so far."""
        if self.best:
            self.best.compare(self.model, self.held_out.mse(self.model))

    def metrics(self) -> dict[str, float]:
        mse = self.held_out.mse(self.model)
        return {
            **({"mse": math.nan} | self.parts()),
            "codes_used": self.model.quantizer.used(),
            "perplexity": self.model.quantizer.perplexity(),
            "validation_mse": mse,
            "db_to_kmeans": self.held_out.decibels(mse),
        }


class _Loss:
    """The config's loss, without a quantizer during the warm-up."""

    is_warm_up = False

    def __init__(self, config: Config) -> None:
        self._loss: Callable[..., Step] = OBJECTIVES[config.objective]

    def __call__(self, model: nn.Module, pixels: Tensor, *counts: Tensor) -> Step:
        assert isinstance(model, PixelVQVAE)
        loss = objectives.autoencode if self.is_warm_up else self._loss
        return loss(model, to_unit(pixels), *(each.float() for each in counts))
