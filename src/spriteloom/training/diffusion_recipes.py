"""The recipes of diffusions: in which space, by which process, which network. One function each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import nn

from spriteloom.diffusion.ddpm import DDPM
from spriteloom.diffusion.denoiser import Denoiser, DenoiserConfig
from spriteloom.diffusion.flow import Flow, Walk
from spriteloom.diffusion.mlp import LatentMLP, LatentMLPConfig
from spriteloom.training.budget import cosine
from spriteloom.training.fit import Optimization
from spriteloom.training.sentences import WIDTH

FIELDS = ("types", "shape", "colour", "view", "shiny")  # asked for as far as a set has them


@dataclass(frozen=True, kw_only=True)
class DiffusionRecipe:
    """A diffusion: how its network is made for a space and a condition, trained, and sampled.

    `fold` is the side of the blocks of pixels that become channels, None where it learns the latents of an
    autoencoder, of which `over` names the usual recipe. `words` is the width of a sentence's vector, 0 where
    it knows none.
    """

    name: str
    about: str
    fold: int | None = None
    over: str | None = None
    build: Callable[[tuple[int, ...], int], nn.Module]  # the space's shape, the condition's width
    process: Flow | DDPM
    path: Walk
    optimization: Optimization
    batch: int
    words: int = 0
    shift: int = 2  # pixels that a picture is moved by at most
    average: float = 0.999  # decay of the weights' moving average
    noise: bool = False
    mixed: bool = True


def pokemon_mlp() -> DiffusionRecipe:
    """The second paper's: four dense layers over the 512 latents of its autoencoders, DDPM in 1000 steps.

    spriteloom train pokemon-mlp --codec AUTOENCODER --data SET.parquet --out RUN --minutes 5
    """
    return DiffusionRecipe(
        name="pokemon-mlp",
        about="the second paper's MLP over 512 latents, DDPM",
        over="pokemon-vae",
        build=lambda shape, conditions: LatentMLP(LatentMLPConfig(latent=shape[0])),  # noqa: ARG005
        process=DDPM(),
        path=Walk(steps=50),
        optimization=Optimization(learning_rate=1e-3, schedule=cosine, longest=1.0),
        batch=256,
    )


def diffusion_first() -> DiffusionRecipe:
    """The first try at pixels, kept to be compared with: it knows no label and predicts the clean sprite.

    spriteloom train diffusion-first --data SET.parquet --out RUN --minutes 8
    """
    return DiffusionRecipe(
        name="diffusion-first",
        about="flow on 2×2 pixels, U-Net 64/128/256, unconditional: the first try",
        fold=2,
        build=lambda shape, conditions: Denoiser(  # noqa: ARG005
            DenoiserConfig(channels=shape[0], conditions=0)
        ),
        process=Flow(),
        path=Walk(sampler="euler", steps=40),
        optimization=Optimization(learning_rate=5e-4, schedule=cosine, longest=1.0),
        batch=64,
    )


def diffusion() -> DiffusionRecipe:
    """Flow on the pixels, asked for by labels.

    spriteloom train diffusion --data SET.parquet --out RUN --minutes 8

    Fronts of pokeapi, 64×64, four frames each, 2.5 minutes on two cores with bf16 and without AMX, loss on
    validation species: 0.329 in batches of 16 (254 steps), 0.408 in batches of 32 (144), 0.413 for
    `diffusion-first` (49). Longer trainings are not measured yet.
    """
    return _pixels("diffusion", "flow on 2×2 pixels, a U-Net asked for by labels", words=0)


def diffusion_words() -> DiffusionRecipe:
    """The same, asked for by words too: needs the extra `words`.

    spriteloom train diffusion-words --data SET.parquet --out RUN --minutes 8
    """
    return _pixels(
        "diffusion-words", "flow on 2×2 pixels, a U-Net asked for by labels and words", words=WIDTH
    )


def latent_diffusion() -> DiffusionRecipe:
    """Flow on the grid of a spatial autoencoder, asked for by labels.

    spriteloom train latent-diffusion --codec AUTOENCODER --data SET.parquet --out RUN --minutes 8
    """
    return DiffusionRecipe(
        name="latent-diffusion",
        about="flow on a spatial autoencoder's grid, a U-Net asked for by labels",
        over="latent",
        build=_unet,
        process=Flow(mean=0.0, deviation=1.0),
        path=Walk(steps=20, guidance=1.5),
        optimization=Optimization(learning_rate=1e-3, schedule=cosine, betas=(0.9, 0.99), longest=1.0),
        batch=16,
    )


def _pixels(name: str, about: str, *, words: int) -> DiffusionRecipe:
    return DiffusionRecipe(
        name=name,
        about=about,
        fold=2,
        build=_unet,
        process=Flow(),
        path=Walk(steps=20, guidance=1.5),
        optimization=Optimization(learning_rate=1e-3, schedule=cosine, betas=(0.9, 0.99), longest=1.0),
        batch=16,
        words=words,
    )


def _unet(shape: tuple[int, ...], conditions: int) -> nn.Module:
    return Denoiser(
        DenoiserConfig(
            channels=shape[0],
            conditions=conditions,
            widths=(48, 96, 192),
            blocks=2,
            attention=(2,),
            spread=0.8,
        )
    )


DIFFUSIONS: dict[str, Callable[[], DiffusionRecipe]] = {
    "pokemon-mlp": pokemon_mlp,
    "diffusion-first": diffusion_first,
    "diffusion": diffusion,
    "diffusion-words": diffusion_words,
    "latent-diffusion": latent_diffusion,
}
