"""A preset of every family, so small that it trains three steps in a second, and runs of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from run_kit import small_set, trained

_SHELF = TemporaryDirectory(prefix="tiny-families-")


@dataclass(frozen=True, kw_only=True)
class Tiny:
    """A preset, what is changed in it, and the tiny one that it stands on."""

    preset: str
    changes: tuple[str, ...] = ()
    base: str | None = None


_CODEC = ("network.width=48", "network.codes=32")
_PICTURES = ("network.size=32", "network.latent=8", "batch=8")
_UNET = ("network.widths=[16,32]", "network.attention=[1]", "network.conditioning=32", "batch=4")
TINY = {
    "codec": Tiny(
        preset="pixel-vqvae-lowres", changes=(*_CODEC, "batch=96", "start.sample=2000", "start.rounds=3")
    ),
    "codec-warmed": Tiny(
        preset="pixel-vqvae-hires-warmed",
        changes=(*_CODEC, "batch=96", "start.warm_up=2", "start.sample=2000", "dead_codes.every=2"),
    ),
    "codec-paper": Tiny(
        preset="pixel-vqvae-medres-paper",
        changes=("network.width=16", "network.dim=8", "network.codes=32", "batch=8"),
    ),
    "kmeans": Tiny(preset="kmeans-medres", changes=("k=32",)),
    "tokenizer": Tiny(
        preset="tokenizer-lowres",
        changes=("network.codes=32", "network.dim=8", "network.widths=[16,16]", "network.blocks=1"),
    ),
    "vae": Tiny(preset="vae", changes=(*_PICTURES, "network.levels=3", "network.width=16")),
    "dcgan": Tiny(preset="dcgan", changes=(*_PICTURES, "network.generator=4", "network.discriminator=4")),
    "pixelcnn": Tiny(preset="pixelcnn", changes=("width=8", "dilations=[1,2]"), base="codec"),
    "pixelcnn-bytes": Tiny(preset="pixelcnn-rgb-paper", changes=("width=4", "dilations=[1]", "batch=4")),
    "masked": Tiny(
        preset="masked",
        changes=("embedding=8", "widths=[16,16]", "attention=[1]", "batch=4", "num_steps=4"),
        base="codec",
    ),
    "counts": Tiny(preset="counts", base="codec"),
    "pokemon-ae": Tiny(preset="pokemon-ae", changes=(*_PICTURES, "network.widths=[8,8]")),
    "pokemon-vae": Tiny(preset="pokemon-vae", changes=(*_PICTURES, "network.widths=[8,8]")),
    "latent": Tiny(preset="latent", changes=("widths=[8,16]", "blocks=1", "channels=4", "batch=4")),
    "diffusion": Tiny(preset="diffusion", changes=_UNET),
    "tiles": Tiny(preset="tiles", changes=(*_UNET, "text.width=64", "hues=1")),
    "latent-diffusion": Tiny(preset="latent-diffusion", changes=_UNET, base="latent"),
    "pokemon-mlp": Tiny(
        preset="pokemon-mlp",
        changes=("network.width=16", "batch=8", "sampler.num_steps=3"),
        base="pokemon-vae",
    ),
}
LEARNED = [name for name in TINY if name not in ("kmeans", "counts")]  # by steps


@cache
def tiny_run(name: str) -> Path:
    """A run of three steps on the CPU, made once."""
    return train_tiny(name, Path(_SHELF.name) / name)


def train_tiny(name: str, run: Path, **options: Any) -> Path:
    """A run of three steps into a folder."""
    tiny = TINY[name]
    base = tiny_run(tiny.base) if tiny.base else None
    given = {"changes": tiny.changes, "base": base, "steps": 3, "data": small_set(n=40)} | options
    return trained(run, tiny.preset, **given)
