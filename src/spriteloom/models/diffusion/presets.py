"""Configs and presets of diffusions."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Literal

import numpy as np
import torch
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional

from spriteloom.codecs.signed import from_opponent, from_signed, to_opponent, to_signed
from spriteloom.models.base import FamilyConfig
from spriteloom.models.diffusion.ddpm import DDPM, DDPMSamplerConfig
from spriteloom.models.diffusion.denoiser import Denoiser, DenoiserConfig, LatentMLP, LatentMLPConfig
from spriteloom.models.diffusion.flow import Flow, FlowSamplerConfig
from spriteloom.models.diffusion.words import MiniLM, NGrams
from spriteloom.pixels.arrays import Bytes
from spriteloom.training.optimizers import OptimizerConfig

AUGMENTATIONS = (
    5  # whether a picture is mirrored, recolored, generated; by how much it is shifted down and right
)
CONDITIONS = ("types", "shape", "color", "view", "shiny")  # default labels, as far as a set has them


@dataclass(frozen=True, kw_only=True)
class Shape:
    """The size of the pictures, the shape of their latents, and the length of a condition.

    A condition is [labels n-hot ‖ a sentence's vector ‖ how the picture is augmented].
    """

    size: int
    latent: tuple[int, ...]
    labels: int
    words: int

    @property
    def conditions(self) -> int:
        return self.labels + self.words + AUGMENTATIONS


@dataclass(frozen=True, kw_only=True)
class FoldedPixels:
    """Pixels as a `LatentSpace`: blocks of m×m become channels. Colors are RGB, or those of `codecs/signed.py`."""

    size: int = 64
    m: int = 2
    opponent: bool = False

    @property
    def shape(self) -> tuple[int, ...]:
        return (4 * self.m**2, self.size // self.m, self.size // self.m)

    def encode(self, rgba: Bytes) -> Tensor:
        return self.fold(torch.from_numpy(np.array(rgba)))

    def fold(self, rgba: Tensor) -> Tensor:
        """`encode` of a tensor, on its device."""
        images = to_signed(rgba)
        return functional.pixel_unshuffle(to_opponent(images) if self.opponent else images, self.m)

    def decode(self, latents: Tensor) -> Bytes:
        images = functional.pixel_shuffle(latents.float().cpu(), self.m)
        return from_signed(from_opponent(images) if self.opponent else images)


@dataclass(frozen=True, kw_only=True)
class Pixels:
    """Diffuse pixels, in blocks of `fold`×`fold` as channels."""

    kind: Literal["pixels"] = "pixels"
    fold: int = 2
    opponent: bool = True

    def space(self, size: int) -> FoldedPixels:
        return FoldedPixels(size=size, m=self.fold, opponent=self.opponent)


@dataclass(frozen=True, kw_only=True)
class Latents:
    """Diffuse the latents of a base model: grids of 3 dimensions, or vectors of 1."""

    kind: Literal["latents"] = "latents"
    dimensions: int = 3


@dataclass(frozen=True, kw_only=True)
class Config(FamilyConfig):
    """A diffusion, its training and its sampler.

    A step sees about `positions` positions of latents, whatever the size of the pictures; `batch` overrides it.
    `text` is the encoder of prompts. Labels and sentences are each dropped for a share `label_dropout` of the
    pictures, both for `condition_dropout`. Pictures are shifted by up to `shift` pixels; with `hues`, half of them
    get one of so many other hues. `ema_decay` is that of the average of the weights; the average after a share
    `autoguidance_after` of the steps becomes the autoguidance model, 0 for none. With a `patience`, training ends
    after so many comparisons without a lower loss on held-out pictures, with the weights of the lowest.
    """

    space: Annotated[Pixels | Latents, Field(discriminator="kind")]
    network: Annotated[DenoiserConfig | LatentMLPConfig, Field(discriminator="kind")]
    process: Annotated[Flow | DDPM, Field(discriminator="kind")]
    sampler: Annotated[FlowSamplerConfig | DDPMSamplerConfig, Field(discriminator="kind")]
    optimizer: OptimizerConfig
    positions: int
    batch: int | None = None
    text: Annotated[NGrams | MiniLM, Field(discriminator="kind")] | None = None
    label_dropout: float = 0.15
    condition_dropout: float = 0.1
    shift: int = 2
    hues: int = 0
    ema_decay: float = 0.999
    autoguidance_after: float = 0.0
    patience: int | None = None

    @property
    def words(self) -> int:
        """The length of a sentence's vector, 0 without prompts."""
        return self.text.width if self.text else 0

    def build(self, shape: Shape) -> nn.Module:
        if isinstance(self.network, LatentMLPConfig):
            return LatentMLP(self.network, shape.latent[0])
        return Denoiser(self.network, channels=shape.latent[0], conditions=shape.conditions)

    def batch_for(self, shape: Shape) -> int:
        """The number of pictures a step."""
        return self.batch or max(1, self.positions // math.prod(shape.latent[1:]))


def pokemon_mlp() -> Config:
    """The second paper's diffusion: four dense layers over its autoencoders' 512 latents, DDPM in 1000 steps.

    spriteloom train pokemon-mlp --base AUTOENCODER --data SET.parquet --out RUN --minutes 5
    """
    return Config(
        space=Latents(dimensions=1),
        network=LatentMLPConfig(),
        process=DDPM(),
        sampler=DDPMSamplerConfig(),
        optimizer=OptimizerConfig(learning_rate=1e-3, max_grad_norm=1.0),
        positions=256,
    )


def diffusion_first() -> Config:
    """Our first diffusion of pixels, as a baseline: unconditional, predicts the clean sprite.

    6.9 million parameters.

    spriteloom train diffusion-first --data SET.parquet --out RUN --minutes 8
    """
    return Config(
        space=Pixels(opponent=False),
        network=DenoiserConfig(conditional=False, attention=(1, 2)),
        process=Flow(),
        sampler=FlowSamplerConfig(sampler="euler", num_steps=40),
        optimizer=OptimizerConfig(learning_rate=5e-4, max_grad_norm=1.0),
        positions=65_536,
    )


def diffusion() -> Config:
    """Flow on pixels, conditioned on labels. Needs no autoencoder.

    spriteloom train diffusion --data SET.parquet --out RUN --minutes 8
    """
    return Config(
        space=Pixels(),
        network=DenoiserConfig(sigma_data=0.8),
        process=Flow(),
        sampler=_sampler(words=False),
        optimizer=_OPTIMIZER,
        positions=16_384,
        autoguidance_after=0.1,
    )


def latent_diffusion() -> Config:
    """Flow on the grids of a spatial autoencoder, conditioned on labels.

    spriteloom train latent --data SET.parquet --out AUTOENCODER --minutes 4
    spriteloom train latent-diffusion --base AUTOENCODER --data SET.parquet --out RUN --minutes 8
    """
    return Config(
        space=Latents(),
        network=DenoiserConfig(widths=(128, 256), attention=(1,), sigma_data=1.0),
        process=Flow(mean=0.0, deviation=1.0),
        sampler=_sampler(words=False),
        optimizer=_OPTIMIZER,
        positions=8192,
        autoguidance_after=0.1,
    )


def tiles() -> Config:
    """Flow on pixels of 32×32 sprites, conditioned on words and labels: the default model, `tiles-32`.

    Words are n-grams, so a prompt needs no language model; half of the sprites are drawn in other hues, so that a
    prompt can ask for a color that no such sprite has.

    spriteloom train tiles --data SET.parquet --out RUN --minutes 120
    """
    return Config(
        space=Pixels(),
        network=DenoiserConfig(widths=(128, 192, 192), attention=(1, 2), dropout=0.15, sigma_data=0.8),
        process=Flow(mean=0.6, deviation=1.0),
        sampler=FlowSamplerConfig(num_steps=16, shift=3.0, guidance_scale=3.0, flat_below=0.6),
        optimizer=_OPTIMIZER,
        positions=16_384,
        text=NGrams(),
        label_dropout=0.4,
        condition_dropout=0.05,
        hues=5,
        ema_decay=0.9995,
    )


def creatures() -> Config:
    """Flow on pixels of 64×64 creatures, conditioned on words and labels: the model `creatures-64`.

    Its set holds drawn monsters and, marked as generated, those of our own generator.

    spriteloom train creatures --data SET.parquet --out RUN --minutes 240
    """
    return replace(
        tiles(),
        network=DenoiserConfig(widths=(64, 128, 160, 160), attention=(2, 3), dropout=0.2, sigma_data=0.8),
        process=Flow(mean=0.9, deviation=1.0),
        sampler=FlowSamplerConfig(shift=4.0, guidance_scale=3.0, flat_below=0.6),
    )


def with_words(config: Config) -> Config:
    """The same, conditioned on sentences too: needs the extra `words`.

    Sentences say little of a sprite, so the autoguidance model does not get them, which strengthens them at all σ.
    """
    return replace(config, text=MiniLM(), sampler=_sampler(words=True))


def _sampler(*, words: bool) -> FlowSamplerConfig:
    """Most steps at high noise, with classifier-free guidance; autoguidance below."""
    return FlowSamplerConfig(
        shift=4.0, guidance_scale=3.0, autoguidance_below=0.8, autoguidance_conditioned=not words
    )


_OPTIMIZER = OptimizerConfig(
    learning_rate=1e-3, betas=(0.9, 0.99), max_grad_norm=1.0, muon_learning_rate=0.02
)

PRESETS: dict[str, Callable[[], Config]] = {
    "pokemon-mlp": pokemon_mlp,
    "diffusion-first": diffusion_first,
    "diffusion": diffusion,
    "tiles": tiles,
    "creatures": creatures,
    "diffusion-words": lambda: with_words(diffusion()),
    "latent-diffusion": latent_diffusion,
    "latent-diffusion-words": lambda: with_words(latent_diffusion()),
}
