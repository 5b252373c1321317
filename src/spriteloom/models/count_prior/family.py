"""Count priors: how often each code followed its causal neighbors. Counted, not trained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from spriteloom.models.base import FamilyConfig, Model, Weights
from spriteloom.models.prior import CodePriorModel, PriorFamily, PriorShape, encode_splits
from spriteloom.pixels.arrays import Floats
from spriteloom.priors.counts import STEPS, CountPrior, CountPriorConfig
from spriteloom.priors.draw import Draw
from spriteloom.training.runs import RunConfig
from spriteloom.training.session import Session, Trained


@dataclass(frozen=True, kw_only=True)
class Config(FamilyConfig):
    """`steps` and `least` are those of `CountPriorConfig`."""

    steps: tuple[tuple[int, int], ...] = STEPS
    least: int = 4
    mixed_precision: bool = False


def counts() -> Config:
    """Counts of codes given their neighbors.

    spriteloom train counts --base CODEC --data SET.parquet --out RUN

    Takes seconds.
    """
    return Config()


PRESETS: dict[str, Callable[[], Config]] = {"counts": counts}


class CountPriorModel(CodePriorModel):
    """A prior by counts; it ignores conditions."""

    def __init__(self, config: RunConfig, shape: PriorShape, prior: CountPrior, base: Model | None) -> None:
        super().__init__(config, shape, base)
        self.prior = prior

    def weights(self) -> Weights:
        return _tensors(self.prior)

    def draw_codes(self, conditions: Tensor, draw: Draw) -> NDArray[np.int64]:
        return self.prior.sample(self.shape.grid, draw)

    def code_bits(self, codes: NDArray[np.integer], conditions: Floats) -> NDArray[np.float64]:
        return self.prior.bits(codes)


class CountPriorFamily(PriorFamily[Config]):
    name = "counts"
    config = Config
    presets = PRESETS

    def train(self, config: Config, shape: PriorShape, session: Session, base: Model | None) -> Trained:
        """Takes seconds; nothing to resume."""
        session.logger("counting contexts")
        coded, held_out = encode_splits(session, base, noise=config.noise)
        settings = CountPriorConfig(steps=config.steps, least=config.least)
        prior = CountPrior.fit(coded.codes, shape.k, config=settings)
        metrics = {"validation_bits": float(prior.bits(held_out.codes).mean())}
        return Trained(weights=_tensors(prior), metrics=metrics)

    def load(
        self, config: Config, shape: PriorShape, run: RunConfig, weights: Weights, base: Model | None
    ) -> CountPriorModel:
        prior = CountPrior.from_arrays({name: value.numpy() for name, value in weights.items()})
        return CountPriorModel(run, shape, prior, base)

    def parameters(self, config: Config) -> int:
        return 0

    def about(self, config: Config) -> str:
        return "counts of causal neighbours with back-off, the floor"


def _tensors(prior: CountPrior) -> dict[str, Tensor]:
    return {name: torch.from_numpy(np.ascontiguousarray(v)) for name, v in prior.to_arrays().items()}


FAMILY = CountPriorFamily()
