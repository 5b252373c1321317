"""Runs of diffusions and autoencoders of a few steps, made once for all tests that look at one."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from run_kit import small_set, trained
from spriteloom.data.prepare import prepare
from spriteloom.data.procedural import ProceduralSource
from spriteloom.data.recipes import POKEMON_VAE
from spriteloom.data.store import SpriteSet
from spriteloom.training.catalogue import recipe
from spriteloom.training.diffusion_recipes import DiffusionRecipe

_SHELF = TemporaryDirectory(prefix="diffusion-kit-")
LATENT_SIZE = 128


@cache
def large_set() -> SpriteSet:
    """A set of creatures as the second paper prepares them, 128×128."""
    out = Path(_SHELF.name) / "large.parquet"
    prepare(ProceduralSource(n=12, seed=0, size=32), POKEMON_VAE, out=out, workers=1)
    return SpriteSet.open(out)


def run_of(name: str, over: str | None = None, *, small: bool = False) -> Path:
    """A run of two steps. Latents are of the large set, or of the `small` one."""
    return _run_of(name, over, small)


@cache
def _run_of(name: str, over: str | None, small: bool) -> Path:
    pixels = isinstance(recipe(name), DiffusionRecipe) and over is None
    return trained(
        Path(_SHELF.name) / f"{name}-{over}-{small}",
        recipe_of(name),
        steps=2,
        data=small_set() if pixels or small else large_set(),
        codec=_run_of(over, None, small) if over else None,
    )


def recipe_of(name: str) -> Any:
    return replace(recipe(name), batch=4)
