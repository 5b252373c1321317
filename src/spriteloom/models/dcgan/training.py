"""Trains a DCGAN on pictures."""

from __future__ import annotations

import torch
from torch import Tensor

from spriteloom.data.tensors import to_pictures, to_unit
from spriteloom.models.dcgan.family import Config
from spriteloom.models.dcgan.loss import Game, simultaneous
from spriteloom.models.dcgan.network import DCGAN
from spriteloom.nn.devices import channels_last, exact_inference
from spriteloom.nn.sampling import noise_of
from spriteloom.pixels.arrays import Bytes
from spriteloom.training.session import Session, Trained
from spriteloom.training.task import ALONE, BatchOrder, Place, Task, seeded, watched

WATCHED = 256  # held-out pictures looked at during training, at most
SAMPLED = 32  # pictures generated at each look


def train(config: Config, session: Session) -> Trained:
    """On the session's pictures."""
    cache = session.cache
    task = DCGANTask(
        config,
        cache.rgb("train", noise=config.noise),
        cache.rgb(cache.held_out, noise=False),
        seed=session.seed,
        place=session.place,
        precision=session.precision,
    )
    progress = session.fit(task, config.optimizer)
    return Trained.of(task.model.state_dict(), progress)


class DCGANTask(Task):
    """A config at work on pictures `rgb` (n, h, w, 3) uint8; `held_out`, alike, is what samples vary beside."""

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
        self.model = seeded(lambda: DCGAN(config.network), seed)
        channels_last(self.model)
        order = BatchOrder(n=len(rgb), batch=config.batch, seed=seed, place=place)
        super().__init__(self.model, self._loss, order, precision=precision)

    def _loss(self, model: DCGAN, pictures: Tensor, noise: Tensor) -> Game:
        return simultaneous(model, to_unit(pictures).mul(2).sub(1), noise)

    def batch(self, step: int) -> tuple[Tensor, ...]:
        """Images uint8 (b, 3, h, w) and noise N(0, 1) (b, latent)."""
        rows, own = self.order.rows(step), self.order.own
        noise = torch.randn(len(rows), self.config.network.latent, generator=self.generator)[own]
        return torch.from_numpy(self._rgb[rows[own]]).permute(0, 3, 1, 2), noise

    def metrics(self) -> dict[str, float]:
        """How the players stand, and how various the samples are."""
        noise = noise_of(range(SAMPLED), (self.config.network.latent,)).to(self.device)
        with exact_inference(self.model):
            samples = to_pictures((self.model.generate(noise) + 1) / 2)
        return self.parts() | {"variety": variety(samples, self._held_out)}


def variety(samples: Bytes, truth: Bytes) -> float:
    """How much samples differ, as a share of how much real pictures do: near 0 where a GAN has collapsed.

    The mean over pixels and channels of the variance over pictures; both (n, h, w, 3).
    """
    return float(samples.var(0).mean() / max(truth.var(0).mean(), 1e-9))
