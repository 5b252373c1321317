"""The recipes of diffusions: in which space, by which process, which network. One function each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from torch import nn

from spriteloom.codecs.spaces import FoldedPixels
from spriteloom.diffusion.ddpm import DDPM
from spriteloom.diffusion.denoiser import Denoiser, DenoiserConfig
from spriteloom.diffusion.flow import Flow, Walk
from spriteloom.diffusion.mlp import LatentMLP, LatentMLPConfig
from spriteloom.nn.unet import UNet
from spriteloom.training.budget import cosine
from spriteloom.training.fit import Optimization
from spriteloom.training.sentences import WIDTH

FIELDS = ("types", "shape", "colour", "view", "shiny")  # asked for as far as a set has them

GUIDE_AFTER = 0.1  # of all steps


@dataclass(frozen=True, kw_only=True)
class DiffusionRecipe:
    """A diffusion: how its network is made for a space and a condition, trained, and sampled.

    `fold` is the side of the blocks of pixels that become channels and `opponent` says how colours stand in
    them; None where it learns the latents of an autoencoder, of which `over` names the usual recipe. `words`
    is the width of a sentence's vector, 0 where it knows none.
    """

    name: str
    about: str
    fold: int | None = None
    opponent: bool = False
    over: str | None = None
    build: Callable[[tuple[int, ...], int], nn.Module]  # the space's shape, the condition's width
    process: Flow | DDPM
    path: Walk
    optimization: Optimization
    batch: int
    words: int = 0
    shift: int = 2  # pixels that a picture is moved by at most
    average: float = 0.999  # decay of the weights' moving average
    guide_after: float = 0.0  # share of the steps of which the average stays as the guide; 0 for none
    noise: bool = False
    mixed: bool = True

    def pixels(self, size: int) -> FoldedPixels:
        """Its space, of a recipe that learns pixels."""
        assert self.fold is not None, f"{self.name} learns latents"
        return FoldedPixels(size=size, m=self.fold, opponent=self.opponent)


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

    6.9 million parameters, one block a level on the way down and one up.

    spriteloom train diffusion-first --data SET.parquet --out RUN --minutes 8
    """
    return DiffusionRecipe(
        name="diffusion-first",
        about="flow on 2×2 pixels, U-Net 64/128/256, unconditional: the first try",
        fold=2,
        build=lambda shape, conditions: Denoiser(  # noqa: ARG005
            DenoiserConfig(channels=shape[0], conditions=0, blocks=1)
        ),
        process=Flow(),
        path=Walk(sampler="euler", steps=40),
        optimization=Optimization(learning_rate=5e-4, schedule=cosine, longest=1.0),
        batch=64,
    )


def diffusion() -> DiffusionRecipe:
    """Flow on the pixels, asked for by labels. Needs no autoencoder.

    spriteloom train diffusion --data SET.parquet --out RUN --minutes 8
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

    spriteloom train latent --data SET.parquet --out AUTOENCODER --minutes 4
    spriteloom train latent-diffusion --codec AUTOENCODER --data SET.parquet --out RUN --minutes 8
    """
    return _latents(
        "latent-diffusion", "flow on a spatial autoencoder's grid, a U-Net asked for by labels", words=0
    )


def latent_diffusion_words() -> DiffusionRecipe:
    """The same, asked for by words too: needs the extra `words`.

    spriteloom train latent-diffusion-words --codec AUTOENCODER --data SET.parquet --out RUN --minutes 8
    """
    return _latents(
        "latent-diffusion-words",
        "flow on a spatial autoencoder's grid, a U-Net asked for by labels and words",
        words=WIDTH,
    )


def _pixels(name: str, about: str, *, words: int) -> DiffusionRecipe:
    return DiffusionRecipe(
        name=name,
        about=about,
        fold=2,
        opponent=True,
        build=partial(_unet, widths=(64, 128, 256), spread=0.8),
        process=Flow(),
        path=_walk(words=words),
        optimization=_STEPS,
        batch=16,
        guide_after=GUIDE_AFTER,
        words=words,
    )


def _latents(name: str, about: str, *, words: int) -> DiffusionRecipe:
    return DiffusionRecipe(
        name=name,
        about=about,
        over="latent",
        build=partial(_unet, widths=(128, 256), spread=1.0),
        process=Flow(mean=0.0, deviation=1.0),
        path=_walk(words=words),
        optimization=_STEPS,
        batch=32,
        guide_after=GUIDE_AFTER,
        words=words,
    )


def _walk(*, words: int) -> Walk:
    """Most of its steps where there is much noise; there led by what is asked for, then by the guide.

    Labels are heard by the guide too; words, which say little of a sprite, lead all the way.
    """
    return Walk(steps=20, shift=4.0, guidance=3.0, guide_from=0.8, guide_told=not words)


def _unet(shape: tuple[int, ...], conditions: int, *, widths: tuple[int, ...], spread: float) -> nn.Module:
    """One block a level on the way down and one up; the coarsest level attends."""
    return Denoiser(
        DenoiserConfig(
            channels=shape[0],
            conditions=conditions,
            widths=widths,
            blocks=1,
            attention=(len(widths) - 1,),
            spread=spread,
        )
    )


def _inside(objective: nn.Module) -> list[nn.Parameter]:
    """The inner weights of the U-Nets that are trained; not those of an average that follows them."""
    nets = [part for part in objective.modules() if isinstance(part, UNet)]
    return [weight for net in nets for weight in net.inside() if weight.requires_grad]


_STEPS = Optimization(
    learning_rate=1e-3, schedule=cosine, betas=(0.9, 0.99), longest=1.0, muon=0.02, inside=_inside
)

DIFFUSIONS: dict[str, Callable[[], DiffusionRecipe]] = {
    "pokemon-mlp": pokemon_mlp,
    "diffusion-first": diffusion_first,
    "diffusion": diffusion,
    "diffusion-words": diffusion_words,
    "latent-diffusion": latent_diffusion,
    "latent-diffusion-words": latent_diffusion_words,
}
