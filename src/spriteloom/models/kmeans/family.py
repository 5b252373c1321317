"""k-means of patches as a codec, by weighted Lloyd iterations on the census."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch

from spriteloom.codecs.codec import Codec
from spriteloom.codecs.lloyd import fit_table
from spriteloom.errors import ImpossibleModel
from spriteloom.models.base import Family, FamilyConfig, Model, NoShape, Weights
from spriteloom.models.patch_codec import PatchCodecModel, held_out_patches, patch_mse
from spriteloom.training.runs import RunConfig
from spriteloom.training.session import Session, Trained

SIDES = {"lowres": 4, "medres": 2, "hires": 1}


@dataclass(frozen=True, kw_only=True)
class Config(FamilyConfig):
    """k patches of m×m pixels."""

    m: int
    k: int = 256
    noise: bool = True
    mixed_precision: bool = False

    def __post_init__(self) -> None:
        if not (1 <= self.m <= 4 and self.k >= 1):
            raise ImpossibleModel(
                f"{self.k} patches of {self.m}×{self.m} pixels cannot be made: give m from 1 to 4 and k from 1"
            )


def kmeans(size: str) -> Config:
    """k-means with the first paper's patch sizes.

    spriteloom train kmeans-medres --data SET.parquet --out RUN

    Takes seconds.
    """
    return Config(m=SIDES[size])


PRESETS: dict[str, Callable[[], Config]] = {f"kmeans-{size}": partial(kmeans, size) for size in SIDES}


class KMeansModel(PatchCodecModel):
    """A codec that is a table of patches."""

    def weights(self) -> Weights:
        return {"table": torch.from_numpy(self.codec.table)}


class KMeansFamily(Family[Config, NoShape]):
    name = "kmeans"
    config = Config
    presets = PRESETS

    def train(self, config: Config, shape: NoShape, session: Session, base: Model | None) -> Trained:
        """Takes seconds; nothing to resume."""
        session.logger("counting patches")
        census = session.cache.census(config.m, noise=config.noise)
        session.logger(f"k-means on {len(census):,} distinct patches of {census.total:,}")
        table = fit_table(census, config.k, rng=np.random.default_rng(session.config.seed))
        mse = patch_mse(held_out_patches(session.cache, config.m, session.config.seed), table)
        return Trained(weights={"table": torch.from_numpy(table)}, metrics={"validation_mse": mse})

    def load(
        self, config: Config, shape: NoShape, run: RunConfig, weights: Weights, base: Model | None
    ) -> KMeansModel:
        table = weights["table"].numpy()
        if table.dtype.itemsize != 1 or table.shape != (config.k, 3 * config.m**2):
            raise ValueError(
                f"a table of {table.dtype} {table.shape} for {config.k} patches of {config.m}×{config.m}"
            )
        return KMeansModel(run, Codec(m=config.m, table=table))

    def parameters(self, config: Config) -> int:
        return config.k * 3 * config.m**2

    def about(self, config: Config) -> str:
        return f"k-means of {config.m}×{config.m} patches, the yardstick"


FAMILY = KMeansFamily()
