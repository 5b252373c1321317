"""What is trained for the Pokémon VAE paper and past it, each after its autoencoder, and at which scales."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from typing import Any

from spriteloom.models.diffusion.words import PACKAGE
from spriteloom.reproduce.jobs import Job, Scale, Whose
from spriteloom.training.budget import Budget

RESIZED, PIXELS_SET = "resized", "pixels"  # sets: as the paper prepares them, 128×128; pixel for pixel, 64×64

FIRST, PIXELS = "diffusion-first", "diffusion"
ON_AE, ON_VAE, ON_CELLS, WORDS = "mlp-on-ae", "mlp-on-vae", "latent-diffusion", "latent-diffusion-words"
MLP_LONGER, LONGER = "mlp-on-vae-longer", "latent-diffusion-longer"
AE, VAE, GRID, CELLS = "pokemon-ae", "pokemon-vae", "latent-sharp", "latent"


def _budgets(latents: Budget, diffusions: Budget, longer: Budget) -> dict[str, Budget]:
    return {"latents": latents, "diffusions": diffusions, "longer": longer}


def smoke() -> Scale:
    """Every path once, on procedural sprites, in under three minutes; its figures mean nothing."""
    budgets = _budgets(*[Budget(steps=2)] * 3)
    scale = Scale(name="smoke", source="procedural", species=48, budgets=budgets, frames=1, batch=4)
    return replace(scale, samples=16, judged=4, judge_steps=2, pairs=2, timed=2)


def cpu() -> Scale:
    """On two cores without a GPU, real sprites: almost two hours of training, and the measuring."""
    budgets = _budgets(*(Budget(minutes=minutes) for minutes in (4, 8, 24)))
    scale = Scale(name="cpu", budgets=budgets, frames=4)
    return replace(scale, samples=500, judged=250, judge_steps=800, pairs=64, timed=64)


def full() -> Scale:
    """For one GPU or several."""
    budgets = _budgets(*(Budget(epochs=epochs) for epochs in (100, 400, 1600)))
    scale = Scale(name="full", budgets=budgets, frames=8)
    return replace(scale, samples=10_000, judged=1_000, judge_steps=3_000, pairs=500, timed=64)


SCALES = {"smoke": smoke, "cpu": cpu, "full": full}


def jobs(scale: Scale) -> list[Job]:  # noqa: ARG001
    """All of them, those that know words where the language model is installed."""
    words = find_spec(PACKAGE) is not None
    return [
        _latents(AE, "autoencoder", "paper", RESIZED),
        _latents(VAE, "VAE", "paper", RESIZED),
        _latents(GRID, "spatial autoencoder", "ours", RESIZED),
        _latents(CELLS, "spatial autoencoder of sprites as they are", "ours", PIXELS_SET),
        _diffusion(ON_AE, "pokemon-mlp", "MLP on the autoencoder", "paper", AE),
        _diffusion(ON_VAE, "pokemon-mlp", "MLP on the VAE", "paper", VAE),
        _diffusion(ON_CELLS, "latent-diffusion", "U-Net on latents", "ours", CELLS),
        _diffusion(FIRST, "diffusion-first", "U-Net on pixels, the first try", "ours"),
        _diffusion(PIXELS, "diffusion", "U-Net on pixels", "ours"),
        *([_diffusion(WORDS, WORDS, "U-Net on latents, with words", "ours", CELLS)] if words else []),
        _diffusion(MLP_LONGER, "pokemon-mlp", "MLP on the VAE, longer", "paper", VAE, "longer"),
        _diffusion(LONGER, "latent-diffusion", "U-Net on latents, longer", "ours", CELLS, "longer"),
    ]


def _latents(preset: str, label: str, whose: Whose, data: str) -> Job:
    return _job(preset, preset, label, whose, kind="latents", budget="latents", data=data)


def _diffusion(
    name: str, preset: str, label: str, whose: Whose, base: str | None = None, budget: str = "diffusions"
) -> Job:
    data = RESIZED if whose == "paper" else PIXELS_SET
    return _job(name, preset, label, whose, kind="diffusions", budget=budget, data=data, base=base)


def _job(name: str, preset: str, label: str, whose: Whose, **more: Any) -> Job:
    return Job(name=name, preset=preset, label=label, whose=whose, **more)
