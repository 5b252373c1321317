"""Trains a VAE on pictures."""

from __future__ import annotations

import torch
from torch import Tensor

from spriteloom.data.tensors import to_images, to_unit
from spriteloom.models.vae.family import Config
from spriteloom.models.vae.network import VAE
from spriteloom.nn.devices import channels_last, exact_inference
from spriteloom.nn.elbo import DISTANCES, Elbo, elbo
from spriteloom.pixels.arrays import Bytes
from spriteloom.training.session import Session, Trained
from spriteloom.training.task import ALONE, BatchOrder, Place, Task, seeded, watched

WATCHED = 256  # held-out pictures looked at during training, at most


def train(config: Config, session: Session) -> Trained:
    """On the session's pictures."""
    cache = session.cache
    task = VAETask(
        config,
        cache.rgb("train", noise=config.noise),
        cache.rgb(cache.held_out, noise=False),
        seed=session.seed,
        place=session.place,
        precision=session.precision,
    )
    progress = session.fit(task, config.optimizer)
    return Trained.of(task.model.state_dict(), progress)


class VAETask(Task):
    """A config at work on pictures `rgb` (n, h, w, 3) uint8; `held_out`, alike, is looked at now and then."""

    def __init__(
        self,
        config: Config,
        rgb: Bytes,
        held_out: Bytes,
        *,
        seed: int,
        place: Place = ALONE,
        precision: str = "32-true",
    ) -> None:
        self.config, self._rgb = config, rgb
        self._held_out = held_out[watched(len(held_out), WATCHED)]
        self.model = seeded(lambda: VAE(config.network), seed)
        channels_last(self.model)
        order = BatchOrder(n=len(rgb), batch=config.batch, seed=seed, place=place)
        super().__init__(self.model, self._loss, order, precision=precision)

    def _loss(self, model: VAE, pictures: Tensor, noise: Tensor) -> Elbo:
        config = self.config
        distance = DISTANCES[config.distance]
        return elbo(model, to_unit(pictures), noise, distance=distance, kl_weight=config.kl_weight)

    def batch(self, step: int) -> tuple[Tensor, ...]:
        """Images uint8 (b, 3, h, w) and noise N(0, 1) (b, latent)."""
        rows, own = self.order.rows(step), self.order.own
        noise = torch.randn(len(rows), self.config.network.latent, generator=self.generator)[own]
        return torch.from_numpy(self._rgb[rows[own]]).permute(0, 3, 1, 2), noise

    def metrics(self) -> dict[str, float]:
        """The parts of the last loss, and the error on held-out pictures."""
        total = 0.0
        with exact_inference(self.model):
            for images in torch.split(to_images(self._held_out), self.config.batch):
                some = images.to(self.device)
                gap = self.model.decode(self.model.encode(some).mean).mul(255).round().div(255) - some
                total += float(gap.square().sum())
        return self.parts() | {"validation_mse": total / self._held_out.size}
