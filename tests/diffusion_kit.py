"""Runs of diffusions and autoencoders of a few steps, made once for all tests that look at one."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from run_kit import small_set, trained
from spriteloom.data.prepare import prepare
from spriteloom.data.preprocessing import POKEMON_VAE
from spriteloom.data.procedural.creature import ProceduralSource
from spriteloom.data.store import SpriteSet
from spriteloom.models.registry import family_of_preset

_SHELF = TemporaryDirectory(prefix="diffusion-kit-")
_UNET = ("batch=4", "network.widths=[32,32]", "network.attention=[1]", "network.conditioning=32")
SMALL = {
    "latent-diffusion": _UNET,
    "diffusion": _UNET,
    "diffusion-first": _UNET,
    "latent": ("widths=[8,16]", "blocks=1", "batch=4"),
    "pokemon-ae": ("network.widths=[4,8,8,8]", "batch=4"),
    "pokemon-vae": ("network.widths=[4,8,8,8]", "batch=4"),
}  # what makes the presets quick; others are quick but for their batch


@cache
def large_set() -> SpriteSet:
    """A set of creatures as the second paper prepares them, 128×128."""
    out = Path(_SHELF.name) / "large.parquet"
    prepare(ProceduralSource(n=12, seed=0, size=32), POKEMON_VAE, out=out, workers=1)
    return SpriteSet.open(out)


def run_of(name: str, base: str | None = None, *, small: bool = False) -> Path:
    """A run of two steps of a preset, on its base model. Latents are of the large set, or of the `small` one."""
    return _run_of(name, base, small)


@cache
def _run_of(name: str, base: str | None, small: bool) -> Path:
    pixels = family_of_preset(name).name == "diffusion" and base is None
    return trained(
        Path(_SHELF.name) / f"{name}-{base}-{small}",
        name,
        steps=2,
        changes=SMALL.get(name, ("batch=4",)),
        data=small_set() if pixels or small else large_set(),
        base=_run_of(base, None, small) if base else None,
    )
