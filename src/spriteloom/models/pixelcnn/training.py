"""Trains a PixelCNN on grids of codes, or on the bytes of pictures."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from spriteloom.models.base import Model
from spriteloom.models.capabilities import HasCodec
from spriteloom.models.pixelcnn.losses import bits, next_code
from spriteloom.models.pixelcnn.network import GatedPixelCNN
from spriteloom.models.pixelcnn.presets import Config
from spriteloom.models.prior import Coded, NatsPerCode, PriorShape, PriorTask, encode_split
from spriteloom.nn.devices import autocast
from spriteloom.training.session import Session, Trained
from spriteloom.training.task import ALONE, BatchOrder, Place, seeded


def train(config: Config, shape: PriorShape, session: Session, base: Model | None) -> Trained:
    """On the codes that the base model makes of the session's pictures."""
    cache, codec = session.cache, base.codec if isinstance(base, HasCodec) else None
    session.logger("encoding the pictures")
    coded = encode_split(cache, "train", codec, session.conditions, noise=config.noise)
    held_out = encode_split(cache, cache.held_out, codec, session.conditions, noise=False)
    task = PixelCNNTask(
        config, shape, coded, held_out, seed=session.seed, place=session.place, precision=session.precision
    )
    progress = session.fit(task, config.optimizer)
    return Trained.of(task.model.state_dict(), progress)


class PixelCNNTask(PriorTask):
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
        self.config = config
        model = seeded(lambda: GatedPixelCNN(config.network(shape)), seed)
        order = BatchOrder(n=len(coded), batch=config.batch, seed=seed, place=place)
        super().__init__(coded, held_out, model, order, precision)

    def loss(self, model: nn.Module, *batch: Tensor) -> NatsPerCode:
        codes, conditions = batch
        return NatsPerCode(loss=next_code(model, codes.long(), conditions))

    def batch(self, step: int) -> tuple[Tensor, ...]:
        """Codes (b, gh, gw) and conditions (b, c)."""
        rows, own = self.order.rows(step), self.order.own
        conditions = torch.from_numpy(self.coded.conditions[rows])
        return (
            torch.from_numpy(self.coded.codes[rows[own]]),
            self.drop_labels(conditions, self.config.label_dropout)[own],
        )

    def metrics(self) -> dict[str, float]:
        """Bits per code on held-out grids."""
        codes, conditions = (
            torch.from_numpy(part) for part in (self.held_out.codes, self.held_out.conditions)
        )
        with autocast(self.device, self.objective.precision):
            return {"validation_bits": float(bits(self.model, codes.long(), conditions).mean())}
