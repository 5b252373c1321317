"""What is trained for the Pokémon VAE paper and past it, each after its autoencoder, and at which scales."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from typing import Any

from spriteloom.models.diffusion.words import PACKAGE
from spriteloom.reproduce.jobs import Job, Scale, budgets_of

RESIZED, PIXELS_SET = "resized", "pixels"  # sets: as the paper prepares them, 128×128; pixel for pixel, 64×64

FIRST, PIXELS = "diffusion-first", "diffusion"
ON_AE, ON_VAE, ON_CELLS, WORDS = "mlp-on-ae", "mlp-on-vae", "latent-diffusion", "latent-diffusion-words"
MLP_LONGER, LONGER = "mlp-on-vae-longer", "latent-diffusion-longer"
AE, VAE, GRID, CELLS = "pokemon-ae", "pokemon-vae", "latent-sharp", "latent"


def smoke() -> Scale:
    """Every path once, on procedural sprites, in under three minutes; its figures mean nothing."""
    budgets = budgets_of("steps", latents=2, diffusions=2, longer=2)
    scale = Scale(name="smoke", source="procedural", species=48, budgets=budgets, frames=1, batch=4)
    return replace(scale, samples=16, judged=4, judge_steps=2, pairs=2, timed=2)


def cpu() -> Scale:
    """On two cores without a GPU, real sprites: almost two hours of training, and the measuring."""
    scale = Scale(name="cpu", budgets=budgets_of("minutes", latents=4, diffusions=8, longer=24), frames=4)
    return replace(scale, samples=500, judged=250, judge_steps=800, pairs=64, timed=64)


def full() -> Scale:
    """For one GPU or several."""
    scale = Scale(
        name="full", budgets=budgets_of("epochs", latents=100, diffusions=400, longer=1600), frames=8
    )
    return replace(scale, samples=10_000, judged=1_000, judge_steps=3_000, pairs=500, timed=64)


SCALES = {"smoke": smoke, "cpu": cpu, "full": full}


def jobs(scale: Scale) -> list[Job]:  # noqa: ARG001
    """All of them, those that know words where the language model is installed."""
    has_words = find_spec(PACKAGE) is not None
    return [
        _job(AE, AE, "autoencoder", "latents", RESIZED, whose="paper"),
        _job(VAE, VAE, "VAE", "latents", RESIZED, whose="paper"),
        _job(GRID, GRID, "spatial autoencoder", "latents", RESIZED),
        _job(CELLS, CELLS, "spatial autoencoder of sprites as they are", "latents"),
        _mlp(ON_AE, "MLP on the autoencoder", base=AE),
        _mlp(ON_VAE, "MLP on the VAE", base=VAE),
        _unet(ON_CELLS, "latent-diffusion", "U-Net on latents", base=CELLS),
        _unet(FIRST, FIRST, "U-Net on pixels, the first try"),
        _unet(PIXELS, PIXELS, "U-Net on pixels"),
        *([_unet(WORDS, WORDS, "U-Net on latents, with words", base=CELLS)] if has_words else []),
        _mlp(MLP_LONGER, "MLP on the VAE, longer", base=VAE, budget="longer"),
        _unet(LONGER, "latent-diffusion", "U-Net on latents, longer", base=CELLS, budget="longer"),
    ]


def _mlp(name: str, label: str, **more: Any) -> Job:
    return _job(name, "pokemon-mlp", label, "diffusions", RESIZED, whose="paper", **more)


def _unet(name: str, preset: str, label: str, **more: Any) -> Job:
    return _job(name, preset, label, "diffusions", **more)


def _job(name: str, preset: str, label: str, kind: str, data: str = PIXELS_SET, **more: Any) -> Job:
    """A job, ours and with the budget of its kind where nothing else is said."""
    more = {"whose": "ours", "budget": kind, **more}
    return Job(name=name, preset=preset, label=label, kind=kind, data=data, **more)
