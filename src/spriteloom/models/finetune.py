"""`finetune`: teach a diffusion of pixels the style of some sprites."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from spriteloom.data.prepare import prepare
from spriteloom.data.preprocessing import Pixel
from spriteloom.data.source import DerivedSource, Item
from spriteloom.data.sources import open_source
from spriteloom.data.store import SpriteSet
from spriteloom.errors import DataError, ImpossibleModel
from spriteloom.models.base import Model
from spriteloom.models.diffusion.model import DiffusionModel
from spriteloom.models.diffusion.presets import Config, Pixels
from spriteloom.models.train import TrainReport, no_logger, train
from spriteloom.nn.devices import AUTO, Device
from spriteloom.pixels.formats.pages import first_frame
from spriteloom.pixels.sprite import open_animation
from spriteloom.training.budget import Budget
from spriteloom.training.fit import Callback, no_callback
from spriteloom.training.optimizers import OptimizerConfig
from spriteloom.training.session import Logger

FEWEST = 4  # sprites, so that some can be held out
MOST_COLORS = 256  # of a sprite; a photograph has more
FRACTIONS = {"train": 0.8, "validation": 0.2, "test": 0.0}
DEFAULT = Budget(minutes=10)
_WORD = re.compile(r"[^\W\d_]+")


def finetune(
    model: Model,
    folder: str | Path,
    run: str | Path,
    *,
    budget: Budget = DEFAULT,
    seed: int = 0,
    device: Device = AUTO,
    callback: Callback = no_callback,
    logger: Logger = no_logger,
) -> TrainReport:
    """Train `model` on the sprites of a folder or archive into the folder `run`, which `load` opens.

    A fifth of the sprites is held out. Training ends when they are not predicted better any more, and keeps the weights
    that predicted them best. The words of a file's name are its text, unless a metadata file gives one.

    Raises ImpossibleModel for another kind of model, DataError for pictures of which no style can be learned, and what
    `open_source` and `train` raise.
    """
    config = config_of(model)
    assert isinstance(model, DiffusionModel)
    source = StyleSource(open_source(str(folder)), model.size)
    with tempfile.TemporaryDirectory() as place:
        data = Path(place) / "sprites.parquet"
        prepare(source, Pixel(size=model.size), out=data, seed=seed, fractions=FRACTIONS, workers=1)
        return train(
            config,
            SpriteSet.open(data),
            run,
            name=f"{model.name}-finetuned",
            start=model,
            budget=budget,
            seed=seed,
            device=device,
            callback=callback,
            logger=logger,
        )


def config_of(model: Model) -> Config:
    """The config to finetune a model with. Raises ImpossibleModel for another kind of model."""
    if not isinstance(model, DiffusionModel) or not isinstance(model.hyperparameters.space, Pixels):
        raise ImpossibleModel(
            f"{model.name} cannot be finetuned: choose a diffusion of pixels, such as tiles-32"
        )
    return replace(
        model.hyperparameters,
        optimizer=OptimizerConfig(learning_rate=2e-4, betas=(0.9, 0.99), max_grad_norm=1.0),
        batch=16,
        ema_decay=0.99,
        autoguidance_after=0.0,
        patience=6,
    )


@dataclass(frozen=True)
class StyleSource(DerivedSource):
    """The sprites of a source, checked: enough of them, of one size that fits `size`, and no photographs."""

    size: int

    def items(self) -> Iterator[Item]:
        if len(self.source) < FEWEST:
            raise DataError(f"{self.name} has {len(self.source)} sprites: give {FEWEST} or more of one style")
        first: tuple[str, tuple[int, int]] | None = None
        for item in self.source.items():
            shape = self._checked_shape(item)
            first = first or (item.path, shape)
            if shape != first[1]:
                raise DataError(
                    f"{first[0]} has {_size(first[1])} pixels and {item.path} {_size(shape)}: give sprites of one size"
                )
            yield replace(item, text=item.text or " ".join(_WORD.findall(Path(item.path).stem)).lower())

    def _checked_shape(self, item: Item) -> tuple[int, int]:
        """The height and width of a picture. Raises DataError if it is too large or has too many colors."""
        pixels = open_animation(item.data, name=item.path, pick=first_frame).frames[0].pixels
        height, width = pixels.shape[:2]
        if max(height, width) > self.size:
            raise DataError(
                f"{item.path} has {_size((height, width))} pixels, and this model draws {self.size}×{self.size}: "
                "give smaller sprites, or clean enlarged ones with `spriteloom clean`"
            )
        colors = len(np.unique(pixels[pixels[..., 3] > 0], axis=0))
        if colors > MOST_COLORS:
            raise DataError(f"{item.path} has {colors} colors, like a photograph: give pixel art")
        return height, width


def _size(shape: tuple[int, int]) -> str:
    return f"{shape[1]}×{shape[0]}"
