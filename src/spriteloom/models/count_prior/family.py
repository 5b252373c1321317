"""The family of count priors: how often each code followed what stands around it. Counted, not trained."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from spriteloom.data.store import SpriteSet
from spriteloom.models.base import BaseNeed, Family, FamilyConfig, Model, check_pictures
from spriteloom.models.capabilities import HasCodec
from spriteloom.models.prior import NEEDS_CODEC, CodePriorModel, PriorShape, encode_split, prior_shape
from spriteloom.pixels.arrays import Floats
from spriteloom.priors.condition import ConditionSpace
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
    """spriteloom train counts --base CODEC --data SET.parquet --out RUN; seconds."""
    return Config()


PRESETS: dict[str, Callable[[], Config]] = {"counts": counts}


class CountPriorModel(CodePriorModel):
    """Counts at work; they know no conditions."""

    def __init__(self, config: RunConfig, shape: PriorShape, prior: CountPrior, base: Model | None) -> None:
        super().__init__(config, shape, base)
        self.prior = prior

    def weights(self) -> Mapping[str, Tensor]:
        return _tensors(self.prior)

    def draw_codes(self, conditions: Tensor, draw: Draw) -> NDArray[np.int64]:  # noqa: ARG002
        return self.prior.sample(self.shape.grid, draw)

    def code_bits(self, codes: NDArray[np.integer], conditions: Floats) -> NDArray[np.float64]:  # noqa: ARG002
        return self.prior.bits(codes)


class CountPriorFamily(Family[Config, PriorShape]):
    name = "counts"
    config = Config
    shape = PriorShape
    presets = PRESETS

    def base_need(self, config: Config) -> BaseNeed | None:  # noqa: ARG002
        return NEEDS_CODEC

    def shape_of(
        self, config: Config, data: SpriteSet, base: Model | None, conditions: ConditionSpace
    ) -> PriorShape:
        check_pictures(data, self.name, noise=config.noise)
        return prior_shape(data, base, conditions)

    def train(self, config: Config, shape: PriorShape, session: Session, base: Model | None) -> Trained:
        """Seconds; nothing to resume."""
        assert isinstance(base, HasCodec)
        cache = session.cache
        session.logger("counting contexts")
        coded = encode_split(cache, "train", base.codec, session.conditions, noise=config.noise)
        counted = CountPrior.fit(
            coded.codes, shape.k, config=CountPriorConfig(steps=config.steps, least=config.least)
        )
        held_out = encode_split(cache, cache.held_out, base.codec, session.conditions, noise=False)
        metrics = {"validation_bits": float(counted.bits(held_out.codes).mean())}
        return Trained(weights=_tensors(counted), metrics=metrics)

    def load(
        self,
        config: Config,  # noqa: ARG002
        shape: PriorShape,
        run: RunConfig,
        weights: Mapping[str, Tensor],
        base: Model | None,
    ) -> CountPriorModel:
        prior = CountPrior.from_arrays({name: value.numpy() for name, value in weights.items()})
        return CountPriorModel(run, shape, prior, base)

    def parameters(self, config: Config) -> int:  # noqa: ARG002
        return 0

    def about(self, config: Config) -> str:  # noqa: ARG002
        return "counts of causal neighbours with back-off, the floor"


def _tensors(prior: CountPrior) -> dict[str, Tensor]:
    return {name: torch.from_numpy(np.ascontiguousarray(v)) for name, v in prior.to_arrays().items()}


FAMILY = CountPriorFamily()
