"""Reproductions of tiny networks on few made sprites, features that need no package, a strict HTML reader."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from types import ModuleType
from typing import Any

import numpy as np

from spriteloom.metrics.generation.canonical import INCEPTION
from spriteloom.models.registry import family_of_preset, preset_config
from spriteloom.reproduce.demo import DEMO
from spriteloom.reproduce.engine import Specification
from spriteloom.reproduce.pixel_vqvae import PIXEL_VQVAE_PAPER
from spriteloom.reproduce.pokemon_vae import POKEMON_VAE_PAPER
from spriteloom.training.config import with_changes

HOSTILE = 'no <script>alert("&")</script> network'
VOID = {"img", "meta", "link", "br"}

_CODEC = ("network.width=8", "network.dim=8", "network.codes=32")
_UNET = ("network.widths=[8,8]", "network.attention=[]", "network.conditioning=8", "sampler.num_steps=2")
STAND_INS = {  # changes by family; `start.` only where a preset has such a start
    "pixel-vqvae": _CODEC,
    "vae": ("network.size=16", "network.latent=8", "network.levels=2", "network.width=8"),
    "dcgan": ("network.size=16", "network.latent=8", "network.generator=4", "network.discriminator=4"),
    "pixelcnn": ("width=4", "dilations=[1]"),
    "masked-prior": ("embedding=8", "widths=[8,8]", "attention=[]", "num_steps=2"),
    "sprite-autoencoder": ("network.size=32", "network.latent=8", "network.widths=[4,4]"),
    "spatial-autoencoder": ("widths=[4,8]", "blocks=1", "channels=4"),
    "diffusion": _UNET,
}


def stand_in(preset: str) -> Any:
    """The config of a preset with a network so small that a step takes milliseconds."""
    config = preset_config(preset)
    changes = STAND_INS.get(family_of_preset(preset).name, ())
    if getattr(getattr(config, "start", None), "kind", "") == "pass-through":  # it needs 48 dimensions at 4×4
        changes = (
            "network.width=48",
            "network.codes=32",
            "start.sample=2000",
            "start.rounds=2",
            "polished=false",
        )
    elif preset == "pokemon-mlp":
        changes = ("network.width=16", "sampler.num_steps=3")
    return with_changes(config, changes)


def tiny(specification: Specification, sizes: dict[str, int], **options: Any) -> Specification:
    """The same with stand-ins for its networks, and sets of so large pictures, prepared in this process."""
    sets = dict(specification.sets)
    for name, plan in sets.items():
        smaller = {"size": sizes[name]} if name in sizes else {"frames": 1}
        sets[name] = replace(plan, options={**plan.options, **smaller, "workers": 1, **options})
    return replace(specification, sets=sets, config_of=stand_in)


HALVES = {"train": 0.5, "validation": 0.1, "test": 0.4}  # enough test pictures of few species
PIXEL_VQVAE_TINY = tiny(PIXEL_VQVAE_PAPER, {"set": 16})
POKEMON_VAE_TINY = tiny(POKEMON_VAE_PAPER, {"resized": 32, "pixels": 16}, fractions=HALVES)
DEMO_TINY = tiny(DEMO, {"set": 16})


def fewer(specification: Specification, species: int) -> Specification:
    """The same with a smoke scale of so many species."""
    smoke = replace(specification.scales["smoke"](), species=species)
    return replace(specification, scales={**specification.scales, "smoke": lambda: smoke})


class Averages:
    """Features that need no package: colors of the four quarters."""

    name = "averages"

    def __call__(self, pictures: np.ndarray) -> np.ndarray:
        n, h, w, _ = pictures.shape
        quarters = pictures.reshape(n, 2, h // 2, 2, w // 2, 3).mean((2, 4))
        return quarters.reshape(n, -1).astype(np.float32)


class TorchFidelity(ModuleType):
    """A stand-in for torch-fidelity: its "FID" is the distance of the mean bytes of two sets of pictures."""

    KEY_METRIC_FID, KEY_METRIC_KID_MEAN, KEY_METRIC_KID_STD = "fid", "kid", "kid_std"

    def calculate_metrics(self, input1: Any, input2: Any, **options: Any) -> dict[str, float]:
        assert options["fid"] and options["feature_extractor"] == INCEPTION
        a, b = (np.mean([pictures[i].numpy() for i in range(len(pictures))]) for pictures in (input1, input2))
        return {"fid": abs(a - b), "kid": 0.0, "kid_std": 0.0}


class Reader(HTMLParser):
    """Reads a page; fails at an end tag that ends nothing. What stays open is in `open`."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> ends nothing"
        assert self.open.pop() == tag, f"</{tag}> crosses another"

    def handle_data(self, data: str) -> None:
        self.words.append(data)
