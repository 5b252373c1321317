"""Trains a masked prior on grids of codes."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from spriteloom.models.base import Model
from spriteloom.models.capabilities import HasCodec
from spriteloom.models.masked_prior.family import Config
from spriteloom.models.masked_prior.network import MaskedPrior, bits, hide, masked_loss
from spriteloom.models.prior import Coded, NatsPerCode, PriorShape, PriorTask, encode_split
from spriteloom.nn.devices import autocast
from spriteloom.training.session import Session, Trained
from spriteloom.training.task import ALONE, BatchOrder, Place, seeded


def train(config: Config, shape: PriorShape, session: Session, base: Model | None) -> Trained:
    """On the codes that the base model makes of the session's pictures."""
    assert isinstance(base, HasCodec)
    cache = session.cache
    session.logger("encoding the pictures")
    coded = encode_split(cache, "train", base.codec, session.conditions, noise=config.noise)
    held_out = encode_split(cache, cache.held_out, base.codec, session.conditions, noise=False)
    task = MaskedPriorTask(
        config, shape, coded, held_out, seed=session.seed, place=session.place, precision=session.precision
    )
    progress = session.fit(task, config.optimizer)
    return Trained.of(task.model.state_dict(), progress)


class MaskedPriorTask(PriorTask):
    """A config at work on grids of codes with a condition each."""

    def __init__(
        self,
        config: Config,
        shape: PriorShape,
        coded: Coded,
        held_out: Coded,
        *,
        seed: int,
        place: Place = ALONE,
        precision: str = "32-true",
    ) -> None:
        self.config, self.k = config, shape.k
        model = seeded(lambda: MaskedPrior(config.network(shape)), seed)
        order = BatchOrder(n=len(coded), batch=config.batch, seed=seed, place=place)
        super().__init__(coded, held_out, model, order, precision)

    def loss(self, model: nn.Module, *batch: Tensor) -> NatsPerCode:
        codes, hidden, conditions = batch
        return NatsPerCode(loss=masked_loss(model(hidden, conditions), codes, hidden == self.k))

    def batch(self, step: int) -> tuple[Tensor, ...]:
        """Codes (b, gh, gw), the same with some of them hidden, and conditions (b, c)."""
        rows, own = self.order.rows(step), self.order.own
        codes = torch.from_numpy(self.coded.codes[rows]).long()
        hidden = hide(codes, self.k, self.generator)
        conditions = torch.from_numpy(self.coded.conditions[rows])
        return codes[own], hidden[own], self.drop_labels(conditions, self.config.label_dropout)[own]

    def metrics(self) -> dict[str, float]:
        """The bound on bits per code on held-out grids."""
        codes, conditions = (
            torch.from_numpy(part) for part in (self.held_out.codes, self.held_out.conditions)
        )
        with autocast(self.device, self.objective.precision):
            return {"validation_bits": float(bits(self.model, codes.long(), conditions).mean())}
