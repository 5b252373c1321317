"""What has to be trained for the second paper and past it, each after its autoencoder. Trains nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from spriteloom.reproduce.pokemon_vae.scales import Scale
from spriteloom.training.budget import Budget

Kind = Literal["latents", "diffusions"]
Sprites = Literal["resized", "pixels"]  # as the paper prepares them, 128×128; or pixel for pixel, 64×64

FIRST, PIXELS, WORDS = "diffusion-first", "diffusion", "diffusion-words"
ON_AE, ON_VAE, ON_GRID = "mlp-on-ae", "mlp-on-vae", "latent-diffusion"
AE, VAE, GRID = "pokemon-ae", "pokemon-vae", "latent"


@dataclass(frozen=True, kw_only=True)
class Job:
    """One model. `codec` names the job of the autoencoder whose latents it learns."""

    name: str
    recipe: str
    label: str
    whose: Literal["paper", "ours"]
    kind: Kind
    sprites: Sprites
    codec: str | None = None
    size: str | None = None
    seed: int = 0

    def budget(self, scale: Scale) -> Budget:
        """The same for all of its kind."""
        return scale.latents if self.kind == "latents" else scale.diffusions


def jobs(*, words: bool) -> list[Job]:
    """All of them, those that know words where the language model is installed."""
    known = [
        _latents(AE, "autoencoder", "paper"),
        _latents(VAE, "VAE", "paper"),
        _latents(GRID, "spatial autoencoder", "ours"),
        _diffusion(ON_AE, "pokemon-mlp", "MLP on the autoencoder", "paper", AE),
        _diffusion(ON_VAE, "pokemon-mlp", "MLP on the VAE", "paper", VAE),
        _diffusion(ON_GRID, "latent-diffusion", "U-Net on the spatial autoencoder", "ours", GRID),
        _diffusion(FIRST, "diffusion-first", "U-Net on pixels, the first try", "ours"),
        _diffusion(PIXELS, "diffusion", "U-Net on pixels", "ours"),
    ]
    return (
        [*known, _diffusion(WORDS, "diffusion-words", "U-Net on pixels, with words", "ours")]
        if words
        else known
    )


def _latents(recipe: str, label: str, whose: Literal["paper", "ours"]) -> Job:
    return Job(name=recipe, recipe=recipe, label=label, whose=whose, kind="latents", sprites="resized")


def _diffusion(
    name: str, recipe: str, label: str, whose: Literal["paper", "ours"], codec: str | None = None
) -> Job:
    return Job(
        name=name,
        recipe=recipe,
        label=label,
        whose=whose,
        kind="diffusions",
        sprites="resized" if codec else "pixels",
        codec=codec,
    )
