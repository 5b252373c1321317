"""The presets of diffusions: in which space, by which process, which network, how it is sampled."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import Field
from torch import nn

from spriteloom.models.base import FamilyConfig
from spriteloom.models.diffusion.ddpm import DDPM, DDPMSamplerConfig
from spriteloom.models.diffusion.denoiser import Denoiser, DenoiserConfig
from spriteloom.models.diffusion.flow import Flow, FlowSamplerConfig
from spriteloom.models.diffusion.mlp import LatentMLP, LatentMLPConfig
from spriteloom.models.diffusion.pixel_space import FoldedPixels
from spriteloom.models.diffusion.sentences import WIDTH
from spriteloom.training.optimizers import OptimizerConfig

CONDITIONS = ("types", "shape", "color", "view", "shiny")  # asked for as far as a set has them


@dataclass(frozen=True, kw_only=True)
class Shape:
    """The side of the pictures, the shape of what is diffused, and how long a condition is.

    A condition is [labels n-hot ‖ a sentence's vector ‖ 1 where the picture is mirrored].
    """

    size: int
    latent: tuple[int, ...]
    labels: int
    words: int

    @property
    def conditions(self) -> int:
        return self.labels + self.words + 1


@dataclass(frozen=True, kw_only=True)
class Pixels:
    """The pixels themselves, blocks of `fold`×`fold` of them as channels."""

    kind: Literal["pixels"] = "pixels"
    fold: int = 2
    opponent: bool = True

    def space(self, size: int) -> FoldedPixels:
        return FoldedPixels(size=size, m=self.fold, opponent=self.opponent)


@dataclass(frozen=True, kw_only=True)
class Latents:
    """The latents of a base model of so many dimensions: 3 of grids, 1 of vectors."""

    kind: Literal["latents"] = "latents"
    dimensions: int = 3


@dataclass(frozen=True, kw_only=True)
class UNetSettings:
    """As `DenoiserConfig` has them."""

    kind: Literal["unet"] = "unet"
    widths: tuple[int, ...] = (64, 128, 256)
    blocks: int = 1
    attention: tuple[int, ...] = (2,)
    dropout: float = 0.0
    conditioning: int = 256
    sigma_data: float | None = None
    conditional: bool = True

    def build(self, shape: Shape) -> nn.Module:
        return Denoiser(
            DenoiserConfig(
                channels=shape.latent[0],
                conditions=shape.conditions if self.conditional else 0,
                widths=self.widths,
                blocks=self.blocks,
                attention=self.attention,
                dropout=self.dropout,
                conditioning=self.conditioning,
                sigma_data=self.sigma_data,
            )
        )


@dataclass(frozen=True, kw_only=True)
class MLPSettings:
    """As `LatentMLPConfig` has them."""

    kind: Literal["mlp"] = "mlp"
    width: int = 1024
    steps: int = 1000

    def build(self, shape: Shape) -> nn.Module:
        return LatentMLP(LatentMLPConfig(latent=shape.latent[0], width=self.width, steps=self.steps))


@dataclass(frozen=True, kw_only=True)
class Config(FamilyConfig):
    """A diffusion, its training and its sampler.

    A step sees about `positions` of the grid: that many teach the same at any size of pictures; `batch`
    overrules it. `words` is the length of a sentence's vector, 0 where it takes no prompt. Labels and
    sentences are each left out for a share `label_dropout` of the pictures, the whole condition for
    `condition_dropout`. Pictures are moved by up to `shift` pixels. `ema_decay` is that of the weights'
    average; the average of `autoguidance_after` of the steps stays as the autoguidance model, 0 for none.
    """

    space: Annotated[Pixels | Latents, Field(discriminator="kind")]
    network: Annotated[UNetSettings | MLPSettings, Field(discriminator="kind")]
    process: Annotated[Flow | DDPM, Field(discriminator="kind")]
    sampler: Annotated[FlowSamplerConfig | DDPMSamplerConfig, Field(discriminator="kind")]
    optimizer: OptimizerConfig
    positions: int
    batch: int | None = None
    words: int = 0
    label_dropout: float = 0.15
    condition_dropout: float = 0.1
    shift: int = 2
    ema_decay: float = 0.999
    autoguidance_after: float = 0.0

    def batch_for(self, shape: Shape) -> int:
        """How many pictures a step sees."""
        return self.batch or max(1, self.positions // math.prod(shape.latent[1:]))


def pokemon_mlp() -> Config:
    """The second paper's: four dense layers over the 512 latents of its autoencoders, DDPM in 1000 steps.

    spriteloom train pokemon-mlp --base AUTOENCODER --data SET.parquet --out RUN --minutes 5
    """
    return Config(
        space=Latents(dimensions=1),
        network=MLPSettings(),
        process=DDPM(),
        sampler=DDPMSamplerConfig(),
        optimizer=OptimizerConfig(learning_rate=1e-3, max_grad_norm=1.0),
        positions=256,
    )


def diffusion_first() -> Config:
    """The first try at pixels, kept to be compared with: it knows no label and predicts the clean sprite.

    6.9 million parameters, one block a level on the way down and one up.

    spriteloom train diffusion-first --data SET.parquet --out RUN --minutes 8
    """
    return Config(
        space=Pixels(opponent=False),
        network=UNetSettings(conditional=False, attention=(1, 2)),
        process=Flow(),
        sampler=FlowSamplerConfig(sampler="euler", num_steps=40),
        optimizer=OptimizerConfig(learning_rate=5e-4, max_grad_norm=1.0),
        positions=65_536,
    )


def diffusion() -> Config:
    """Flow on the pixels, asked for by labels. Needs no autoencoder.

    spriteloom train diffusion --data SET.parquet --out RUN --minutes 8
    """
    return Config(
        space=Pixels(),
        network=UNetSettings(sigma_data=0.8),
        process=Flow(),
        sampler=_sampler(words=False),
        optimizer=_OPTIMIZER,
        positions=16_384,
        autoguidance_after=0.1,
    )


def latent_diffusion() -> Config:
    """Flow on the grid of a spatial autoencoder, asked for by labels.

    spriteloom train latent --data SET.parquet --out AUTOENCODER --minutes 4
    spriteloom train latent-diffusion --base AUTOENCODER --data SET.parquet --out RUN --minutes 8
    """
    return Config(
        space=Latents(),
        network=UNetSettings(widths=(128, 256), attention=(1,), sigma_data=1.0),
        process=Flow(mean=0.0, deviation=1.0),
        sampler=_sampler(words=False),
        optimizer=_OPTIMIZER,
        positions=8192,
        autoguidance_after=0.1,
    )


def with_words(config: Config) -> Config:
    """The same, asked for by words too: needs the extra `words`.

    Words, which say little of a sprite, lead all the way: the autoguidance model does not hear them.
    """
    return replace(config, words=WIDTH, sampler=_sampler(words=True))


def _sampler(*, words: bool) -> FlowSamplerConfig:
    """Most of its steps where there is much noise; there guided by what is asked for, then by autoguidance."""
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
    "diffusion-words": lambda: with_words(diffusion()),
    "latent-diffusion": latent_diffusion,
    "latent-diffusion-words": lambda: with_words(latent_diffusion()),
}
