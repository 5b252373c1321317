"""What can be trained, by name, with the number of parameters of each beside the paper's. Trains nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import Any

from torch import nn

from spriteloom.baselines.dcgan import DCGAN
from spriteloom.baselines.vae import VAE
from spriteloom.codecs.palette_vq import PaletteVQ
from spriteloom.codecs.pixel_vqvae import PixelVQVAE
from spriteloom.errors import ImpossibleModel
from spriteloom.training import picture_recipes, recipes
from spriteloom.training.diffusion_recipes import DIFFUSIONS, DiffusionRecipe
from spriteloom.training.latent_recipes import LATENTS, LatentRecipe
from spriteloom.training.picture_recipes import PICTURES, DCGANRecipe, VAERecipe
from spriteloom.training.prior_recipes import PRIORS, CountRecipe, PriorRecipe, Shape
from spriteloom.training.recipes import CODECS, CodecRecipe, KMeansRecipe, codec_names
from spriteloom.training.tokenizer_recipes import TOKENIZERS, TokenizerRecipe

AnyRecipe = (
    CodecRecipe
    | KMeansRecipe
    | TokenizerRecipe
    | VAERecipe
    | DCGANRecipe
    | PriorRecipe
    | CountRecipe
    | LatentRecipe
    | DiffusionRecipe
)

PAPER = Shape(k=256, conditions=32, rows=32, columns=32)  # what the paper's prior is sized for
PAPER_PARAMETERS = {  # Table 5, arXiv:2203.12130
    **recipes.PAPER_PARAMETERS,
    **picture_recipes.PAPER_PARAMETERS,
    "pixelcnn-paper": 13_444_864,
}

LABELS = 48  # numbers of a condition that diffusions are sized for here: types, shapes, colours, views, shiny
PIXELS, LATENT_PIXELS = 64, 128  # sides of their pictures, without an autoencoder and with one

_ALL: dict[str, Callable[[], AnyRecipe]] = {
    **CODECS,
    **TOKENIZERS,
    **PICTURES,
    **PRIORS,
    **LATENTS,
    **DIFFUSIONS,
}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """`parameters` counts as the paper does: what is learned, the codebook and its accumulator.

    Those of a prior are for 256 codes on a 32×32 grid and a condition of 32; those of an autoencoder and of a
    diffusion for pictures of 128×128 and of 64×64, and a condition of 48 and a sentence.
    """

    name: str
    parameters: int
    paper_parameters: int | None
    about: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def names() -> list[str]:
    """Every recipe that can be trained."""
    return [*codec_names(), *TOKENIZERS, *PICTURES, *PRIORS, *LATENTS, *DIFFUSIONS]


def recipe(name: str) -> AnyRecipe:
    """The recipe of a name. Raises ImpossibleModel, with the reason, where it is unknown or cannot exist."""
    if name not in _ALL:
        near = get_close_matches(name, names(), 1)
        hint = f"did you mean {near[0]}? Or " if near else ""
        raise ImpossibleModel(f"no recipe is called {name!r}: {hint}choose one of {', '.join(names())}")
    return _ALL[name]()


def catalogue() -> list[Entry]:
    """Every recipe, in the order of the paper's tables."""
    return [_entry(name) for name in names()]


def count_parameters(chosen: AnyRecipe) -> int:
    """As the paper counts: see `Entry`."""
    match chosen:
        case KMeansRecipe():
            return chosen.k * 3 * chosen.m**2
        case CodecRecipe():
            return PixelVQVAE(chosen.model).count_parameters()
        case TokenizerRecipe():
            return PaletteVQ(chosen.model).count_parameters()
        case VAERecipe():
            return _count(VAE(chosen.model))
        case DCGANRecipe():
            return _count(DCGAN(chosen.model))
        case PriorRecipe():
            return _count(chosen.build(PAPER))
        case CountRecipe():
            return 0
        case LatentRecipe():
            return _count(chosen.build(LATENT_PIXELS))
        case DiffusionRecipe():
            return _count(chosen.build(_shape(chosen), LABELS + chosen.words))


def _entry(name: str) -> Entry:
    paper = PAPER_PARAMETERS.get(name) or PAPER_PARAMETERS.get(
        name.removesuffix("-paper").removesuffix("-warmed")
    )
    chosen = recipe(name)
    return Entry(name=name, parameters=count_parameters(chosen), paper_parameters=paper, about=about(chosen))


def about(chosen: AnyRecipe) -> str:
    match chosen:
        case KMeansRecipe():
            return f"k-means of {chosen.m}×{chosen.m} patches, the yardstick"
        case CodecRecipe():
            model = chosen.model
            start = type(chosen.start).__name__.removesuffix("Start")
            return f"{model.m}×{model.m} pixels a code, start {start}, end {model.end}"
        case _:
            return chosen.about


def _shape(chosen: DiffusionRecipe) -> tuple[int, ...]:
    """Of the grids that a diffusion learns."""
    if chosen.fold is not None:
        return chosen.pixels(PIXELS).shape
    assert chosen.over is not None
    autoencoder = LATENTS[chosen.over]()
    return autoencoder.space(autoencoder.build(LATENT_PIXELS)).shape


def _count(model: nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())
