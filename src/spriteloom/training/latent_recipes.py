"""The recipes of autoencoders whose latents are diffused. One function each.

What is summed in their losses stands in `baselines/elbo.py` and `codecs/spatial.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from torch import Tensor, nn
from torch.nn import functional

from spriteloom.baselines.elbo import elbo, squared
from spriteloom.baselines.sprite_autoencoder import SpriteAutoencoder, SpriteAutoencoderConfig, SpriteVAE
from spriteloom.codecs.signed import to_signed
from spriteloom.codecs.spaces import Space, SpatialLatents, Vectors
from spriteloom.codecs.spatial import SpatialAutoencoder, SpatialConfig, spatial_loss
from spriteloom.data.tensors import unit
from spriteloom.training.budget import cosine
from spriteloom.training.fit import Optimization
from spriteloom.training.task import Outcome

Loss = Callable[[Any, Tensor, Tensor], Outcome]  # (model, uint8 (b, h, w, 4), noise (b, *shape)) → loss


@dataclass(frozen=True, kw_only=True)
class LatentRecipe:
    """An autoencoder: how it is made for a size of pictures, trained, and used as a space."""

    name: str
    about: str
    size: int | None  # the only size it takes; None for any
    build: Callable[[int], nn.Module]
    loss: Loss
    space: Callable[[Any], Space]
    optimization: Optimization
    batch: int
    noise: bool = False
    mixed: bool = True


class Plain(NamedTuple):
    """A loss without parts."""

    loss: Tensor
    mse: Tensor


def pokemon_ae() -> LatentRecipe:
    """The second paper's first try: 128×128 over white ↔ 512 numbers, squared error alone.

    spriteloom train pokemon-ae --data SET.parquet --out RUN --minutes 5
    """
    return LatentRecipe(
        name="pokemon-ae",
        about="the second paper's plain autoencoder, 512 latents",
        size=128,
        build=lambda size: SpriteAutoencoder(SpriteAutoencoderConfig(size=size)),
        loss=_plain,
        space=lambda model: Vectors(network=model),
        optimization=Optimization(learning_rate=3e-4, schedule=cosine),
        batch=64,
    )


def pokemon_vae(beta: float = 1.0) -> LatentRecipe:
    """The second paper's: squared error + β·KL, both sums over a picture.

    spriteloom train pokemon-vae --data SET.parquet --out RUN --minutes 5
    """
    return LatentRecipe(
        name="pokemon-vae",
        about="the second paper's variational autoencoder, 512 latents",
        size=128,
        build=lambda size: SpriteVAE(SpriteAutoencoderConfig(size=size)),
        loss=partial(_variational, beta=beta),
        space=lambda model: Vectors(network=model),
        optimization=Optimization(learning_rate=3e-4, schedule=cosine, longest=1e3),
        batch=64,
    )


def latent() -> LatentRecipe:
    """Ours: a grid of 8 channels at a quarter of the sides, from which alpha and colours come back sharp.

    spriteloom train latent --data SET.parquet --out RUN --minutes 5
    """
    return _grid(
        "latent",
        "spatial autoencoder of RGBA, 8 channels at a quarter of the sides",
        blur=0.3,
        hold=1e-2,
        coarse=1.0,
        batch=16,
    )


def latent_sharp() -> LatentRecipe:
    """The same for pictures' own sake: it keeps more of them, in grids that are harder to diffuse.

    Four pictures of 128×128 are as many positions as sixteen of 64×64: a step teaches enough, and there are
    almost five times as many in the same minutes.

    spriteloom train latent-sharp --data SET.parquet --out RUN --minutes 5
    """
    return _grid(
        "latent-sharp",
        "the same autoencoder, nearer to its pictures, harder to diffuse",
        blur=0.05,
        hold=1e-3,
        coarse=0.0,
        batch=4,
    )


def _grid(name: str, about: str, *, blur: float, hold: float, coarse: float, batch: int) -> LatentRecipe:
    return LatentRecipe(
        name=name,
        about=about,
        size=None,
        build=lambda size: SpatialAutoencoder(SpatialConfig(size=size)),
        loss=partial(_spatial, blur=blur, hold=hold, coarse=coarse),
        space=lambda model: SpatialLatents(network=model),
        optimization=Optimization(learning_rate=2e-3, schedule=cosine, betas=(0.9, 0.99), longest=1.0),
        batch=batch,
    )


LATENTS: dict[str, Callable[[], LatentRecipe]] = {
    "pokemon-ae": pokemon_ae,
    "pokemon-vae": pokemon_vae,
    "latent": latent,
    "latent-sharp": latent_sharp,
}


def over_white(rgba: Tensor) -> Tensor:
    """uint8 (b, h, w, 4), alpha 0 or 255 → float32 (b, 3, h, w) in [0, 1]."""
    images = unit(rgba.permute(0, 3, 1, 2))
    return images[:, :3] + (1 - images[:, 3:])


def _plain(model: SpriteAutoencoder, rgba: Tensor, noise: Tensor) -> Plain:  # noqa: ARG001
    images = over_white(rgba)
    loss = functional.mse_loss(model.decode(model.encode(images)).float(), images)
    return Plain(loss=loss, mse=loss.detach())


def _variational(model: SpriteVAE, rgba: Tensor, noise: Tensor, *, beta: float) -> Outcome:
    return elbo(model, over_white(rgba), noise, distance=squared, kl_weight=beta)


def _spatial(model: SpatialAutoencoder, rgba: Tensor, noise: Tensor, **weights: float) -> Outcome:
    return spatial_loss(model, to_signed(rgba), noise, **weights)
