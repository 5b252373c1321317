"""What has to be trained for the second paper and past it, each after its autoencoder. Trains nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from spriteloom.reproduce.pokemon_vae.scales import Scale
from spriteloom.training.budget import Budget

Kind = Literal["latents", "diffusions"]
Patience = Literal["equal", "longer"]
Sprites = Literal["resized", "pixels"]  # as the paper prepares them, 128×128; or pixel for pixel, 64×64

FIRST, PIXELS = "diffusion-first", "diffusion"
ON_AE, ON_VAE, ON_CELLS, WORDS = "mlp-on-ae", "mlp-on-vae", "latent-diffusion", "latent-diffusion-words"
MLP_LONGER, LONGER = "mlp-on-vae-longer", "latent-diffusion-longer"
AE, VAE, GRID, CELLS = "pokemon-ae", "pokemon-vae", "latent-sharp", "latent"


@dataclass(frozen=True, kw_only=True)
class Job:
    """One model. `codec` names the job of the autoencoder whose latents it learns."""

    name: str
    preset: str
    label: str
    whose: Literal["paper", "ours"]
    kind: Kind
    sprites: Sprites
    base: str | None = None
    size: str | None = None
    seed: int = 0
    patience: Patience = "equal"

    def budget(self, scale: Scale) -> Budget:
        """The same for all of its kind, but for what is trained longer and says so."""
        if self.patience == "longer":
            return scale.longer
        return scale.latents if self.kind == "latents" else scale.diffusions


def jobs(*, words: bool) -> list[Job]:
    """All of them, those that know words where the language model is installed."""
    return [
        _latents(AE, "pokemon-ae", "autoencoder", "paper"),
        _latents(VAE, "pokemon-vae", "VAE", "paper"),
        _latents(GRID, "latent-sharp", "spatial autoencoder", "ours"),
        _latents(CELLS, "latent", "spatial autoencoder of sprites as they are", "ours", "pixels"),
        _diffusion(ON_AE, "pokemon-mlp", "MLP on the autoencoder", "paper", AE),
        _diffusion(ON_VAE, "pokemon-mlp", "MLP on the VAE", "paper", VAE),
        _diffusion(ON_CELLS, "latent-diffusion", "U-Net on latents", "ours", CELLS),
        _diffusion(FIRST, "diffusion-first", "U-Net on pixels, the first try", "ours"),
        _diffusion(PIXELS, "diffusion", "U-Net on pixels", "ours"),
        *([_diffusion(WORDS, WORDS, "U-Net on latents, with words", "ours", CELLS)] if words else []),
        _diffusion(MLP_LONGER, "pokemon-mlp", "MLP on the VAE, longer", "paper", VAE, "longer"),
        _diffusion(LONGER, "latent-diffusion", "U-Net on latents, longer", "ours", CELLS, "longer"),
    ]


def _latents(
    name: str,
    preset: str,
    label: str,
    whose: Literal["paper", "ours"],
    sprites: Sprites = "resized",
) -> Job:
    return Job(name=name, preset=preset, label=label, whose=whose, kind="latents", sprites=sprites)


def _diffusion(
    name: str,
    preset: str,
    label: str,
    whose: Literal["paper", "ours"],
    base: str | None = None,
    patience: Patience = "equal",
) -> Job:
    return Job(
        name=name,
        preset=preset,
        label=label,
        whose=whose,
        kind="diffusions",
        sprites="resized" if whose == "paper" else "pixels",
        base=base,
        patience=patience,
    )
