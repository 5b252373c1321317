"""The recipes of priors: which network, how it is trained, how it is sampled. One function each.

Names as those of codecs: a plain name is ours, "-paper" is the first paper's own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from spriteloom.priors import cached, masked, pixelcnn, pixelcnn_rgb, unmasking
from spriteloom.priors.bits import bits
from spriteloom.priors.draw import Draw
from spriteloom.priors.masked import MaskedConfig, MaskedPrior
from spriteloom.priors.pixelcnn import GatedPixelCNN
from spriteloom.training.budget import constant, cosine
from spriteloom.training.fit import Optimization

Loss = Callable[[nn.Module, Tensor, Tensor], Tensor]  # (model, codes, conditions) → nats per code
Bits = Callable[[nn.Module, Tensor, Tensor], NDArray[np.float64]]
Sampler = Callable[[Any, tuple[int, int], Tensor, Draw], Tensor]  # of the model that `build` makes


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What a prior must fit: k codes on a grid, and a condition of so many numbers."""

    k: int
    conditions: int
    rows: int
    columns: int


@dataclass(frozen=True, kw_only=True)
class PriorRecipe:
    """A network over grids of codes: how it is made, trained, measured and sampled."""

    name: str
    about: str
    build: Callable[[Shape], nn.Module]
    loss: Loss
    bits: Bits
    sample: Sampler
    batch: int
    optimization: Optimization
    noise: bool  # whether the training pictures over noise backgrounds take part
    mixed: bool = True  # bf16 autocast where the processor is fast at it


@dataclass(frozen=True, kw_only=True)
class PixelsRecipe(PriorRecipe):
    """One over the bytes of pictures themselves, without a codec."""


@dataclass(frozen=True, kw_only=True)
class CountRecipe:
    """The count-based context prior: counted, not trained."""

    name: str
    about: str
    noise: bool = False
    mixed: bool = False


def next_code(model: nn.Module, codes: Tensor, conditions: Tensor) -> Tensor:
    """Cross entropy of each code given those before it."""
    return functional.cross_entropy(model(codes, conditions).float(), codes)


def hidden_codes(model: nn.Module, codes: Tensor, conditions: Tensor) -> Tensor:
    """Cross entropy of codes that are hidden, given the others."""
    assert isinstance(model, MaskedPrior)
    hidden = masked.hide(codes, model.k)
    return masked.masked_loss(model(hidden, conditions), codes, hidden == model.k)


def pixelcnn_paper() -> PriorRecipe:
    """The first paper's prior: 7 gated layers of 256, a code read as one number.

    spriteloom train pixelcnn-paper --codec CODEC --data SET.parquet --out RUN --epochs 25
    """
    return PriorRecipe(
        name="pixelcnn-paper",
        about="gated PixelCNN, a code read as one number",
        build=lambda shape: GatedPixelCNN(pixelcnn.paper(shape.k, shape.conditions)),
        loss=next_code,
        bits=bits,
        sample=cached.sample,
        batch=32,
        optimization=Optimization(learning_rate=1e-4, schedule=constant),
        noise=True,
    )


def pixelcnn_rgb_paper() -> PixelsRecipe:
    """The same network on pictures instead of codes; the paper saw only blank pictures come of it."""
    return PixelsRecipe(
        name="pixelcnn-rgb-paper",
        about="gated PixelCNN on the bytes of pictures",
        build=lambda shape: GatedPixelCNN(pixelcnn_rgb.paper_rgb(shape.conditions)),
        loss=next_code,
        bits=bits,
        sample=cached.sample,
        batch=32,
        optimization=Optimization(learning_rate=1e-4, schedule=constant),
        noise=True,
    )


def pixelcnn_ours() -> PriorRecipe:
    """Codes as categories, both stacks conditioned, labels left out at times so that samples can be guided.

    spriteloom train pixelcnn --codec CODEC --data SET.parquet --out RUN --minutes 5

    On MedRes codes of pokeapi, 2.5 minutes on two cores with bf16 (2,072 steps): 0.92 bits per code on test
    species, where counts come to 1.02 and the paper's to 3.13; FD-EffLite0 of 500 samples 141, theirs 285.
    Narrow layers and small batches make more steps in the time: a width of 64 and batches of 32 stood at 1.83
    bits on validation species after 96 s without bf16, where this one came to 1.39 in 90.
    """
    return PriorRecipe(
        name="pixelcnn",
        about="gated PixelCNN, codes as categories, both stacks conditioned",
        build=lambda shape: GatedPixelCNN(pixelcnn.ours(shape.k, shape.conditions, width=48, dropout=0.0)),
        loss=next_code,
        bits=bits,
        sample=cached.sample,
        batch=4,
        optimization=Optimization(learning_rate=2e-3, schedule=cosine, longest=1.0),
        noise=False,
    )


def masked_ours() -> PriorRecipe:
    """A U-Net that fills in hidden codes; it learns shapes first, and is sampled in a few dozen steps.

    spriteloom train masked --codec CODEC --data SET.parquet --out RUN --minutes 5

    On MedRes codes of pokeapi, 2.5 minutes on two cores with bf16: a bound of 1.30 bits per code on test
    species, FD-EffLite0 of 500 samples 215, where our PixelCNN came to 0.92 and 141 in the same time.
    """
    return PriorRecipe(
        name="masked",
        about="U-Net that fills in hidden codes in Halton order",
        build=lambda shape: MaskedPrior(MaskedConfig(k=shape.k, conditions=shape.conditions)),
        loss=hidden_codes,
        bits=masked.bits,
        sample=unmasking.sample,
        batch=8,
        optimization=Optimization(
            learning_rate=1e-3, schedule=cosine, betas=(0.9, 0.99), weight_decay=0.01, longest=1.0
        ),
        noise=False,
    )


def counts() -> CountRecipe:
    """spriteloom train counts --codec CODEC --data SET.parquet --out RUN; seconds."""
    return CountRecipe(name="counts", about="counts of causal neighbours with back-off, the floor")


PRIORS: dict[str, Callable[[], PriorRecipe | CountRecipe]] = {
    "pixelcnn-paper": pixelcnn_paper,
    "pixelcnn-rgb-paper": pixelcnn_rgb_paper,
    "pixelcnn": pixelcnn_ours,
    "masked": masked_ours,
    "prior": pixelcnn_ours,  # whichever of ours is best
    "counts": counts,
}
