"""Presets of the PixelCNN. A plain name is ours, "-paper" is the first paper's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Literal

from spriteloom.models.base import FamilyConfig
from spriteloom.models.pixelcnn.network import EmbeddedInput, PixelCNNConfig, PixelCNNSettings, ScalarInput
from spriteloom.models.prior import PriorShape
from spriteloom.training.optimizers import OptimizerConfig

Over = Literal["codes", "bytes"]


@dataclass(frozen=True, kw_only=True)
class Config(FamilyConfig, PixelCNNSettings):
    """A PixelCNN and its training, over codes of a base model or bytes of pictures.

    `label_dropout` is the share of grids that are trained on without their labels.
    """

    over: Over = "codes"
    label_dropout: float = 0.0
    batch: int = 32
    optimizer: OptimizerConfig

    def network(self, shape: PriorShape) -> PixelCNNConfig:
        channels = 1 if self.over == "codes" else 3
        settings: dict[str, Any] = {each.name: getattr(self, each.name) for each in fields(PixelCNNSettings)}
        return PixelCNNConfig(k=shape.k, conditions=shape.conditions, channels=channels, **settings)


def pixelcnn_paper(over: Over = "codes") -> Config:
    """The first paper's prior: 7 gated layers of 256, a code as one number. 13,444,864 parameters.

    spriteloom train pixelcnn-paper --base CODEC --data SET.parquet --out RUN --epochs 25
    """
    return Config(
        over=over,
        inputs=ScalarInput(),
        conditioning="horizontal-shared",
        kernels="whole",
        optimizer=OptimizerConfig(learning_rate=1e-4, schedule="constant"),
        noise=True,
    )


def pixelcnn_rgb_paper() -> Config:
    """The same network on pictures: red given the pixels before, green given red too, blue given both.

    spriteloom train pixelcnn-rgb-paper --data SET.parquet --out RUN --epochs 25

    Each byte is a softmax over 256 values. Saravanan and Guzdial got only blank pictures and give no figures; their
    network takes the three colors to be independent given the earlier pixels.
    """
    return pixelcnn_paper("bytes")


def pixelcnn() -> Config:
    """Codes as categories, both stacks conditioned, labels dropped at times so that samples can be guided.

    spriteloom train pixelcnn --base CODEC --data SET.parquet --out RUN --minutes 5

    On MedRes codes of pokeapi, 2.5 minutes on two cores with bf16 (2,072 steps): 0.92 bits per code on test
    species, against 1.02 by counts and 3.13 by the paper's network; FD-EffLite0 of 500 samples 141, against the
    paper's 285. Narrow layers and small batches allow more steps in the time: without bf16, a width of 64 and batches
    of 32 reached 1.83 bits on validation species in 96 s, this one 1.39 in 90 s.
    """
    return Config(
        inputs=EmbeddedInput(),
        conditioning="both-separate",
        kernels="live",
        width=48,
        label_dropout=0.1,
        batch=4,
        optimizer=OptimizerConfig(learning_rate=2e-3, max_grad_norm=1.0),
    )


PRESETS: dict[str, Callable[[], Config]] = {
    "pixelcnn-paper": pixelcnn_paper,
    "pixelcnn-rgb-paper": pixelcnn_rgb_paper,
    "pixelcnn": pixelcnn,
    "prior": pixelcnn,  # whichever of our priors is best
}
PAPER_PARAMETERS = {"pixelcnn-paper": 13_444_864}
